package io.aggr.internal.engine;

import io.aggr.LinkCost;
import io.aggr.LinkQuota;
import io.aggr.internal.frame.CloseFrame;
import io.aggr.internal.frame.LinkAnnouncement;
import io.aggr.internal.frame.LinkFrame;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.path.QuotaMeter;
import io.aggr.internal.path.SendPath;
import io.aggr.link.Link;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which lines lead to one peer and where they go: announces our own and learns the peer's. When a line moves is the business of {@link AddressMoves}.
 *
 * <p>Confined to the thread that sends.
 */
final class PeerLines {

    static final int MAX_LINES = 16;
    private static final int IN_FLIGHT_MIN = 1_024;
    private static final int IN_FLIGHT_MAX = 131_072;
    private static final int IN_FLIGHT_UNPACED = 16_384;

    private final EgressContext context;
    private final PeerEgress peer;
    private final int[] revisions = new int[256];
    private final int[] ownRevisions = new int[256];
    private final AddressMoves moves;
    private final LoopGuard loops = new LoopGuard();

    PeerLines(EgressContext context, PeerEgress peer) {
        this.context = context;
        this.peer = peer;
        Arrays.fill(revisions, -1);
        moves = new AddressMoves(context, peer, this);
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
            begin(path);
            path.terms().backup(cost.backup());
            path.terms().quota(meter(cost.quota(), nowNanos));
            path.bind(context.links().get(line.localLink()), line.localLink(), Link.CONFIGURED_REMOTE);
            if (line.inner() != null) {
                control.probeByEcho(new EchoProber(line.inner(), context.random()));
            }
            tellIngress(path);
        }
    }

    /** A line is known from now on: its rate is found from where it was at another time. */
    private void begin(SendPath path) {
        path.rate().startFrom(context.startRates().of(peer.settings().name(), path.name()));
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

    /** Tells the other half that there is a line, and where it leads. */
    void tellIngress(SendPath path) {
        guardAgainstLoops(path);
        context.outbox().boundLine(peer.settings().index(), path);
    }

    /** The ends of the peer's lines, where no inner packet may go. */
    LoopGuard loops() {
        return loops;
    }

    /** Where a line leads has changed. */
    void guardAgainstLoops(SendPath path) {
        loops.put(
                path.index(),
                path.isBound() ? context.links().get(path.localLink()).address(path.remote()) : null);
    }

    /** The system says that a local link cannot be used: its lines are down at once. */
    void onLinkGone(int localLink, long nowNanos) {
        for (PathControl control : peer.controls()) {
            if (control.path().isBound() && control.path().localLink() == localLink) {
                control.watch().onLocalFault(nowNanos);
            }
        }
    }

    /** A local link has another socket, perhaps with another address, so that what was measured means nothing: its lines are probed at once. */
    void onLinkRenewed(int localLink, boolean elsewhere, long nowNanos) {
        for (PathControl control : peer.controls()) {
            SendPath path = control.path();
            if (path.isBound() && path.localLink() == localLink) {
                control.watch().onLocalFault(nowNanos);
                guardAgainstLoops(path);
                if (elsewhere) {
                    path.resetMeasurements();
                }
                control.startProbing(nowNanos);
            }
        }
    }

    /** A new association: the peer knows nothing of our lines, and what it had announced is void. */
    void onNewAssociation(long nowNanos) {
        Arrays.fill(revisions, -1);
        moves.forget();
        for (PathControl control : peer.controls()) {
            SendPath path = control.path();
            if (!isConfigured(path.id())) {
                control.stop();
                path.bind(null, 0, Link.NO_REMOTE);
                context.outbox().lineGone(peer.settings().index(), path.id());
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
        boolean isAnother = known == null || !known.name().equals(said.name());
        path.describe(said.name(), said.tier(), said.isMetered(), said.mtuBytes(), rate, limit);
        if (isAnother) {
            if (known != null) {
                // The peer has numbered its lines anew.
                path.resetMeasurements();
            }
            begin(path);
        }
        path.terms().backup(said.state() == LinkFrame.State.STANDBY);
        if (said.state() == LinkFrame.State.WITHDRAW) {
            PathControl control = peer.controls().get(path.index());
            control.watch().onLocalFault(nowNanos);
            control.stop();
            path.bind(null, 0, Link.NO_REMOTE);
            moves.forget(id);
            context.outbox().lineGone(peer.settings().index(), id);
        } else {
            context.outbox().line(peer.settings().index(), path);
            moves.onAnnounced(path, nowNanos);
        }
        peer.adjustQueues(nowNanos);
        return path;
    }

    /** Tells the peer over all lines that there is nothing more to come. */
    void sayGoodbye(CloseFrame.Reason reason, long nowNanos) {
        if (!context.sealer().isReady(peer.settings().index())
                || !context.traits().carriesFrames()) {
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(CloseFrame.BYTES);
        CloseFrame.put(frame, 0, reason);
        for (PathControl control : peer.controls()) {
            if (control.path().isBound()) {
                control.queue(frame, 0, CloseFrame.BYTES, nowNanos);
                peer.transmitter().transmit(control, nowNanos);
            }
        }
    }

    private @Nullable PathControl controlOf(int id) {
        SendPath path = peer.paths().byId(id);
        return path == null ? null : peer.controls().get(path.index());
    }

    /** Where datagrams of the lines come from, and whether a line has to follow. */
    AddressMoves moves() {
        return moves;
    }

    /** Whether a line's far end is configured, so that nothing moves it. */
    boolean isConfigured(int id) {
        // Called with each report: no iterator is made.
        for (int i = 0; i < peer.settings().lines().size(); i++) {
            if (peer.settings().lines().get(i).id() == id) {
                return true;
            }
        }
        return false;
    }

    long poll(long nowNanos) {
        return moves.poll(nowNanos);
    }
}
