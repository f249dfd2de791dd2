package io.aggr.tun.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One message from the kernel, read where it lies. Lengths are checked against the buffer, so that a short message reads as one without
 * attributes.
 */
final class NetlinkReply {

    private static final int ERROR = 2;
    private static final int DONE = 3;
    private static final int FLAG_CAPPED = 0x100;
    private static final int FLAG_ERROR_TEXT = 0x200;
    private static final int ERROR_TEXT = 1;
    private static final int TYPE_MASK = 0x3fff;

    private final ByteBuffer buffer;
    private final int start;
    private final int end;

    /**
     * Looks at a message.
     *
     * @param buffer in the machine's byte order
     * @param start first byte of the message
     * @param limit end of what was received
     */
    NetlinkReply(ByteBuffer buffer, int start, int limit) {
        this.buffer = buffer;
        this.start = start;
        int length = limit - start >= NetlinkRequest.HEADER_BYTES ? buffer.getInt(start) : 0;
        this.end = start + Math.max(NetlinkRequest.HEADER_BYTES, Math.min(length, limit - start));
    }

    /** Where the next message begins. */
    int next() {
        return start + aligned(end - start);
    }

    int type() {
        return Short.toUnsignedInt(buffer.getShort(start + 4));
    }

    int sequence() {
        return buffer.getInt(start + 8);
    }

    /** Whether this ends an answer of several messages. */
    boolean isDone() {
        return type() == DONE;
    }

    /** Whether this says how a request went. */
    boolean isResult() {
        return type() == ERROR || type() == DONE;
    }

    /** The error number of a result, 0 for success. */
    int errno() {
        return end - start >= NetlinkRequest.HEADER_BYTES + 4 ? -buffer.getInt(start + NetlinkRequest.HEADER_BYTES) : 0;
    }

    /** What the kernel has to say about an error, or an empty text. */
    String errorText() {
        int flags = Short.toUnsignedInt(buffer.getShort(start + 6));
        if ((flags & FLAG_ERROR_TEXT) == 0) {
            return "";
        }
        int attributes = start + NetlinkRequest.HEADER_BYTES + 4;
        if (type() == ERROR && attributes + 4 <= end) {
            // Behind the number comes the request: its header, or all of it.
            int echoed = (flags & FLAG_CAPPED) != 0 ? NetlinkRequest.HEADER_BYTES : buffer.getInt(attributes);
            if (echoed < 0 || echoed > end - attributes) {
                return "";
            }
            attributes += aligned(echoed);
        }
        byte[] text = find(attributes, ERROR_TEXT);
        return text == null ? "" : new String(text, StandardCharsets.UTF_8).replace("\0", "");
    }

    /** A byte of the fixed part. */
    int u8(int offset) {
        return Byte.toUnsignedInt(buffer.get(start + NetlinkRequest.HEADER_BYTES + offset));
    }

    /** A word of the fixed part. */
    int u32(int offset) {
        return buffer.getInt(start + NetlinkRequest.HEADER_BYTES + offset);
    }

    /**
     * An attribute.
     *
     * @param fixedBytes length of the fixed part
     * @param type which attribute
     * @return a copy of its value, or null
     */
    byte @Nullable [] attribute(int fixedBytes, int type) {
        return find(start + NetlinkRequest.HEADER_BYTES + fixedBytes, type);
    }

    /** A number in an attribute of four bytes, or of one. */
    int attribute(int fixedBytes, int type, int fallback) {
        byte[] value = attribute(fixedBytes, type);
        if (value == null) {
            return fallback;
        }
        return switch (value.length) {
            case 1 -> Byte.toUnsignedInt(value[0]);
            case 4 -> ByteBuffer.wrap(value).order(buffer.order()).getInt();
            default -> fallback;
        };
    }

    /** A text in an attribute, or an empty one. */
    String attributeText(int fixedBytes, int type) {
        byte[] value = attribute(fixedBytes, type);
        return value == null ? "" : new String(value, StandardCharsets.UTF_8).replace("\0", "");
    }

    private byte @Nullable [] find(int from, int wanted) {
        int at = from;
        while (at + 4 <= end) {
            int length = Short.toUnsignedInt(buffer.getShort(at));
            if (length < 4 || at + length > end) {
                return null;
            }
            if ((Short.toUnsignedInt(buffer.getShort(at + 2)) & TYPE_MASK) == wanted) {
                byte[] value = new byte[length - 4];
                buffer.get(at + 4, value);
                return value;
            }
            at += aligned(length);
        }
        return null;
    }

    private static int aligned(int length) {
        return (length + 3) & ~3;
    }
}
