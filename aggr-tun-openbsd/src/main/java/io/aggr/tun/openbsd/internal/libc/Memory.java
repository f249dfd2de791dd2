package io.aggr.tun.openbsd.internal.libc;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import io.aggr.packet.PacketBatch;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * A piece of memory with a known address, for the structures that calls take and fill in. All bytes are 0 at first; numbers are in the machine's
 * byte order. Whoever hands the address to a call keeps the object reachable until the call is over; a field does that.
 */
public final class Memory {

    private final ByteBuffer bytes;
    private final long address;

    /** Allocates. */
    public Memory(int sizeBytes) {
        bytes = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.nativeOrder());
        address = addressOf(bytes);
    }

    /** Address of the first byte of a batch's slab. */
    public static long addressOf(PacketBatch batch) {
        return batch.slab().address(Memory::addressOf);
    }

    private static long addressOf(ByteBuffer buffer) {
        return Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
    }

    /** The memory; absolute access only. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** Address of the first byte. */
    public long address() {
        return address;
    }

    /** Sets all bytes to 0. */
    public Memory clear() {
        for (int i = 0; i < bytes.capacity(); i++) {
            bytes.put(i, (byte) 0);
        }
        return this;
    }

    /** Writes a text and a 0 behind it. */
    public Memory putText(int at, String text) {
        byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
        bytes.put(at, ascii).put(at + ascii.length, (byte) 0);
        return this;
    }

    /**
     * Writes a {@code sockaddr_in} or {@code sockaddr_in6}, as the address is.
     *
     * @return its size in bytes
     */
    public int putSocketAddress(int at, InetAddress host, int port) {
        byte[] raw = host.getAddress();
        // Length, family and port lie at the same places in both.
        bytes.put(at + Abi.SockaddrIn.SIN_PORT, (byte) (port >>> 8)).put(at + Abi.SockaddrIn.SIN_PORT + 1, (byte) port);
        if (raw.length == 4) {
            bytes.put(at + Abi.SockaddrIn.SIN_LEN, (byte) Abi.SockaddrIn.SIZE)
                    .put(at + Abi.SockaddrIn.SIN_FAMILY, (byte) Abi.AF_INET)
                    .put(at + Abi.SockaddrIn.SIN_ADDR, raw)
                    .putLong(at + Abi.SockaddrIn.SIN_ADDR + 4, 0);
            return Abi.SockaddrIn.SIZE;
        }
        bytes.put(at + Abi.SockaddrIn6.SIN6_LEN, (byte) Abi.SockaddrIn6.SIZE)
                .put(at + Abi.SockaddrIn6.SIN6_FAMILY, (byte) Abi.AF_INET6)
                .putInt(at + Abi.SockaddrIn6.SIN6_FLOWINFO, 0)
                .put(at + Abi.SockaddrIn6.SIN6_ADDR, raw)
                .putInt(at + Abi.SockaddrIn6.SIN6_SCOPE_ID, host instanceof Inet6Address six ? six.getScopeId() : 0);
        return Abi.SockaddrIn6.SIZE;
    }

    /** Reads a {@code sockaddr_in} or {@code sockaddr_in6}. */
    public InetSocketAddress socketAddress(int at) {
        int port = Short.toUnsignedInt(bytes.getShort(at + Abi.SockaddrIn.SIN_PORT));
        if (bytes.order() == ByteOrder.LITTLE_ENDIAN) {
            port = Short.toUnsignedInt(Short.reverseBytes((short) port));
        }
        try {
            if (bytes.get(at + Abi.SockaddrIn.SIN_FAMILY) == Abi.AF_INET) {
                byte[] raw = new byte[4];
                bytes.get(at + Abi.SockaddrIn.SIN_ADDR, raw);
                return new InetSocketAddress(InetAddress.getByAddress(raw), port);
            }
            byte[] raw = new byte[16];
            bytes.get(at + Abi.SockaddrIn6.SIN6_ADDR, raw);
            int scope = bytes.getInt(at + Abi.SockaddrIn6.SIN6_SCOPE_ID);
            return new InetSocketAddress(
                    scope == 0 ? InetAddress.getByAddress(raw) : Inet6Address.getByAddress(null, raw, scope), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of another length", e);
        }
    }
}
