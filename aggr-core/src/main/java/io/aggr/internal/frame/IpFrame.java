package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * The nine bytes in front of an inner packet. {@link #put} writes them; an instance reads them and is used again and again. Not for use by two
 * threads at once.
 */
public final class IpFrame {

    /** Length of the header in front of the inner packet. */
    public static final int HEADER_BYTES = 9;

    /** Says that a sequence does not exist. */
    public static final long NO_SEQUENCE = -1;

    /** Flag: urgent, never held for others. */
    public static final int FREE = 0x40;

    /** Flag: this sequence was sent before. */
    public static final int RETX = 0x20;

    /** Flag: the flow prefers an even delay to an early one. */
    public static final int BULK = 0x10;

    /** Flag: the sender's queue has marked the inner header. */
    public static final int CE = 0x08;

    /** Flag: nothing else waited for this link. */
    public static final int LAST = 0x04;

    private static final int MARK = 0x80;
    private static final int PREV = 0x02;
    private static final int RESERVED = 0x01;
    private static final int SETTABLE = FREE | RETX | BULK | CE | LAST;

    private static final int IPV4_MIN_BYTES = 20;
    private static final int IPV6_HEADER_BYTES = 40;

    private int flags;
    private int sequenceLow;
    private int stamp;
    private int waitMillis;
    private int previous;
    private int flowCode;
    private int packetOffset;
    private int packetBytes;

    /** Makes an empty reader. */
    public IpFrame() {}

    /**
     * Writes the header; the inner packet has to lie, or to be put, directly behind it.
     *
     * @param buffer where to
     * @param offset absolute, of the first byte
     * @param flags any of {@link #FREE}, {@link #RETX}, {@link #BULK}, {@link #CE}, {@link #LAST}; other bits are not looked at
     * @param sequence the packet's global sequence, 1 or more
     * @param ticks the sender's tick number now, see {@link Ticks#ofNanos}
     * @param waitMillis time since the packet was read from the TUN; cut to 0 to 255
     * @param previousDistance distance to the member of the link's chain before this one: 1 or more; 0 if this is the first one; -1 if this packet
     *     is not in the chain. More than 255 travels as "far"
     * @param flowDistance distance to the packet before in the same flow group, 0 if none matters; coded by {@link LogDistance}, left out of a
     *     FREE frame
     * @return {@link #HEADER_BYTES}
     */
    public static int put(
            ByteBuffer buffer,
            int offset,
            int flags,
            long sequence,
            long ticks,
            long waitMillis,
            long previousDistance,
            long flowDistance) {
        int allFlags = MARK | (flags & SETTABLE) | (previousDistance >= 0 ? PREV : 0);
        BigEndian.put8(buffer, offset, allFlags);
        BigEndian.put24(buffer, offset + 1, (int) sequence);
        BigEndian.put16(buffer, offset + 4, (int) ticks);
        BigEndian.put8(buffer, offset + 6, (int) Math.max(0, Math.min(255, waitMillis)));
        BigEndian.put8(
                buffer, offset + 7, previousDistance > 0 && previousDistance <= 255 ? (int) previousDistance : 0);
        BigEndian.put8(buffer, offset + 8, (flags & FREE) != 0 ? LogDistance.NONE : LogDistance.encode(flowDistance));
        return HEADER_BYTES;
    }

    /** Whether an IP frame that begins at {@code offset} is well formed and ends before {@code end}. */
    static FrameVerdict check(ByteBuffer buffer, int offset, int end) {
        // One byte of the inner packet tells its version.
        if (end - offset <= HEADER_BYTES) {
            return FrameVerdict.TRUNCATED;
        }
        int flags = BigEndian.u8(buffer, offset);
        if ((flags & RESERVED) != 0) {
            return FrameVerdict.RESERVED;
        }
        if ((flags & PREV) == 0 && BigEndian.u8(buffer, offset + 7) != 0) {
            return FrameVerdict.BAD_VALUE;
        }
        int packet = offset + HEADER_BYTES;
        int version = BigEndian.u8(buffer, packet) >>> 4;
        if (version != 4 && version != 6) {
            return FrameVerdict.INNER_VERSION;
        }
        int minBytes = version == 4 ? IPV4_MIN_BYTES : IPV6_HEADER_BYTES;
        int available = end - packet;
        if (available < minBytes) {
            return FrameVerdict.INNER_LENGTH;
        }
        int bytes = packetBytes(buffer, packet);
        return bytes < minBytes || bytes > available ? FrameVerdict.INNER_LENGTH : FrameVerdict.OK;
    }

    /** Whole size of a checked frame. */
    static int bytes(ByteBuffer buffer, int offset) {
        return HEADER_BYTES + packetBytes(buffer, offset + HEADER_BYTES);
    }

    private static int packetBytes(ByteBuffer buffer, int packet) {
        return BigEndian.u8(buffer, packet) >>> 4 == 4
                ? BigEndian.u16(buffer, packet + 2)
                : IPV6_HEADER_BYTES + BigEndian.u16(buffer, packet + 4);
    }

    /**
     * Reads a frame that {@link FrameCheck} has found good. The values stay until the next call, also when the buffer changes.
     *
     * @param buffer holds the frame
     * @param offset absolute, of its first byte
     */
    public void read(ByteBuffer buffer, int offset) {
        flags = BigEndian.u8(buffer, offset);
        sequenceLow = BigEndian.u24(buffer, offset + 1);
        stamp = BigEndian.u16(buffer, offset + 4);
        waitMillis = BigEndian.u8(buffer, offset + 6);
        previous = BigEndian.u8(buffer, offset + 7);
        flowCode = BigEndian.u8(buffer, offset + 8);
        packetOffset = offset + HEADER_BYTES;
        packetBytes = packetBytes(buffer, packetOffset);
    }

    /**
     * Whether the packet is urgent.
     *
     * @return the flag {@link #FREE}
     */
    public boolean isFree() {
        return (flags & FREE) != 0;
    }

    /**
     * Whether this is a repair.
     *
     * @return the flag {@link #RETX}
     */
    public boolean isRepair() {
        return (flags & RETX) != 0;
    }

    /**
     * Whether the flow prefers an even delay.
     *
     * @return the flag {@link #BULK}
     */
    public boolean isBulk() {
        return (flags & BULK) != 0;
    }

    /**
     * Whether the sender's queue has marked the inner header.
     *
     * @return the flag {@link #CE}
     */
    public boolean isMarked() {
        return (flags & CE) != 0;
    }

    /**
     * Whether nothing else waited for the link.
     *
     * @return the flag {@link #LAST}
     */
    public boolean isLast() {
        return (flags & LAST) != 0;
    }

    /**
     * Whether the frame belongs to the chain of its link, so that it passes all lower sequences that the link was given.
     *
     * @return the flag PREV
     */
    public boolean isInChain() {
        return (flags & PREV) != 0;
    }

    /**
     * The part of the sequence that travels; {@link Serial#sequence} rebuilds the rest.
     *
     * @return 0 to 2^24 - 1
     */
    public int sequenceLow() {
        return sequenceLow;
    }

    /**
     * Low bits of the sender's tick number; {@link Serial#unwrap} and {@link Serial#difference} with {@link Ticks#STAMP_BITS} work with it.
     *
     * @return 0 to 65 535
     */
    public int stamp() {
        return stamp;
    }

    /**
     * Time that the packet had spent at the sender.
     *
     * @return milliseconds, 0 to 255; 255 stands for 255 and more
     */
    public int waitMillis() {
        return waitMillis;
    }

    /**
     * The sequence that was sent before this one on the same link, if the frame tells.
     *
     * @param sequence this frame's own, rebuilt
     * @return 1 or more, or {@link #NO_SEQUENCE}: not in the chain, the first of it, too far, or a distance beyond the beginning
     */
    public long previousOnLink(long sequence) {
        return previous == 0 || previous >= sequence ? NO_SEQUENCE : sequence - previous;
    }

    /**
     * Lowest sequence that the packet before this one in the same flow group may have.
     *
     * @param sequence this frame's own, rebuilt
     * @return 1 or more, or {@link #NO_SEQUENCE} if there is none to wait for
     */
    public long predecessorMin(long sequence) {
        return hasPredecessor(sequence)
                ? Math.max(Serial.FIRST_SEQUENCE, sequence - LogDistance.max(flowCode))
                : NO_SEQUENCE;
    }

    /**
     * Highest sequence that the packet before this one in the same flow group may have.
     *
     * @param sequence this frame's own, rebuilt
     * @return equal to {@link #predecessorMin} if it is known exactly; {@link #NO_SEQUENCE} if there is none to wait for
     */
    public long predecessorMax(long sequence) {
        return hasPredecessor(sequence) ? sequence - LogDistance.min(flowCode) : NO_SEQUENCE;
    }

    private boolean hasPredecessor(long sequence) {
        return flowCode != LogDistance.NONE && !isFree() && LogDistance.min(flowCode) < sequence;
    }

    /**
     * Where the inner packet begins.
     *
     * @return absolute offset in the buffer that was read
     */
    public int packetOffset() {
        return packetOffset;
    }

    /**
     * Length of the inner packet, by its own header.
     *
     * @return 20 to 65 575 bytes
     */
    public int packetBytes() {
        return packetBytes;
    }
}
