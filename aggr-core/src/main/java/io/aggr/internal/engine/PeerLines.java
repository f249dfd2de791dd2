package io.aggr.internal.engine;

import io.aggr.LinkCost;
import io.aggr.LinkQuota;
import io.aggr.internal.frame.LinkAnnouncement;
import io.aggr.internal.frame.LinkFrame;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.path.QuotaMeter;
import io.aggr.internal.path.SendPath;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which lines lead to one peer and where they go: announces our own, learns the peer's, and moves a line to another address only after that address
 * has answered a challenge and the old one has not.
 *
 * <p>Confined to the thread that sends.
 */
final class PeerLines {

    private static final long MILLI = 1_000_000;
    private static final int MAX_LINES = 16;
    private static final int MAX_CANDIDATES = 4;
    private static final long RETRY_NANOS = 200 * MILLI;
    private static final long GIVE_UP_NANOS = 1_000 * MILLI;
    private static final long MOVE_INTERVAL_NANOS = 1_000 * MILLI;
    private static final int IN_FLIGHT_MIN = 1_024;
    private static final int IN_FLIGHT_MAX = 131_072;
    private static final int IN_FLIGHT_UNPACED = 16_384;

    private final EgressContext context;
    private final PeerEgress peer;
    private final int[] revisions = new int[256];
    private final int[] ownRevisions = new int[256];
    private final Candidate[] candidates = new Candidate[MAX_CANDIDATES];

    /** An address that a line's datagrams come from now and that has not proved anything yet. */
    private static final class Candidate {
        boolean active;
        int line;
        int localLink;
        int remote;
        long sinceNanos;
        long nextNanos;
        long token;
        long oldToken;
        boolean answered;
        long moveAtNanos;
    }

    PeerLines(EgressContext context, PeerEgress peer) {
        this.context = context;
        this.peer = peer;
        Arrays.fill(revisions, -1);
        Arrays.setAll(candidates, i -> new Candidate());
    }

    /** Adds the lines that this end has, bound to where they were configured to go. */
    void addConfigured(long nowNanos) {
        for (PeerSettings.LineSettings line : peer.settings().lines()) {
            PathControl control = peer.addLine(line.id(), line.name(), inFlightCapacity(line.upBitsPerSecond()));
            SendPath path = control.path();
            LinkCost cost = line.cost();
            path.describe(
                    line.name(),
                    cost.tier(),
                    cost.metered(),
                    line.mtuBytes(),
                    line.upBitsPerSecond(),
                    line.maxUpBitsPerSecond());
            path.terms().backup(cost.backup());
            path.terms().quota(meter(cost.quota(), nowNanos));
            path.bind(context.links().get(line.localLink()), line.localLink(), Link.CONFIGURED_REMOTE);
            tellIngress(path);
        }
    }

    private static @Nullable QuotaMeter meter(@Nullable LinkQuota quota, long nowNanos) {
        return quota == null
                ? null
                : new QuotaMeter(
                        quota.bytes(),
                        quota.period().toNanos(),
                        quota.usedBytes(),
                        quota.elapsed().toNanos(),
                        nowNanos);
    }

    /** Counts what the lines have carried. One whose quota is used up becomes a backup until the next period, and the peer is told. */
    void countQuotas(long nowNanos) {
        // Called for each packet: no iterator is made.
        for (int i = 0; i < peer.settings().lines().size(); i++) {
            PeerSettings.LineSettings line = peer.settings().lines().get(i);
            SendPath path = peer.paths().byId(line.id());
            QuotaMeter quota = path == null ? null : path.terms().quota();
            if (path == null || quota == null) {
                continue;
            }
            quota.count(path.carriedBytes(), nowNanos);
            boolean backup = line.cost().backup() || quota.isExhausted();
            if (backup != path.terms().isBackup()) {
                path.terms().backup(backup);
                ownRevisions[line.id()] = (ownRevisions[line.id()] + 1) & 0xFF;
                peer.controls().get(path.index()).announce(announcement(line, backup), nowNanos);
                peer.paths().compareDelays();
                peer.adjustQueues(nowNanos);
                if (quota.isExhausted()) {
                    peer.events().count(Event.QUOTA_USED_UP);
                    context.events()
                            .onWarning(peer.settings().name() + ": line " + line.name() + " has used up its quota of "
                                    + quota.quotaBytes() + " bytes and is a backup until the next period");
                }
            }
        }
    }

    private static int inFlightCapacity(long bitsPerSecond) {
        return bitsPerSecond == 0 || bitsPerSecond == Pacer.UNLIMITED
                ? IN_FLIGHT_UNPACED
                : (int) Math.max(IN_FLIGHT_MIN, Math.min(IN_FLIGHT_MAX, bitsPerSecond / 8 / 500));
    }

    private void tellIngress(SendPath path) {
        IngressMessage line = context.toIngress().claim();
        if (line != null) {
            line.kind = IngressMessage.Kind.LINE;
            line.peer = peer.settings().index();
            line.line = path.id();
            line.heard = path.heard();
            context.toIngress().post(line);
        }
        IngressMessage bound = context.toIngress().claim();
        if (bound != null) {
            bound.kind = IngressMessage.Kind.BOUND;
            bound.peer = peer.settings().index();
            bound.line = path.id();
            bound.localLink = path.localLink();
            bound.remote = path.remote();
            context.toIngress().post(bound);
        }
        context.events().wakeIngress();
    }

    /** A new association: the peer knows nothing of our lines, and what it had announced is void. */
    void onNewAssociation(long nowNanos) {
        Arrays.fill(revisions, -1);
        for (Candidate candidate : candidates) {
            candidate.active = false;
        }
        for (PathControl control : peer.controls()) {
            SendPath path = control.path();
            if (!isConfigured(path.id())) {
                control.stop();
                path.bind(null, 0, Link.NO_REMOTE);
                sendLineGone(path.id());
            }
        }
        for (PeerSettings.LineSettings line : peer.settings().lines()) {
            SendPath path = peer.paths().byId(line.id());
            if (path != null) {
                peer.controls()
                        .get(path.index())
                        .announce(announcement(line, path.terms().isBackup()), nowNanos);
                tellIngress(path);
            }
        }
    }

    private LinkAnnouncement announcement(PeerSettings.LineSettings line, boolean backup) {
        return new LinkAnnouncement(
                line.id(),
                ownRevisions[line.id()],
                backup ? LinkFrame.State.STANDBY : LinkFrame.State.ANNOUNCE,
                line.cost().tier(),
                line.cost().metered(),
                Math.min(line.mtuBytes(), LinkAnnouncement.MAX_MTU_BYTES),
                kilobits(line.upBitsPerSecond()),
                kilobits(line.downBitsPerSecond()),
                kilobits(line.maxUpBitsPerSecond()),
                kilobits(line.maxDownBitsPerSecond()),
                line.name());
    }

    /** The largest rate that can be told stands for a line that is not paced. */
    private static long kilobits(long bitsPerSecond) {
        return Math.min(LinkAnnouncement.MAX_RATE, bitsPerSecond / 1_000);
    }

    private static long bits(long kilobitsPerSecond) {
        return kilobitsPerSecond == LinkAnnouncement.MAX_RATE ? Pacer.UNLIMITED : kilobitsPerSecond * 1_000;
    }

    /** A LINK frame of the peer has come. */
    void onLinkFrame(ByteBuffer frame, int arrivedOn, long nowNanos) {
        int id = LinkFrame.linkId(frame, 0);
        int revision = LinkFrame.revision(frame, 0);
        LinkFrame.State state = LinkFrame.state(frame, 0);
        SendPath path = peer.paths().byId(id);
        if (state == LinkFrame.State.ACK) {
            if (path != null) {
                peer.controls().get(path.index()).onAcknowledged(revision);
            }
            return;
        }
        if (isConfigured(id)) {
            // Both ends claim the number. This end's own line stands; the peer will go on asking and show up in the
            // count.
            peer.drops().count(Drop.UNUSED_FRAME);
            return;
        }
        int ahead = (revision - revisions[id]) & 0xFF;
        boolean isNew = revisions[id] < 0 || (ahead >= 1 && ahead <= 127);
        if (isNew) {
            path = accept(id, path, LinkFrame.announcement(frame, 0), nowNanos);
            if (path == null) {
                peer.drops().count(Drop.TOO_MANY_LINES);
                return;
            }
            revisions[id] = revision;
        } else if (ahead != 0) {
            return;
        }
        PathControl on = controlOf(arrivedOn);
        if (on != null && on.path().isBound()) {
            on.acknowledge(id, revision, nowNanos);
        }
    }

    private @Nullable SendPath accept(int id, @Nullable SendPath known, LinkAnnouncement said, long nowNanos) {
        SendPath path = known;
        long rate = bits(said.downKilobitsPerSecond());
        if (path == null) {
            if (peer.paths().size() >= MAX_LINES) {
                return null;
            }
            path = peer.addLine(id, said.name(), inFlightCapacity(rate)).path();
        }
        long limit = said.downLimitKilobitsPerSecond() * 1_000;
        path.describe(said.name(), said.tier(), said.isMetered(), said.mtuBytes(), rate, limit);
        path.terms().backup(said.state() == LinkFrame.State.STANDBY);
        if (said.state() == LinkFrame.State.WITHDRAW) {
            PathControl control = peer.controls().get(path.index());
            control.watch().onLocalFault(nowNanos);
            control.stop();
            path.bind(null, 0, Link.NO_REMOTE);
            sendLineGone(id);
        } else {
            sendLine(path);
            challengeAddresses(path, nowNanos);
        }
        peer.adjustQueues(nowNanos);
        return path;
    }

    private void sendLine(SendPath path) {
        IngressMessage line = context.toIngress().claim();
        if (line != null) {
            line.kind = IngressMessage.Kind.LINE;
            line.peer = peer.settings().index();
            line.line = path.id();
            line.heard = path.heard();
            context.toIngress().post(line);
            context.events().wakeIngress();
        }
    }

    private void sendLineGone(int id) {
        IngressMessage gone = context.toIngress().claim();
        if (gone != null) {
            gone.kind = IngressMessage.Kind.LINE_GONE;
            gone.peer = peer.settings().index();
            gone.line = id;
            context.toIngress().post(gone);
            context.events().wakeIngress();
        }
    }

    private boolean isConfigured(int id) {
        for (PeerSettings.LineSettings line : peer.settings().lines()) {
            if (line.id() == id) {
                return true;
            }
        }
        return false;
    }

    private @Nullable PathControl controlOf(int id) {
        SendPath path = peer.paths().byId(id);
        return path == null ? null : peer.controls().get(path.index());
    }

    /** The newest datagram of a line came from a far end that the line is not bound to. */
    void onCandidate(int line, int localLink, int remote, long nowNanos) {
        if (isConfigured(line)) {
            return;
        }
        Candidate free = null;
        for (Candidate candidate : candidates) {
            if (candidate.active && candidate.line == line) {
                if (candidate.localLink == localLink && candidate.remote == remote) {
                    return;
                }
                free = candidate;
                break;
            }
            if (!candidate.active && free == null) {
                free = candidate;
            }
        }
        if (free == null) {
            return;
        }
        free.active = true;
        free.line = line;
        free.localLink = localLink;
        free.remote = remote;
        free.sinceNanos = nowNanos;
        free.nextNanos = nowNanos;
        free.token = token();
        free.oldToken = token();
        free.answered = false;
        poll(nowNanos);
    }

    private long token() {
        return context.random().getAsLong();
    }

    /** An ANSWER of the peer has come. */
    void onAnswer(ByteBuffer frame, int line, long nowNanos) {
        long token = TokenFrame.token(frame, 0);
        for (Candidate candidate : candidates) {
            if (!candidate.active || candidate.line != line) {
                continue;
            }
            if (token == candidate.oldToken) {
                // The old address is alive: somebody is sending copies from the other.
                candidate.active = false;
            } else if (token == candidate.token && !candidate.answered) {
                candidate.answered = true;
                SendPath path = peer.paths().byId(line);
                boolean wasBound = path != null && path.isBound();
                long patience = !wasBound || path == null ? 0 : Math.min(MOVE_INTERVAL_NANOS, 2 * path.rttNanos());
                candidate.moveAtNanos = nowNanos + patience;
                poll(nowNanos);
            }
        }
    }

    private void challengeAddresses(SendPath path, long nowNanos) {
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
            if (!candidate.active) {
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
            } else if (nowNanos - candidate.nextNanos >= 0) {
                challenge(candidate, path, nowNanos);
                candidate.nextNanos = nowNanos + RETRY_NANOS;
            }
            if (nowNanos - candidate.sinceNanos > GIVE_UP_NANOS) {
                candidate.active = false;
            } else if (!candidate.answered) {
                least = Math.min(least, candidate.nextNanos - nowNanos);
            }
        }
        return least;
    }

    private void move(SendPath path, Candidate candidate, long nowNanos) {
        boolean moved = path.isBound();
        boolean elsewhere = moved && !isSameHost(path, candidate);
        path.bind(context.links().get(candidate.localLink), candidate.localLink, candidate.remote);
        if (elsewhere) {
            path.resetMeasurements();
        }
        if (moved) {
            peer.events().count(Event.LINE_MOVED);
        }
        tellIngress(path);
        peer.controls().get(path.index()).startProbing(nowNanos);
    }

    /** Whether only the port has changed, as when a modem translates anew: then the line is the same, and what was measured stands. */
    private boolean isSameHost(SendPath path, Candidate candidate) {
        return candidate.localLink == path.localLink()
                && context.links().get(candidate.localLink).address(candidate.remote) instanceof InetSocketAddress now
                && context.links().get(path.localLink()).address(path.remote()) instanceof InetSocketAddress before
                && now.getAddress().equals(before.getAddress());
    }

    /** A CHALLENGE to the candidate, and another to the address that the line is bound to. */
    private void challenge(Candidate candidate, @Nullable SendPath path, long nowNanos) {
        if (path == null) {
            return;
        }
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
}
