package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.unsignedByte;

import java.nio.ByteBuffer;

/** The options of a TCP header (RFC 9293 section 3.1). Reads nothing outside the range that it is given; a malformed option ends the search. */
final class TcpOptions {

    /** There is no such option. */
    static final int NONE = -1;

    private static final int END = 0;
    private static final int NOP = 1;

    private TcpOptions() {}

    /**
     * Finds an option.
     *
     * @param from where to begin: behind the fixed header, or behind an option
     * @param end behind the last option
     * @param kind wanted kind, 2 or more
     * @param lengthBytes its length; one of another length is passed over
     * @return where it begins, or {@link #NONE}
     */
    static int find(ByteBuffer buffer, int from, int end, int kind, int lengthBytes) {
        int at = from;
        while (at < end) {
            int found = unsignedByte(buffer, at);
            if (found == NOP) {
                at++;
                continue;
            }
            if (found == END || at + 1 >= end) {
                break;
            }
            int optionBytes = unsignedByte(buffer, at + 1);
            if (optionBytes < 2 || at + optionBytes > end) {
                break;
            }
            if (found == kind && optionBytes == lengthBytes) {
                return at;
            }
            at += optionBytes;
        }
        return NONE;
    }
}
