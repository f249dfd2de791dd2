package io.aggr.tun.linux.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.aggr.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A zeroed piece of memory outside the heap with a known address, in the machine's byte order: what the C library takes as a structure.
 * Whoever hands the address to the C library keeps the object reachable meanwhile.
 */
public final class NativeMemory {

    private final ByteBuffer buffer;
    private final long address;

    /** Allocates; all bytes are 0. */
    public NativeMemory(int sizeBytes) {
        buffer = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
        address = resolve(buffer);
    }

    /** A text that ends with a 0 byte. */
    public static NativeMemory text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        NativeMemory memory = new NativeMemory(bytes.length + 1);
        memory.buffer.put(0, bytes);
        return memory;
    }

    /** Address of the first byte of a batch's slab. */
    public static long addressOf(PacketBatch batch) {
        // The reference captures nothing and so is one object for ever.
        return batch.slab().address(NativeMemory::resolve);
    }

    /** The memory; absolute access only. */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Address of the first byte. */
    public long address() {
        return address;
    }

    private static long resolve(ByteBuffer buffer) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }
}
