package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.TCP;
import static io.aggr.internal.packet.InnerPackets.UDP;
import static io.aggr.internal.packet.InnerPackets.unsignedShort;

import java.nio.ByteBuffer;

/**
 * Tells which flows are better served by an even delay than by an early one: TCP, and QUIC on its usual port, from the first packet on, since
 * congestion control remembers the smallest delay it ever saw. Not flows that somebody waits for at a keyboard or in a call, by their ports and
 * their DSCP (RFC 4594).
 */
public final class EvenFlows {

    private static final int HTTPS_PORT = 443;
    private static final int SSH_PORT = 22;
    private static final int TELNET_PORT = 23;
    private static final int REMOTE_DESKTOP_PORT = 3389;
    private static final int FIRST_VNC_PORT = 5900;
    private static final int LAST_VNC_PORT = 5909;

    /** CS2 and everything above AF3x: signalling, conferences, streaming, telephony, network control. */
    private static final int DSCP_CS2 = 16;

    private static final int DSCP_CS3 = 24;
    private static final int DSCP_CS4 = 32;

    private EvenFlows() {}

    /**
     * Looks at a checked packet.
     *
     * @param buffer holds the packet
     * @param offset where it begins
     * @param length its length in bytes
     * @param located from {@link TransportHeader#locate}
     * @return whether its flow prefers an even delay
     */
    public static boolean contain(ByteBuffer buffer, int offset, int length, int located) {
        int dscp = InnerPackets.dscp(buffer, offset);
        if (dscp >= DSCP_CS4 || dscp == DSCP_CS2 || dscp == DSCP_CS3) {
            return false;
        }
        if (TransportHeader.isFragment(located) || !TransportHeader.isReadable(located)) {
            return false;
        }
        int at = TransportHeader.offsetBytes(located);
        if (at + 4 > length) {
            return false;
        }
        int source = unsignedShort(buffer, offset + at);
        int target = unsignedShort(buffer, offset + at + 2);
        return switch (TransportHeader.protocol(located)) {
            case TCP -> !isInteractive(source) && !isInteractive(target);
            case UDP -> source == HTTPS_PORT || target == HTTPS_PORT;
            default -> false;
        };
    }

    private static boolean isInteractive(int port) {
        return port == SSH_PORT
                || port == TELNET_PORT
                || port == REMOTE_DESKTOP_PORT
                || (port >= FIRST_VNC_PORT && port <= LAST_VNC_PORT);
    }
}
