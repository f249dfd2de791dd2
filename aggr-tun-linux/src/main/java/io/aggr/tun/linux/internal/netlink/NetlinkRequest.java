package io.aggr.tun.linux.internal.netlink;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A message to the kernel (netlink(7)): a header, a fixed part and attributes, all in the machine's byte order, attributes padded to four
 * bytes. Built once, by one thread.
 */
final class NetlinkRequest {

    /** Bytes of {@code struct nlmsghdr}. */
    static final int HEADER_BYTES = 16;

    private static final int ATTRIBUTE_HEADER_BYTES = 4;
    private static final int NESTED = 1 << 15;

    private final ByteBuffer buffer = ByteBuffer.allocate(512).order(ByteOrder.nativeOrder());

    /**
     * Begins a message.
     *
     * @param type what is asked for, RTM_...
     * @param flags how, NLM_F_...
     */
    NetlinkRequest(int type, int flags) {
        buffer.putInt(0)
                .putShort((short) type)
                .putShort((short) flags)
                .putInt(0)
                .putInt(0);
    }

    NetlinkRequest u8(int value) {
        buffer.put((byte) value);
        return this;
    }

    NetlinkRequest u16(int value) {
        buffer.putShort((short) value);
        return this;
    }

    NetlinkRequest u32(int value) {
        buffer.putInt(value);
        return this;
    }

    NetlinkRequest attribute(int type, byte[] value) {
        buffer.putShort((short) (ATTRIBUTE_HEADER_BYTES + value.length))
                .putShort((short) type)
                .put(value);
        while (buffer.position() % 4 != 0) {
            buffer.put((byte) 0);
        }
        return this;
    }

    NetlinkRequest attribute(int type, int value) {
        buffer.putShort((short) (ATTRIBUTE_HEADER_BYTES + 4))
                .putShort((short) type)
                .putInt(value);
        return this;
    }

    NetlinkRequest attributeU8(int type, int value) {
        return attribute(type, new byte[] {(byte) value});
    }

    NetlinkRequest attributeText(int type, String value) {
        byte[] text = value.getBytes(StandardCharsets.UTF_8);
        return attribute(type, Arrays.copyOf(text, text.length + 1));
    }

    /** Opens an attribute that holds attributes; answers where, for {@link #end}. */
    int begin(int type) {
        int at = buffer.position();
        buffer.putShort((short) 0).putShort((short) (type | NESTED));
        return at;
    }

    NetlinkRequest end(int at) {
        buffer.putShort(at, (short) (buffer.position() - at));
        return this;
    }

    /** The finished message. */
    byte[] bytes(int sequence) {
        buffer.putInt(0, buffer.position()).putInt(8, sequence);
        return Arrays.copyOf(buffer.array(), buffer.position());
    }
}
