package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.TcpWindow;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.queue.FlowQueues;
import java.util.function.IntConsumer;

/**
 * Keeps TCP connections from growing into a queue that stands only because a line is gone. Without ECN a sender learns of such a queue by a drop, and behind
 * a long queue a drop makes a long pause. So the connections that have made the queue are let go on with what they have under way, and no more:
 * the receive window in the acknowledgements that come back is lowered to that. Nothing is taken back that was granted and used, and when the line
 * is back, there is just enough under way to fill all lines again.
 *
 * <p>This half picks the connections and says up to where each has sent; {@link FrozenWindows} does the rest.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class WindowFreeze {

    private final EgressContext context;
    private final int peer;
    private final Tally<Event> events;
    private final IntConsumer consider = this::consider;
    private final long[] frozen = new long[FrozenWindows.CONNECTIONS];
    private int count;
    private boolean thawed;
    private long leastBytes;

    // Of the segment that was read last.
    private long connection;
    private int endSequence;

    WindowFreeze(EgressContext context, int peer, Tally<Event> events) {
        this.context = context;
        this.peer = peer;
        this.events = events;
    }

    /**
     * A line is gone: connections whose packets have waited for long may not grow.
     *
     * @param standingNanos how long
     * @param least bytes that any of them may have under way at least: what has waited last may be something that is sent again, from far behind
     */
    void freeze(FlowQueues queues, long standingNanos, long least, long nowNanos) {
        leastBytes = least;
        if (thawed) {
            thawed = false;
            count = 0;
        }
        queues.forEachStanding(standingNanos, nowNanos, consider);
    }

    /** The lines are what they were, or the outage is the new state of things. */
    void thaw() {
        if (count > 0 && !thawed) {
            thawed = post(IngressMessage.Kind.THAW, 0, 0);
        }
    }

    /**
     * A packet is dropped, and its connection will hear of the queue by that. What it sends while the hole is there is not acknowledged; bounded by what it had
     * under way before it would fall silent.
     */
    void onDrop(int slot) {
        if (count > 0 && read(slot) && isFrozen(connection)) {
            post(IngressMessage.Kind.RELEASE, connection, 0);
        }
    }

    private void consider(int slot) {
        // An end that does not scale keeps the other from scaling too (RFC 7323 section 2.2), whatever that announces.
        if (count < frozen.length
                && read(slot)
                && !isFrozen(connection)
                && context.scales().scale(connection) >= 0
                && post(IngressMessage.Kind.FREEZE, connection, endSequence)) {
            frozen[count++] = connection;
            events.count(Event.WINDOW_FROZEN);
        }
    }

    /** Reads the header of a data segment; false if it is none. */
    private boolean read(int slot) {
        Arena arena = context.arena();
        if (!arena.isLive(context.slots().position(slot))) {
            return false;
        }
        int offset = arena.offset(context.slots().position(slot));
        int length = context.slots().lengthBytes(slot);
        int located = TransportHeader.locate(arena.buffer(), offset, length);
        if (!TcpWindow.isTcp(arena.buffer(), offset, length, located)
                || TcpWindow.payloadBytes(arena.buffer(), offset, length, located) <= 0) {
            return false;
        }
        connection = TcpWindow.connection(arena.buffer(), offset, located, true);
        endSequence = TcpWindow.endSequence(arena.buffer(), offset, length, located);
        return true;
    }

    private boolean isFrozen(long which) {
        for (int i = 0; i < count; i++) {
            if (frozen[i] == which) {
                return true;
            }
        }
        return false;
    }

    private boolean post(IngressMessage.Kind kind, long which, int sequence) {
        return context.outbox().window(kind, peer, which, sequence, leastBytes);
    }
}
