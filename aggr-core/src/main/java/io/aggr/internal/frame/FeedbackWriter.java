package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * Writes a FEEDBACK frame: {@link #begin}, {@link #addLink} for each link, {@link #finish}. One instance serves any number of frames. Not for
 * use by two threads at once.
 */
public final class FeedbackWriter {

    /** Size of the frame without links. */
    public static final int MIN_BYTES = 9;

    /** Largest block of a link. */
    public static final int MAX_BLOCK_BYTES = 29;

    /** How many links a frame can speak of. */
    public static final int MAX_LINKS = 16;

    /** Size of the largest frame. */
    public static final int MAX_BYTES = MIN_BYTES + MAX_LINKS * MAX_BLOCK_BYTES;

    /** Size of a block without bitmap. */
    static final int MIN_BLOCK_BYTES = 21;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final long MAX_AGE_TICKS = 0xFFFF;

    private ByteBuffer buffer = NOTHING;
    private int start;
    private int at;
    private int end;
    private int links;

    /** Makes a writer. */
    public FeedbackWriter() {}

    /**
     * Begins a frame.
     *
     * @param target where to; written until {@link #finish}
     * @param offset absolute, of the first byte
     * @param roomBytes how many bytes the frame may take
     * @param receiverTicks the own tick number now; its low 32 bits travel
     * @param fill how full the reorder buffer is, 0 to 65 535; cut to that range
     * @return false if not even the empty frame fits; nothing has been written then
     */
    public boolean begin(ByteBuffer target, int offset, int roomBytes, long receiverTicks, int fill) {
        buffer = target;
        start = offset;
        at = offset;
        end = offset;
        links = 0;
        if (roomBytes < MIN_BYTES) {
            return false;
        }
        end = offset + Math.min(roomBytes, MAX_BYTES);
        BigEndian.put32(target, offset + 3, (int) receiverTicks);
        BigEndian.put16(target, offset + 7, Math.max(0, Math.min(0xFFFF, fill)));
        at = offset + MIN_BYTES;
        return true;
    }

    /**
     * Adds what has arrived on a link.
     *
     * @param linkId number of the link, 0 to 255
     * @param highestCounter highest counter that has arrived
     * @param bytes of all datagrams that have arrived, from type byte to tag; the low 32 bits travel
     * @param packets number of those datagrams; the low 24 bits travel
     * @param ageTicks between the arrival of the highest and the time of this frame; cut to 0 to 65 535
     * @param minDelayTicks smallest relative delay since the last feedback; the low 16 bits travel
     * @param lastDelayTicks latest relative delay; the low 16 bits travel
     * @param marked datagrams that arrived with Congestion Experienced; the low 16 bits travel
     * @param missing bit i set: counter {@code highestCounter - 1 - i} has not arrived
     * @return false if the block does not fit any more; nothing has been written then
     */
    public boolean addLink(
            int linkId,
            long highestCounter,
            long bytes,
            long packets,
            long ageTicks,
            long minDelayTicks,
            long lastDelayTicks,
            long marked,
            long missing) {
        int bitmapBytes = Long.BYTES - Long.numberOfLeadingZeros(missing) / Byte.SIZE;
        if (links == MAX_LINKS || end - at < MIN_BLOCK_BYTES + bitmapBytes) {
            return false;
        }
        BigEndian.put8(buffer, at, linkId);
        BigEndian.put8(buffer, at + 1, bitmapBytes);
        BigEndian.put32(buffer, at + 2, (int) highestCounter);
        BigEndian.put32(buffer, at + 6, (int) bytes);
        BigEndian.put24(buffer, at + 10, (int) packets);
        BigEndian.put16(buffer, at + 13, (int) Math.max(0, Math.min(MAX_AGE_TICKS, ageTicks)));
        BigEndian.put16(buffer, at + 15, (int) minDelayTicks);
        BigEndian.put16(buffer, at + 17, (int) lastDelayTicks);
        BigEndian.put16(buffer, at + 19, (int) marked);
        for (int k = 0; k < bitmapBytes; k++) {
            BigEndian.put8(buffer, at + MIN_BLOCK_BYTES + k, (int) (missing >>> (Byte.SIZE * k)));
        }
        at += MIN_BLOCK_BYTES + bitmapBytes;
        links++;
        return true;
    }

    /**
     * Completes the frame.
     *
     * @return its size in bytes; 0 if {@link #begin} has answered false
     */
    public int finish() {
        int bytes = at - start;
        if (bytes > 0) {
            VariableFrame.putPrefix(buffer, start, FrameType.FEEDBACK, bytes - VariableFrame.PREFIX_BYTES);
        }
        buffer = NOTHING;
        start = at;
        end = at;
        return bytes;
    }
}
