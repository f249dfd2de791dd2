package io.aggr.sim;

import io.aggr.packet.Slab;
import java.nio.ByteBuffer;

/** A queue of packets with one number beside each, in memory of its own that is never allocated again. */
final class PacketFifo {
    private final int strideBytes;
    private final int capacity;
    private final Slab slab;
    private final int[] lengths;
    private final long[] notes;
    private int head;
    private int count;

    /**
     * An empty queue.
     *
     * @param capacity most packets
     * @param strideBytes longest packet
     */
    PacketFifo(int capacity, int strideBytes) {
        this.capacity = capacity;
        this.strideBytes = strideBytes;
        slab = new Slab(capacity * strideBytes);
        lengths = new int[capacity];
        notes = new long[capacity];
    }

    boolean isEmpty() {
        return count == 0;
    }

    int count() {
        return count;
    }

    /** Appends a copy; false if the queue is full or the packet is longer than what fits. */
    boolean add(ByteBuffer source, int offset, int lengthBytes, long note) {
        if (count == capacity || lengthBytes > strideBytes) {
            return false;
        }
        int at = (head + count++) % capacity;
        slab.buffer().put(at * strideBytes, source, offset, lengthBytes);
        lengths[at] = lengthBytes;
        notes[at] = note;
        return true;
    }

    /** Length of the first packet; there must be one. */
    int firstLength() {
        return lengths[head];
    }

    /** The number beside the first packet. */
    long firstNote() {
        return notes[head];
    }

    /** Copies the first packet. */
    void copyFirst(ByteBuffer target, int offset) {
        target.put(offset, slab.buffer(), head * strideBytes, lengths[head]);
    }

    /** The first packet between position and limit of a view of the memory that {@link #newView} has made. */
    ByteBuffer showFirst(ByteBuffer view) {
        return view.limit(head * strideBytes + lengths[head]).position(head * strideBytes);
    }

    /** Another view of the memory, to be kept by the caller. */
    ByteBuffer newView() {
        return slab.buffer().duplicate();
    }

    void removeFirst() {
        head = (head + 1) % capacity;
        count--;
    }
}
