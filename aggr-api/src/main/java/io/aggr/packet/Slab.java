package io.aggr.packet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.ToLongFunction;

/**
 * A piece of memory outside the heap that packets lie in, and the native address of its first byte, looked up once.
 *
 * <p><b>Threading.</b> A slab has one owner at a time; handing it over is the owner's business.
 *
 * @since 0.1
 */
public final class Slab {

    private final ByteBuffer buffer;
    private long address;

    /**
     * Allocates a slab.
     *
     * @param sizeBytes size in bytes, 1 or more
     */
    public Slab(int sizeBytes) {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("a slab must have 1 byte or more, got " + sizeBytes);
        }
        buffer = ByteBuffer.allocateDirect(sizeBytes).order(ByteOrder.BIG_ENDIAN);
    }

    /**
     * The memory, in network byte order. Use absolute access; whoever needs position and limit (NIO does) sets both before and relies on
     * neither afterwards.
     *
     * @return always the same buffer
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /**
     * Size of the slab.
     *
     * @return bytes
     */
    public int sizeBytes() {
        return buffer.capacity();
    }

    /**
     * The native address of byte 0, for plugins that call the operating system themselves. The slab must be kept reachable while native code
     * uses the address.
     *
     * @param resolver asks the native layer for the address of a direct buffer; called once in the slab's life
     * @return the address
     */
    public long address(ToLongFunction<ByteBuffer> resolver) {
        if (address == 0) {
            address = resolver.applyAsLong(buffer);
        }
        return address;
    }
}
