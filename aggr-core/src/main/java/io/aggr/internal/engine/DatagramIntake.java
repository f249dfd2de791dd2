package io.aggr.internal.engine;

import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.path.ReceivePath;
import io.aggr.packet.PacketBatch;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Admits datagrams: opens each and finds out whose it is and over which line it has come. What belongs to nobody ends here.
 *
 * <p>Confined to the thread that receives. Allocates nothing but the accounting of a line, with its first datagram.
 */
final class DatagramIntake {

    private final IngressPeers peers;
    private final PeerAlarms alarms;
    private final Opener opener;
    private final HandshakeIntake handshakes;
    private final FrameIntake frames;

    /** Null where there are frames. */
    private final @Nullable BareIntake bare;

    private final IngressOutbox outbox;
    private final Tally<Drop> drops;
    private final Tally<OpenOutcome> openDrops = new Tally<>("outer", OpenOutcome.class);
    private final Opened opened = new Opened();
    private final int longestBytes;
    private long openedDatagrams;

    /**
     * Takes datagrams apart.
     *
     * @param longestBytes what is as long as this has been cut
     */
    DatagramIntake(
            IngressPeers peers,
            PeerAlarms alarms,
            Opener opener,
            HandshakeIntake handshakes,
            FrameIntake frames,
            @Nullable BareIntake bare,
            IngressOutbox outbox,
            Tally<Drop> drops,
            int longestBytes) {
        this.peers = peers;
        this.alarms = alarms;
        this.opener = opener;
        this.handshakes = handshakes;
        this.frames = frames;
        this.bare = bare;
        this.outbox = outbox;
        this.drops = drops;
        this.longestBytes = longestBytes;
    }

    /** A datagram of a batch has come over a link. */
    void accept(PacketBatch batch, int index, int localLink, long nowNanos) {
        int datagramBytes = batch.length(index);
        int remote = batch.remote(index);
        if (datagramBytes >= longestBytes) {
            drops.count(Drop.OVER_MTU);
            return;
        }
        OpenOutcome outcome = opener.open(batch, index, localLink, nowNanos, opened);
        if (outcome == OpenOutcome.HANDSHAKE) {
            handshakes.accept(batch, index, localLink, nowNanos);
            return;
        }
        if (outcome != OpenOutcome.OPENED) {
            openDrops.count(outcome);
            return;
        }
        if (!peers.isThere(opened.peer())) {
            drops.count(Drop.NO_PEER);
            return;
        }
        alarms.wake(opened.peer());
        PeerIngress peer = peers.at(opened.peer());
        Session confirmed = opened.confirmed();
        if (confirmed != null) {
            // The other half hears of it before it hears what the peer says.
            peer.onSession(confirmed.association(), nowNanos);
            outbox.session(confirmed);
        }
        ReceivePath path = peer.lines().open(opened.link());
        if (path == null) {
            peer.drops().count(Drop.TOO_MANY_LINES);
        } else if (bare != null) {
            openedDatagrams++;
            bare.accept(peer, path, opened, localLink, remote, datagramBytes, nowNanos);
        } else if (frames.check(opened)) {
            openedDatagrams++;
            frames.accept(peer, path, opened, localLink, remote, datagramBytes, nowNanos);
        }
    }

    /** How many were of a peer and good. */
    long openedDatagrams() {
        return openedDatagrams;
    }

    void addDropsTo(Map<String, Long> target) {
        openDrops.addTo(target);
    }
}
