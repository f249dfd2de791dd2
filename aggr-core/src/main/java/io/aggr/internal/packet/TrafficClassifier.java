package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.ICMP;
import static io.aggr.internal.packet.InnerPackets.ICMPV6;
import static io.aggr.internal.packet.InnerPackets.TCP;
import static io.aggr.internal.packet.InnerPackets.UDP;
import static io.aggr.internal.packet.InnerPackets.unsignedByte;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import io.aggr.packet.TrafficClass;
import java.nio.ByteBuffer;

/**
 * Tells small or marked traffic that others wait for (DSCP EF, CS6 and CS7, pure acknowledgements, ICMP, DNS) from
 * everything else.
 */
public final class TrafficClassifier {
    private static final int DSCP_EF = 46;
    private static final int DSCP_CS6 = 48;
    private static final int DSCP_CS7 = 56;
    private static final int MAX_ACK_BYTES = 100;
    private static final int DNS_PORT = 53;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int TCP_FIN_SYN_RST_URG = 0x27;
    private static final int TCP_ACK = 0x10;

    private TrafficClassifier() {}

    /**
     * Classifies a checked packet. Fragments go by their DSCP alone, so that all fragments of a packet stay together.
     *
     * @param length the packet's own length in bytes
     * @param located from {@link TransportHeader#locate}
     * @param urgentAcks whether TCP segments of at most 100 bytes that only acknowledge count as urgent
     */
    public static TrafficClass classify(ByteBuffer buffer, int offset, int length, int located, boolean urgentAcks) {
        int dscp = InnerPackets.dscp(buffer, offset);
        if (dscp == DSCP_EF || dscp == DSCP_CS6 || dscp == DSCP_CS7) {
            return TrafficClass.URGENT;
        }
        if (TransportHeader.isFragment(located) || !TransportHeader.isReadable(located)) {
            return TrafficClass.BULK;
        }
        int at = TransportHeader.offsetBytes(located);
        return switch (TransportHeader.protocol(located)) {
            case TCP -> urgentAcks && isPureAck(buffer, offset, length, at) ? TrafficClass.URGENT : TrafficClass.BULK;
            case UDP -> at + 4 <= length && isDns(buffer, offset + at) ? TrafficClass.URGENT : TrafficClass.BULK;
            case ICMP, ICMPV6 -> TrafficClass.URGENT;
            default -> TrafficClass.BULK;
        };
    }

    private static boolean isPureAck(ByteBuffer buffer, int offset, int length, int at) {
        if (length > MAX_ACK_BYTES || at + TCP_HEADER_BYTES > length) {
            return false;
        }
        int headerBytes = unsignedByte(buffer, offset + at + 12) >>> 4 << 2;
        int flags = unsignedByte(buffer, offset + at + 13);
        return at + headerBytes == length && (flags & (TCP_ACK | TCP_FIN_SYN_RST_URG)) == TCP_ACK;
    }

    private static boolean isDns(ByteBuffer buffer, int at) {
        return unsignedShort(buffer, at) == DNS_PORT || unsignedShort(buffer, at + 2) == DNS_PORT;
    }
}
