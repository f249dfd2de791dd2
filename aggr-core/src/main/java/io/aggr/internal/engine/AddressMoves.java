package io.aggr.internal.engine;

import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.SendPath;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Moves lines of one peer to other addresses: only after the newest authentic datagram of the line came from there, the address has answered a
 * challenge, and the old one has not. An address that has proved nothing gets at most three times the bytes that came from it (RFC 9000 section 8.1),
 * and nothing any more after a second. At most four addresses are examined at once, each of them once a second, and a line moves once a second at
 * most; so neither copies of a peer's datagrams nor a peer that makes all its lines wander can be turned into a flood.
 *
 * <p>Confined to the thread that sends.
 */
final class AddressMoves {

    private static final long MILLI = 1_000_000;
    private static final int MAX_CANDIDATES = 4;
    private static final int MAX_CHALLENGES = 3;
    private static final int MOST_TIMES = 3;
    private static final long RETRY_NANOS = 200 * MILLI;
    private static final long GIVE_UP_NANOS = 1_000 * MILLI;
    private static final long MOVE_INTERVAL_NANOS = 1_000 * MILLI;
    private static final int MAX_ANSWERS_PER_SECOND = 50;

    private final EgressContext context;
    private final PeerEgress peer;
    private final PeerLines lines;
    private final Candidate[] candidates = new Candidate[MAX_CANDIDATES];
    private final long[] movedNanos = new long[PeerLines.MAX_LINES];
    private final boolean[] hasMoved = new boolean[PeerLines.MAX_LINES];
    private long answersSinceNanos;
    private int answers;

    /** An address that a line's datagrams come from now and that has not proved anything yet. */
    private static final class Candidate {
        boolean active;

        /** The old address is alive. What comes from here is not looked at until the second is over. */
        boolean refused;

        int line;
        int localLink;
        int remote;
        long sinceNanos;
        long nextNanos;
        long token;
        long oldToken;
        boolean answered;
        long moveAtNanos;
        int challenges;
        long firstAskedNanos;
        long lastAskedNanos;

        /** What may still be sent there before it has answered. */
        long creditBytes;
    }

    AddressMoves(EgressContext context, PeerEgress peer, PeerLines lines) {
        this.context = context;
        this.peer = peer;
        this.lines = lines;
        Arrays.setAll(candidates, i -> new Candidate());
    }

    /** A new association: what was under way is void. */
    void forget() {
        for (Candidate candidate : candidates) {
            candidate.active = false;
        }
    }

    /** A line was withdrawn: it is to lead nowhere. */
    void forget(int line) {
        for (Candidate candidate : candidates) {
            candidate.active &= candidate.line != line;
        }
    }

    /**
     * The newest datagram of a line came from a far end that the line is not bound to.
     *
     * @param datagramBytes its length
     */
    void onCandidate(int line, int localLink, int remote, int datagramBytes, long nowNanos) {
        if (lines.isConfigured(line)) {
            return;
        }
        long credit = (long) MOST_TIMES
                * (datagramBytes + context.links().get(localLink).overheadBytes(remote));
        Candidate free = null;
        for (Candidate candidate : candidates) {
            expire(candidate, nowNanos);
            if (candidate.active
                    && candidate.line == line
                    && candidate.localLink == localLink
                    && candidate.remote == remote) {
                candidate.creditBytes += credit;
                return;
            }
            if (!candidate.active && free == null) {
                free = candidate;
            }
        }
        SendPath path = peer.paths().byId(line);
        if (free == null || (path != null && hasJustMoved(path, nowNanos))) {
            return;
        }
        free.active = true;
        free.refused = false;
        free.line = line;
        free.localLink = localLink;
        free.remote = remote;
        free.sinceNanos = nowNanos;
        free.nextNanos = nowNanos;
        free.token = context.random().getAsLong();
        free.oldToken = context.random().getAsLong();
        free.answered = false;
        free.challenges = 0;
        free.creditBytes = credit;
        poll(nowNanos);
    }

    private boolean hasJustMoved(SendPath path, long nowNanos) {
        return hasMoved[path.index()] && nowNanos - movedNanos[path.index()] < MOVE_INTERVAL_NANOS;
    }

    private static void expire(Candidate candidate, long nowNanos) {
        if (candidate.active
                && (candidate.refused || !candidate.answered)
                && nowNanos - candidate.sinceNanos >= GIVE_UP_NANOS) {
            candidate.active = false;
        }
    }

    /** An ANSWER of the peer has come. */
    void onAnswer(ByteBuffer frame, int line, long nowNanos) {
        long token = TokenFrame.token(frame, 0);
        for (Candidate candidate : candidates) {
            if (!candidate.active || candidate.refused || candidate.line != line) {
                continue;
            }
            if (token == candidate.oldToken) {
                // The old address is alive: somebody is sending copies from the other.
                candidate.refused = true;
            } else if (token == candidate.token && !candidate.answered) {
                onAnswered(candidate, nowNanos);
                poll(nowNanos);
            }
        }
    }

    /**
     * The peer is at the candidate's address. If it is at the old one too, copies are being passed on faster than the line is; so that one is asked again,
     * lest a single loss decides, and gets twice the usual round trip to answer the first question.
     */
    private void onAnswered(Candidate candidate, long nowNanos) {
        candidate.answered = true;
        candidate.moveAtNanos = nowNanos;
        SendPath path = peer.paths().byId(candidate.line);
        if (path == null || !path.isBound()) {
            return;
        }
        long answerNanos = Math.min(MOVE_INTERVAL_NANOS, path.patienceNanos());
        long patience = Math.max(answerNanos, Math.min(MOVE_INTERVAL_NANOS, 2 * path.rttNanos()));
        long earliest = candidate.firstAskedNanos + patience;
        long atLeast = candidate.lastAskedNanos + answerNanos;
        candidate.moveAtNanos = earliest - atLeast > 0 ? earliest : atLeast;
        send(path, path.localLink(), path.remote(), candidate.oldToken, nowNanos);
    }

    /** A line was announced: addresses that its datagrams came from before can be asked now. */
    void onAnnounced(SendPath path, long nowNanos) {
        for (Candidate candidate : candidates) {
            if (candidate.active && candidate.line == path.id()) {
                candidate.nextNanos = nowNanos;
            }
        }
        poll(nowNanos);
    }

    /** Time has passed. Returns how long until the next step, {@link Long#MAX_VALUE} if nothing is pending. */
    long poll(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (Candidate candidate : candidates) {
            expire(candidate, nowNanos);
            if (!candidate.active || candidate.refused) {
                continue;
            }
            SendPath path = peer.paths().byId(candidate.line);
            if (candidate.answered) {
                if (path != null && nowNanos - candidate.moveAtNanos >= 0) {
                    candidate.active = false;
                    move(path, candidate, nowNanos);
                    continue;
                }
                least = Math.min(least, Math.max(1, candidate.moveAtNanos - nowNanos));
                continue;
            }
            if (nowNanos - candidate.nextNanos >= 0) {
                if (path != null && candidate.challenges < MAX_CHALLENGES) {
                    challenge(candidate, path, nowNanos);
                }
                candidate.nextNanos = nowNanos + RETRY_NANOS;
            }
            least = Math.min(least, candidate.nextNanos - nowNanos);
        }
        return least;
    }

    private void move(SendPath path, Candidate candidate, long nowNanos) {
        boolean moved = path.isBound();
        boolean elsewhere = moved && !isSameHost(path, candidate);
        path.bind(context.links().get(candidate.localLink), candidate.localLink, candidate.remote);
        if (moved) {
            path.onMoved(elsewhere, nowNanos);
            peer.rescue().takeBackSent(path, nowNanos);
            peer.events().count(Event.LINE_MOVED);
            hasMoved[path.index()] = true;
            movedNanos[path.index()] = nowNanos;
            for (Candidate other : candidates) {
                // They were to take the line from an address that it is not at any more.
                other.active &= other.line != candidate.line;
            }
        }
        lines.tellIngress(path);
        PathControl control = peer.controls().get(path.index());
        control.startProbing(nowNanos);
        if (moved) {
            control.watch().onMoved(nowNanos);
        }
    }

    /** Whether only the port has changed, as when a modem translates anew: then the line is the same, and what was measured stands. */
    private boolean isSameHost(SendPath path, Candidate candidate) {
        return candidate.localLink == path.localLink()
                && context.links().get(candidate.localLink).address(candidate.remote) instanceof InetSocketAddress now
                && context.links().get(path.localLink()).address(path.remote()) instanceof InetSocketAddress before
                && now.getAddress().equals(before.getAddress());
    }

    /** A CHALLENGE to the candidate, and another to the address that the line is bound to. */
    private void challenge(Candidate candidate, SendPath path, long nowNanos) {
        long costBytes = (long) context.traits().overheadBytes()
                + TokenFrame.BYTES
                + context.links().get(candidate.localLink).overheadBytes(candidate.remote);
        if (candidate.creditBytes < costBytes) {
            return;
        }
        candidate.creditBytes -= costBytes;
        candidate.firstAskedNanos = candidate.challenges == 0 ? nowNanos : candidate.firstAskedNanos;
        candidate.lastAskedNanos = nowNanos;
        candidate.challenges++;
        send(path, candidate.localLink, candidate.remote, candidate.token, nowNanos);
        if (path.isBound()) {
            send(path, path.localLink(), path.remote(), candidate.oldToken, nowNanos);
        }
    }

    private void send(SendPath path, int localLink, int remote, long token, long nowNanos) {
        DatagramBuilder builder = context.builder();
        builder.begin();
        builder.addControl(TokenFrame.putChallenge(builder.control(), 0, token));
        PacketBatch batch = context.sendBatch();
        batch.open(0, batch.slab().sizeBytes());
        long counter = path.inFlight().add(nowNanos, InFlight.ELSEWHERE, 0, 0, 0, 0, 0, nowNanos);
        path.inFlight().acknowledge(counter);
        if (context.sealer().seal(peer.settings().index(), path.id(), counter, builder, batch) == 1) {
            Link link = context.links().get(localLink);
            if (link.send(batch, 0, 1, remote) == 1) {
                path.counters().onSent(batch.length(0) + link.overheadBytes(remote));
            }
        }
        batch.open(0, batch.slab().sizeBytes());
    }

    /** Answers the peer's challenges, fifty a second: more than any honest peer has a use for. */
    void answer(@Nullable PathControl control, long token, long nowNanos) {
        if (control == null || !control.path().isBound()) {
            return;
        }
        if (answers == 0 || nowNanos - answersSinceNanos >= 1_000 * MILLI) {
            answersSinceNanos = nowNanos;
            answers = 0;
        }
        if (answers >= MAX_ANSWERS_PER_SECOND) {
            peer.drops().count(Drop.TOO_MANY_CHALLENGES);
            return;
        }
        answers++;
        control.answerChallenge(token, nowNanos);
    }
}
