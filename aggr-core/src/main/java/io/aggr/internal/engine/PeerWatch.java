package io.aggr.internal.engine;

import io.aggr.internal.path.SendPath;
import io.aggr.link.LinkState;

/**
 * Watches over one peer: which of its lines are alive, and whether it is there at all. What a line is blamed for has to be its own fault: nothing is
 * judged while threads come late, a peer that is silent altogether is asked over another line first, and one that may have been started anew is
 * greeted again.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class PeerWatch {

    private static final long MILLI = 1_000_000;
    private static final long SILENCE_NANOS = 1_000 * MILLI;
    private static final long PEER_GONE_NANOS = 3_000 * MILLI;
    private static final long DOUBT_NANOS = 250 * MILLI;
    private static final long GREET_AGAIN_NANOS = 500 * MILLI;

    private final PeerEgress peer;
    private final StallGuard stalls;

    /** Before, the peer is not greeted again. */
    private long greetNanos;

    PeerWatch(PeerEgress peer, StallGuard stalls) {
        this.peer = peer;
        this.stalls = stalls;
    }

    /** The peer was greeted for the first time, or there is a session: it gets time to say something. */
    void onGreeted(long nowNanos) {
        greetNanos = nowNanos + SILENCE_NANOS;
    }

    /** The peer has ended the association: its lines carry nothing until it greets again. */
    void onClose(long nowNanos) {
        for (int i = 0; i < peer.controls().size(); i++) {
            peer.controls().get(i).watch().onLocalFault(nowNanos);
        }
        if (!peer.settings().lines().isEmpty()) {
            greetNanos = nowNanos + GREET_AGAIN_NANOS;
        }
    }

    /**
     * Looks at each line.
     *
     * @param active whether packets travel
     * @return whether the peer was heard of late
     */
    boolean poll(boolean active, long nowNanos) {
        boolean heard = false;
        boolean doubtful = false;
        int usable = peer.paths().usable();
        LifeSigns signs = peer.reports().signs();
        boolean blind = stalls.isBlind() || signs.isBlind(nowNanos);
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            SendPath path = control.path();
            int others = usable - (path.state().carriesTraffic() ? 1 : 0);
            long unreported = active ? peer.reports().unreportedSinceNanos(path) : Long.MAX_VALUE;
            LinkState before = path.state();
            if (!blind) {
                long signNanos = control.echo() == null
                        ? signs.lastNanos(nowNanos)
                        : EchoEvidence.lastHeardNanos(peer.paths(), nowNanos);
                control.watch().poll(others, control.unansweredSinceNanos(), unreported, signNanos, nowNanos);
            }
            if (active && control.echo() != null) {
                EchoEvidence.askIfSilent(control, peer.paths(), nowNanos);
            }
            long patience = Math.max(DOUBT_NANOS, control.watch().timeoutNanos());
            doubtful |= isDoubtful(control.unansweredSinceNanos(), patience, signs, nowNanos)
                    || isDoubtful(unreported, patience, signs, nowNanos);
            MtuProbes.poll(control, nowNanos);
            if (path.sizes().mtu().takeFall()) {
                path.rate().onMtuFall();
                peer.rescue().takeBackLong(path, nowNanos);
            }
            if (before != path.state()) {
                usable = peer.paths().usable();
            }
            heard |= path.heard().silenceNanos(nowNanos) < SILENCE_NANOS;
        }
        if (doubtful) {
            askOverOtherLines(nowNanos);
        }
        return heard;
    }

    /** Whether nothing came of what was sent at a time, and the peer has shown no sign since by which a line could be blamed. */
    private static boolean isDoubtful(long sinceNanos, long patienceNanos, LifeSigns signs, long nowNanos) {
        return sinceNanos != Long.MAX_VALUE
                && nowNanos - sinceNanos > patienceNanos
                && signs.lastNanos(nowNanos) - sinceNanos <= patienceNanos;
    }

    /** Another line tells whether the peer is there at all: nobody else may, if what carries its reports is dead and the others are spared. */
    private void askOverOtherLines(long nowNanos) {
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            if (control.path().state().carriesTraffic() && control.unansweredSinceNanos() == Long.MAX_VALUE) {
                control.probeNow(nowNanos);
            }
        }
    }

    /**
     * All lines are silent. If answers are due, the peer may have been started anew.
     *
     * @return whether it has to be greeted again
     */
    boolean onSilence(long nowNanos) {
        long unansweredNanos = unansweredNanos(nowNanos);
        if (unansweredNanos > PEER_GONE_NANOS) {
            for (int i = 0; i < peer.controls().size(); i++) {
                peer.controls().get(i).watch().onPeerSilent(nowNanos);
            }
        }
        if (unansweredNanos > SILENCE_NANOS && !peer.settings().lines().isEmpty() && nowNanos - greetNanos >= 0) {
            greetNanos = nowNanos + GREET_AGAIN_NANOS;
            return true;
        }
        return false;
    }

    /**
     * How long the peer has not answered: over any of the lines that carry traffic, or, where there is none, over one. What a dead line swallows says
     * nothing of the peer.
     */
    private long unansweredNanos(long nowNanos) {
        boolean anyUsable = peer.paths().usable() > 0;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            long since = control.unansweredSinceNanos();
            long age = since == Long.MAX_VALUE ? 0 : nowNanos - since;
            longest = Math.max(longest, age);
            shortest = control.path().state().carriesTraffic() ? Math.min(shortest, age) : shortest;
        }
        return anyUsable ? shortest : longest;
    }
}
