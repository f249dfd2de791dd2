package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * Writes a GONE frame: {@link #begin}, {@link #add} in rising order, {@link #finish}. One instance serves any number of frames. Not for use by
 * two threads at once.
 */
public final class GoneWriter {

    /** Size of the frame with one range. */
    public static final int MIN_BYTES = 11;

    /** How many ranges a frame can have. */
    public static final int MAX_RANGES = 64;

    /** Size of the largest frame. */
    public static final int MAX_BYTES = GoneReader.RANGES_OFFSET + MAX_RANGES * GoneReader.RANGE_BYTES;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final int MAX_STEP = 255;

    private ByteBuffer buffer = NOTHING;
    private int start;
    private int at;
    private int end;
    private long nextSequence;

    /** Makes a writer. */
    public GoneWriter() {}

    /**
     * Begins a frame.
     *
     * @param target where to; written until {@link #finish}
     * @param offset absolute, of the first byte
     * @param roomBytes how many bytes the frame may take; below {@link #MIN_BYTES}, nothing can be added
     */
    public void begin(ByteBuffer target, int offset, int roomBytes) {
        buffer = target;
        start = offset;
        at = offset;
        end = offset + Math.min(roomBytes, MAX_BYTES);
    }

    /**
     * Adds sequences that will not be sent again.
     *
     * @param first lowest one, 1 or more, above all that were added before
     * @param last highest one, at most {@link Serial#MAX_SEQUENCE}
     * @return false if they do not fit into this frame: no room, too far from those before (more than 255 between), or not in order; nothing has
     *     been written then, and a new frame can take them if {@code last - first} is below 16 320
     */
    public boolean add(long first, long last) {
        boolean isEmpty = at == start;
        long skip = isEmpty ? 0 : first - nextSequence;
        if (first < Serial.FIRST_SEQUENCE
                || last < first
                || last > Serial.MAX_SEQUENCE
                || skip < 0
                || skip > MAX_STEP) {
            return false;
        }
        int from = isEmpty ? start + GoneReader.RANGES_OFFSET : at;
        long ranges = (last - first) / MAX_STEP + 1;
        if (ranges * GoneReader.RANGE_BYTES > end - from) {
            return false;
        }
        if (isEmpty) {
            BigEndian.put48(buffer, start + VariableFrame.PREFIX_BYTES, first);
            at = from;
        }
        for (long left = last - first + 1; left > 0; left -= MAX_STEP) {
            BigEndian.put8(buffer, at, (int) skip);
            BigEndian.put8(buffer, at + 1, (int) Math.min(left, MAX_STEP));
            at += GoneReader.RANGE_BYTES;
            skip = 0;
        }
        nextSequence = last + 1;
        return true;
    }

    /**
     * Completes the frame.
     *
     * @return its size in bytes; 0 if nothing was added, and then there is no frame
     */
    public int finish() {
        int bytes = at - start;
        if (bytes > 0) {
            VariableFrame.putPrefix(buffer, start, FrameType.GONE, bytes - VariableFrame.PREFIX_BYTES);
        }
        buffer = NOTHING;
        start = at;
        end = at;
        return bytes;
    }
}
