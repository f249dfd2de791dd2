package io.aggr.internal.packet;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The window scales that one side of many TCP connections has announced (RFC 7323 section 2.2: only a SYN says them). Remembers the newest
 * connections, up to a fixed number of them; of the others it says that it does not know.
 *
 * <p>One thread. Allocates nothing after it was made.
 */
public final class WindowScales {

    /** The scale of a connection that was not seen to open, or was forgotten. */
    public static final int UNKNOWN = -2;

    private static final int PLACES = 4_096;

    private final long[] connections = new long[PLACES];
    private final byte[] scales = new byte[PLACES];

    /** Knows no connection. */
    public WindowScales() {
        Arrays.fill(scales, (byte) UNKNOWN);
    }

    /**
     * Remembers what a SYN or SYN-ACK announces; other packets are passed over.
     *
     * @param length the packet's own length in bytes; the packet has been checked
     * @param located from {@link TransportHeader#locate}
     * @param outgoing whether it goes to the peer
     */
    public void note(ByteBuffer buffer, int offset, int length, int located, boolean outgoing) {
        if (MssClamp.isSyn(buffer, offset, length, located) && TcpWindow.isTcp(buffer, offset, length, located)) {
            long connection = TcpWindow.connection(buffer, offset, located, outgoing);
            int place = place(connection);
            connections[place] = connection;
            scales[place] = (byte) TcpWindow.announcedScale(buffer, offset, located);
        }
    }

    /**
     * What was announced.
     *
     * @param connection from {@link TcpWindow#connection}
     * @return 0 to 14, {@link TcpWindow#UNSCALED}, or {@link #UNKNOWN}
     */
    public int scale(long connection) {
        int place = place(connection);
        return connections[place] == connection ? scales[place] : UNKNOWN;
    }

    private static int place(long connection) {
        return (int) (connection >>> 40) & (PLACES - 1);
    }
}
