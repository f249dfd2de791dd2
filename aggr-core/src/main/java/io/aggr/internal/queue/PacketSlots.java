package io.aggr.internal.queue;

import io.aggr.packet.TrafficClass;
import java.util.Arrays;

/**
 * A pool of packet descriptors: parallel arrays, one entry per slot, a slot being an {@code int}. A descriptor says
 * where the packet's bytes are, and what queues must know of it. Parts that need more per packet keep arrays of their
 * own of {@link #capacity} entries.
 *
 * <p><b>Ownership.</b> Who allocated a slot, or took it from a queue, owns it until it is queued or freed. The owner may
 * use {@link #next} to link its slots into lists.
 *
 * <p><b>Threading.</b> One thread. Methods check nothing but {@link #free}.
 */
public final class PacketSlots {
    /** No slot. */
    public static final int NONE = -1;

    private static final int IN_USE = 1;
    private static final int URGENT = 2;
    private static final int ECN_CAPABLE = 4;
    private static final int MARK = 8;

    private final int capacity;
    private final long[] position;
    private final long[] headerPosition;
    private final long[] arrivalNanos;
    private final int[] lengthBytes;
    private final int[] headerBytes;
    private final int[] segment;
    private final int[] flowHash;
    private final int[] next;
    private final byte[] flags;
    private int firstFree;
    private int used;

    /**
     * Creates a pool in which all slots are free.
     *
     * @param capacity number of slots, 1 or more; 53 bytes each
     */
    public PacketSlots(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("the number of packet slots must be 1 or more, got " + capacity);
        }
        this.capacity = capacity;
        position = new long[capacity];
        headerPosition = new long[capacity];
        arrivalNanos = new long[capacity];
        lengthBytes = new int[capacity];
        headerBytes = new int[capacity];
        segment = new int[capacity];
        flowHash = new int[capacity];
        next = new int[capacity];
        flags = new byte[capacity];
        Arrays.setAll(next, slot -> slot + 1 < capacity ? slot + 1 : NONE);
    }

    /** The number of slots. */
    public int capacity() {
        return capacity;
    }

    /** The number of slots in use. */
    public int used() {
        return used;
    }

    /**
     * Takes a free slot and describes a packet that stands in one piece.
     *
     * @param position of the first byte in the owner's arena
     * @param lengthBytes length of the packet
     * @param arrivalNanos when it was read; its waiting time counts from here
     * @param ecnCapable whether it may be marked instead of dropped
     * @return the slot, or {@link #NONE} if all are in use
     */
    public int allocate(
            long position,
            int lengthBytes,
            int flowHash,
            TrafficClass trafficClass,
            long arrivalNanos,
            boolean ecnCapable) {
        int slot = firstFree;
        if (slot == NONE) {
            return NONE;
        }
        firstFree = next[slot];
        used++;
        this.position[slot] = position;
        this.lengthBytes[slot] = lengthBytes;
        this.flowHash[slot] = flowHash;
        this.arrivalNanos[slot] = arrivalNanos;
        headerPosition[slot] = position;
        headerBytes[slot] = 0;
        segment[slot] = 0;
        next[slot] = NONE;
        flags[slot] =
                (byte) (IN_USE | (trafficClass == TrafficClass.URGENT ? URGENT : 0) | (ecnCapable ? ECN_CAPABLE : 0));
        return slot;
    }

    /**
     * Gives a slot back.
     *
     * @throws IllegalStateException if it is free already, which means that it has two owners
     */
    public void free(int slot) {
        if ((flags[slot] & IN_USE) == 0) {
            throw new IllegalStateException("slot " + slot + " is free already");
        }
        flags[slot] = 0;
        next[slot] = firstFree;
        firstFree = slot;
        used--;
    }

    /**
     * Makes the packet a segment of a super-packet: a header that all segments share as a template, and a slice of the
     * payload at {@link #position}. {@link #lengthBytes} stays the length of the finished packet, both together.
     *
     * @param headerPosition of the template in the owner's arena
     * @param headerBytes length of the template, IP and transport header, above 0
     * @param segment which segment this is, from 0
     */
    public void describeSegment(int slot, long headerPosition, int headerBytes, int segment) {
        this.headerPosition[slot] = headerPosition;
        this.headerBytes[slot] = headerBytes;
        this.segment[slot] = segment;
    }

    /** Arena position of the packet, or of the payload slice of a segment. */
    public long position(int slot) {
        return position[slot];
    }

    /** Moves the packet: its bytes were copied elsewhere. */
    public void movePosition(int slot, long newPosition) {
        position[slot] = newPosition;
    }

    /** Length of the whole packet in bytes, headers included. */
    public int lengthBytes(int slot) {
        return lengthBytes[slot];
    }

    /** Whether the packet is a segment of a super-packet and its header has to be made from a template. */
    public boolean isSegment(int slot) {
        return headerBytes[slot] != 0;
    }

    /** Arena position of the header template of a segment. */
    public long headerPosition(int slot) {
        return headerPosition[slot];
    }

    /** Length of the header template, or 0 if the packet stands in one piece. */
    public int headerBytes(int slot) {
        return headerBytes[slot];
    }

    /** Which segment of its super-packet this is, from 0. */
    public int segment(int slot) {
        return segment[slot];
    }

    /** Hash of the packet's flow. */
    public int flowHash(int slot) {
        return flowHash[slot];
    }

    /** The packet's class. */
    public TrafficClass trafficClass(int slot) {
        return isUrgent(slot) ? TrafficClass.URGENT : TrafficClass.BULK;
    }

    /** Whether the class is urgent. */
    public boolean isUrgent(int slot) {
        return (flags[slot] & URGENT) != 0;
    }

    /** When the packet was read, on the clock of {@code nowNanos}. */
    public long arrivalNanos(int slot) {
        return arrivalNanos[slot];
    }

    /** Whether the packet may be marked instead of dropped. */
    public boolean isEcnCapable(int slot) {
        return (flags[slot] & ECN_CAPABLE) != 0;
    }

    /** Whether the sender is to set "congestion experienced" in the packet before it leaves. */
    public boolean isMarkWanted(int slot) {
        return (flags[slot] & MARK) != 0;
    }

    void wantMark(int slot) {
        flags[slot] |= MARK;
    }

    /** The slot linked behind this one, or {@link #NONE}. */
    public int next(int slot) {
        return next[slot];
    }

    /** Links a slot behind this one. For the owner of both. */
    public void link(int slot, int following) {
        next[slot] = following;
    }
}
