package io.aggr.internal.frame;

import java.nio.ByteBuffer;

/**
 * Walks over the frames of one plaintext:
 *
 * <pre>{@code
 * if (cursor.begin(buffer, offset, length) != FrameVerdict.OK) { count, drop }
 * if (cursor.hasIp()) { use cursor.ip() }
 * while (cursor.next()) { switch (cursor.type()) { ... read at cursor.offset() ... } }
 * }</pre>
 *
 * One instance serves any number of datagrams. Not for use by two threads at once.
 */
public final class FrameCursor {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final IpFrame ip = new IpFrame();
    private ByteBuffer buffer = NOTHING;
    private int end;
    private int next;
    private boolean hasIp;
    private FrameType type = FrameType.UNKNOWN;
    private int offset;
    private int lengthBytes;

    /** Makes a cursor over nothing. */
    public FrameCursor() {}

    /**
     * Checks a plaintext as a whole and stands before its first control frame. If the answer is not {@link FrameVerdict#OK}, the cursor is empty.
     *
     * @param plaintext holds the frames; not changed, and read by the cursor until the next call
     * @param start absolute, of the first byte
     * @param totalBytes length of the plaintext
     * @return the result of {@link FrameCheck#check}
     */
    public FrameVerdict begin(ByteBuffer plaintext, int start, int totalBytes) {
        buffer = plaintext;
        hasIp = false;
        type = FrameType.UNKNOWN;
        offset = start;
        lengthBytes = 0;
        next = start;
        end = start;
        FrameVerdict verdict = FrameCheck.check(plaintext, start, totalBytes);
        if (verdict == FrameVerdict.OK) {
            end = start + totalBytes;
            if (FrameType.of(plaintext.get(start)) == FrameType.IP) {
                hasIp = true;
                ip.read(plaintext, start);
                next = ip.packetOffset() + ip.packetBytes();
            }
        }
        return verdict;
    }

    /**
     * Whether the datagram carries an inner packet.
     *
     * @return true if {@link #ip} may be read
     */
    public boolean hasIp() {
        return hasIp;
    }

    /**
     * The IP frame of the datagram.
     *
     * @return always the same object; meaningful only if {@link #hasIp}
     */
    public IpFrame ip() {
        return ip;
    }

    /**
     * Goes to the next control frame.
     *
     * @return false if there is none left; PAD counts as a frame
     */
    public boolean next() {
        if (next >= end) {
            return false;
        }
        offset = next;
        type = FrameType.of(buffer.get(offset));
        lengthBytes = FrameCheck.bytes(type, buffer, offset, end);
        next = offset + lengthBytes;
        return true;
    }

    /**
     * Type of the control frame that the cursor stands on.
     *
     * @return {@link FrameType#UNKNOWN} before the first {@link #next}
     */
    public FrameType type() {
        return type;
    }

    /**
     * First byte of the control frame that the cursor stands on.
     *
     * @return absolute offset, for the accessors of the frame classes
     */
    public int offset() {
        return offset;
    }

    /**
     * Whole size of the control frame that the cursor stands on.
     *
     * @return bytes
     */
    public int lengthBytes() {
        return lengthBytes;
    }
}
