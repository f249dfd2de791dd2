package io.aggr.internal.engine;

import io.aggr.internal.packet.TcpWindow;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.packet.WindowScales;
import java.nio.ByteBuffer;

/**
 * The TCP connections of a peer that may not grow while a line is gone: their acknowledgements are let grant no more than what was under way when
 * that was decided. See {@link WindowFreeze}.
 *
 * <p>When the line is back they may grow again, but not at once. CUBIC's window is a function of the time since the last loss (RFC 9438 section 4.2), and that
 * time has passed: freed at one stroke a connection would have twice as much under way two round trips later. Growing slowly, it meets a first drop or
 * mark behind a short queue, and its clock begins anew.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class FrozenWindows {

    /** More of them share the rest so that each has little of it. */
    static final int CONNECTIONS = 32;

    /** An acknowledgement that is farther behind belongs to something else, such as a new connection with the same ports. */
    private static final long MOST_BYTES = 1L << 30;

    /** In this time a limit that was let go grows by itself. */
    private static final long THAWING_NANOS = 2_000_000_000L;

    /** After so many times that it is none. */
    private static final long THAWED = 4;

    private static final long UNMEASURED = 0;

    private final WindowScales scales;
    private final long[] connections = new long[CONNECTIONS];
    private final int[] sequences = new int[CONNECTIONS];
    private final long[] leastBytes = new long[CONNECTIONS];
    private final long[] limitBytes = new long[CONNECTIONS];
    private int count;
    private boolean thawing;
    private long thawedNanos;

    FrozenWindows(WindowScales scales) {
        this.scales = scales;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** A connection has sent up to a sequence number and shall have no more under way than now, or than so many bytes. */
    void freeze(long connection, int sequence, long least) {
        if (thawing) {
            // Who is not named again has not filled the queue again.
            thawing = false;
            count = 0;
        }
        if (count < CONNECTIONS && scales.scale(connection) >= 0) {
            connections[count] = connection;
            sequences[count] = sequence;
            leastBytes[count] = least;
            limitBytes[count++] = UNMEASURED;
        }
    }

    /** A connection may grow again. */
    void release(long connection) {
        int place = find(connection);
        if (place >= 0) {
            count--;
            connections[place] = connections[count];
            sequences[place] = sequences[count];
            leastBytes[place] = leastBytes[count];
            limitBytes[place] = limitBytes[count];
        }
    }

    /** All connections may grow again. */
    void thaw(long nowNanos) {
        thawing = true;
        thawedNanos = nowNanos;
    }

    /**
     * Lowers the window of a packet that is to go to the TUN, if it has to be.
     *
     * @param located from {@link TransportHeader#locate}
     * @return whether it was changed
     */
    boolean apply(ByteBuffer buffer, int offset, int length, int located, long nowNanos) {
        if (!TcpWindow.isTcp(buffer, offset, length, located) || !TcpWindow.acknowledges(buffer, offset, located)) {
            return false;
        }
        long thawNanos = thawing ? nowNanos - thawedNanos : 0;
        if (thawNanos >= THAWED * THAWING_NANOS) {
            count = 0;
            return false;
        }
        int place = find(TcpWindow.connection(buffer, offset, located, false));
        if (place < 0 || !measure(place, TcpWindow.acknowledgement(buffer, offset, located))) {
            return false;
        }
        int scale = scales.scale(connections[place]);
        long most = limitBytes[place] + (long) ((double) limitBytes[place] * thawNanos / THAWING_NANOS);
        return scale >= 0 && TcpWindow.lower(buffer, offset, located, most, scale);
    }

    private int find(long connection) {
        for (int i = 0; i < count; i++) {
            if (connections[i] == connection) {
                return i;
            }
        }
        return -1;
    }

    private boolean measure(int place, int acknowledgement) {
        if (limitBytes[place] == UNMEASURED) {
            long underWay = (sequences[place] - acknowledgement) & 0xFFFFFFFFL;
            if (underWay == 0 || underWay > MOST_BYTES) {
                return false;
            }
            limitBytes[place] = Math.max(underWay, leastBytes[place]);
        }
        return true;
    }
}
