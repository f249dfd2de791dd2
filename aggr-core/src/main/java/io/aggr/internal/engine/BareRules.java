package io.aggr.internal.engine;

import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.MssClamp;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.link.Link;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What may travel through a tunnel without frames. Its packets name neither their peer nor their number, so what does not belong into it is told by
 * addresses alone: packets of the tunnel itself would go round for ever (RFC 2003 section 4.4), and a tunnel in the tunnel lets in what the checks
 * of inner addresses cannot see.
 *
 * <p>Immutable; any thread.
 */
final class BareRules {

    private static final int IP_IN_IP = 4;
    private static final int IPV6_IN_IP = 41;
    private static final int OLD_IP_IN_IP = 94;
    private static final int LINES = 256;
    private static final int IPV4_TCP_HEADERS = 40;

    private final int[] own;
    private final int[] far;
    private final int[] tunnelEnds;

    /**
     * The rules between the ends of some links.
     *
     * @param links where datagrams leave and arrive
     * @param peers whose lines have inner addresses
     */
    BareRules(List<Link> links, List<PeerSettings> peers) {
        own = addresses(links, Link::localAddress);
        far = addresses(links, link -> link.address(Link.CONFIGURED_REMOTE));
        tunnelEnds = new int[peers.size() * LINES];
        for (PeerSettings peer : peers) {
            for (PeerSettings.LineSettings line : peer.lines()) {
                if (line.inner() != null) {
                    tunnelEnds[peer.index() * LINES + line.id()] =
                            EchoProber.bits(line.inner().local().getAddress());
                }
            }
        }
    }

    private static int[] addresses(List<Link> links, Function<Link, @Nullable SocketAddress> which) {
        return links.stream()
                .map(which)
                .filter(address ->
                        address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address)
                .mapToInt(address -> EchoProber.bits(
                        ((InetSocketAddress) address).getAddress().getAddress()))
                .toArray();
    }

    /**
     * Why a checked packet from the TUN must not be sent.
     *
     * @return null if it may
     */
    @Nullable
    Drop checkOut(ByteBuffer buffer, int offset) {
        if (!InnerPackets.isIpv4(buffer, offset)) {
            return Drop.NOT_IPV4;
        }
        if (isTunnel(buffer, offset)) {
            return Drop.NESTED;
        }
        boolean loops = contains(own, InnerPackets.sourceIpv4(buffer, offset))
                || contains(far, InnerPackets.destinationIpv4(buffer, offset));
        return loops ? Drop.OWN_ENDPOINT : null;
    }

    /**
     * Why a checked packet that has arrived must not be delivered.
     *
     * @return null if it may
     */
    @Nullable
    Drop checkIn(ByteBuffer buffer, int offset) {
        if (isTunnel(buffer, offset)) {
            return Drop.NESTED;
        }
        boolean loops = contains(own, InnerPackets.destinationIpv4(buffer, offset))
                || contains(own, InnerPackets.sourceIpv4(buffer, offset));
        return loops ? Drop.OWN_ENDPOINT : null;
    }

    /**
     * Whether a checked packet that has arrived over a line is an echo that the line itself has to see: a request to its inner address, or an answer
     * to a request of ours.
     */
    boolean isForLine(int peer, int line, ByteBuffer buffer, int offset, int length) {
        int end = tunnelEnds[peer * LINES + line];
        return end != 0
                && InnerPackets.destinationIpv4(buffer, offset) == end
                && (IcmpEcho.isSized(buffer, offset, length)
                        || (length <= EgressMessage.MAX_BYTES
                                && (IcmpEcho.isAnswerToUs(buffer, offset, length)
                                        || IcmpEcho.isRequest(buffer, offset, length))));
    }

    /**
     * Cuts the segments of a connection to what the TUN takes, in a checked packet that has arrived: a far end that is no aggr does not do so.
     *
     * @param tunMtuBytes longest packet of the TUN
     */
    static void clampMss(ByteBuffer buffer, int offset, int length, int tunMtuBytes) {
        int located = TransportHeader.locate(buffer, offset, length);
        if (MssClamp.isSyn(buffer, offset, length, located)) {
            int most = tunMtuBytes - IPV4_TCP_HEADERS;
            MssClamp.clamp(buffer, offset, length, located, most, most);
        }
    }

    private static boolean isTunnel(ByteBuffer buffer, int offset) {
        int protocol = buffer.get(offset + 9) & 0xFF;
        return protocol == IP_IN_IP || protocol == IPV6_IN_IP || protocol == OLD_IP_IN_IP;
    }

    private static boolean contains(int[] addresses, int address) {
        for (int known : addresses) {
            if (known == address) {
                return true;
            }
        }
        return false;
    }
}
