package io.aggr.internal.noise;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * When something is due of each peer. A hub asks that after each datagram of a handshake; so only peers to whom something has happened since are looked at
 * again, and the others cost nothing.
 *
 * <p>Belongs to the handshake's thread.
 */
final class PeerDeadlines {

    /** Says how long until something is due of a peer, {@link Long#MAX_VALUE} if only events matter. */
    interface Look {
        /** Nanoseconds, 0 or less if it is due. */
        long nanosToDeadline(NoisePeer peer, long nowNanos);
    }

    private final TreeSet<NoisePeer> due = new TreeSet<>(PeerDeadlines::compare);
    private final List<NoisePeer> touched = new ArrayList<>();

    private static int compare(NoisePeer one, NoisePeer other) {
        // By subtraction: monotonic time may wrap. Deadlines lie within minutes of each other.
        long distance = one.dueNanos - other.dueNanos;
        return distance != 0 ? Long.signum(distance) : Integer.compare(one.number, other.number);
    }

    /** Something has happened to a peer: its deadline may be another one. */
    void touch(NoisePeer peer) {
        if (!peer.touched) {
            peer.touched = true;
            touched.add(peer);
        }
    }

    /** The peer is not there any more. */
    void remove(NoisePeer peer) {
        forget(peer);
        touched.remove(peer);
    }

    private void forget(NoisePeer peer) {
        if (peer.hasDeadline) {
            due.remove(peer);
            peer.hasDeadline = false;
        }
    }

    private void lookAgain(Look look, long nowNanos) {
        for (NoisePeer peer : touched) {
            peer.touched = false;
            forget(peer);
            long distance = look.nanosToDeadline(peer, nowNanos);
            if (distance != Long.MAX_VALUE) {
                peer.dueNanos = nowNanos + distance;
                peer.hasDeadline = true;
                due.add(peer);
            }
        }
        touched.clear();
    }

    /** How long until something is due of any peer, {@link Long#MAX_VALUE} if only events matter. */
    long nanosToDeadline(Look look, long nowNanos) {
        lookAgain(look, nowNanos);
        return due.isEmpty() ? Long.MAX_VALUE : due.first().dueNanos - nowNanos;
    }

    /** The peers of whom something is due, the longest overdue first. */
    List<NoisePeer> due(Look look, long nowNanos) {
        lookAgain(look, nowNanos);
        List<NoisePeer> all = new ArrayList<>();
        for (NoisePeer peer : due) {
            if (peer.dueNanos - nowNanos > 0) {
                break;
            }
            all.add(peer);
        }
        return all;
    }
}
