package io.aggr.tun.openbsd.fake;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Memory at an address that a caller has passed in. Remembers the last address, so that a caller who always passes the same one makes no garbage. */
final class View {

    private final int sizeBytes;
    private long address;
    private ByteBuffer bytes = ByteBuffer.allocate(0);

    View(int sizeBytes) {
        this.sizeBytes = sizeBytes;
    }

    ByteBuffer at(long newAddress) {
        if (newAddress != address) {
            bytes = bytes(newAddress, sizeBytes);
            address = newAddress;
        }
        return bytes;
    }

    /** The bytes at an address, in the machine's byte order. */
    static ByteBuffer bytes(long address, int sizeBytes) {
        return new Pointer(address).getByteBuffer(0, sizeBytes).order(ByteOrder.nativeOrder());
    }
}
