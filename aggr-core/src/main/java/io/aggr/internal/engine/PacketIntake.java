package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.PacketCheck;
import io.aggr.internal.packet.SourceCheck;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.ReceivePath;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Inner packets that have come: gives each its number, drops those that came before or must not come at all, and offers the others to the reorder
 * buffer of their peer.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class PacketIntake {

    private final EngineSettings settings;
    private final IngressPeers peers;
    private final Delivery delivery;
    private final AnsweredLines answered;
    private final WindowScales scales;
    private final ByteBuffer buffer;
    private final ArrivedView view;
    private final int tunMtuBytes;
    private final OversizeNotices oversize;
    private final LoopGuard ownEnds = new LoopGuard();
    private final Tally<PacketCheck> packetDrops = new Tally<>("inner", PacketCheck.class);
    private final Tally<SourceCheck> sourceDrops = new Tally<>("source", SourceCheck.class);
    private AllowedIps allowedIps;
    private long arrived;

    /** The peer whose packet is being numbered. A field, since another thread has to know if this one gets stuck in a plugin. */
    private int numbering = IngressPeers.NOBODY;

    PacketIntake(
            EngineSettings settings,
            IngressPeers peers,
            Delivery delivery,
            IngressOutbox outbox,
            AnsweredLines answered,
            WindowScales scales,
            ByteBuffer buffer) {
        this.settings = settings;
        this.peers = peers;
        this.delivery = delivery;
        this.answered = answered;
        this.scales = scales;
        this.buffer = buffer;
        view = new ArrivedView(buffer);
        tunMtuBytes = settings.tun().mtuBytes();
        oversize = new OversizeNotices(outbox, tunMtuBytes);
        allowedIps = settings.allowedIps();
    }

    /** Which networks belong to which peer from now on. */
    void route(AllowedIps newAllowedIps) {
        allowedIps = newAllowedIps;
    }

    /** Where this end's own sockets are: no inner packet is delivered there. */
    void ownEnds(List<? extends SocketAddress> ends) {
        for (int i = 0; i < ends.size(); i++) {
            ownEnds.put(i, ends.get(i));
        }
    }

    /** A packet with a number has come. */
    void acceptNumbered(PeerIngress peer, ReceivePath path, IpFrame frame, long nowNanos) {
        arrived++;
        if (!peer.lines().isAnnounced(path.link())) {
            peer.drops().count(Drop.UNKNOWN_LINE);
            peer.refuse(frame, nowNanos);
            return;
        }
        view.show(0, frame.packetOffset(), frame.packetBytes(), 0, path.link());
        numbering = peer.settings().index();
        DuplicateFilter.Verdict verdict = peer.number(path, frame, view);
        numbering = IngressPeers.NOBODY;
        switch (verdict) {
            case NEW -> {
                if (isGood(peer, frame.packetOffset(), frame.packetBytes(), nowNanos)) {
                    offer(peer, path, frame.packetOffset(), frame.packetBytes(), nowNanos);
                } else {
                    peer.skip(view.sequence(), nowNanos);
                }
            }
            case DUPLICATE -> peer.drops().count(Drop.DUPLICATE);
            case TOO_OLD -> peer.drops().count(Drop.TOO_LATE);
        }
    }

    /** A packet without a number has come. */
    void acceptBare(PeerIngress peer, ReceivePath path, int offset, int length, long nowNanos) {
        arrived++;
        if (isGood(peer, offset, length, nowNanos)) {
            view.show(0, offset, length, 0, path.link());
            offer(peer, path, offset, length, nowNanos);
        }
    }

    /** A packet has come that must not travel through a tunnel without frames. */
    void refuseBare(PeerIngress peer, Drop reason) {
        arrived++;
        peer.drops().count(reason);
    }

    private void offer(PeerIngress peer, ReceivePath path, int offset, int length, long nowNanos) {
        // Before anything is given to the buffer that has taken over.
        delivery.deliverOrphans(peer);
        int located = TransportHeader.locate(buffer, offset, length);
        scales.note(buffer, offset, length, located, false);
        peer.lowerWindow(buffer, offset, length, located, nowNanos);
        int hash = settings.flowHash().hash(buffer, offset, length, located);
        if (answered.isWanted()) {
            answered.note(settings.flowHash().answerHash(buffer, offset, length, located), path.link());
        }
        delivery.hold(peer, offset, length, view, hash);
        peer.offer(view, nowNanos);
        delivery.deliverOrphans(peer);
    }

    private boolean isGood(PeerIngress peer, int offset, int length, long nowNanos) {
        PacketCheck check = InnerPackets.checkExact(buffer, offset, length);
        if (check != PacketCheck.OK) {
            packetDrops.count(check);
            return false;
        }
        SourceCheck source = InnerPackets.checkSource(buffer, offset);
        if (source != SourceCheck.OK) {
            sourceDrops.count(source);
            return false;
        }
        if (allowedIps.lookupSource(buffer, offset) != peer.settings().index()) {
            peer.drops().count(Drop.SOURCE);
            return false;
        }
        if (ownEnds.isLoop(buffer, offset, length)) {
            peer.drops().count(Drop.LOOP);
            if (ownEnds.isFirst()) {
                settings.events()
                        .onWarning(
                                peer.settings().name()
                                        + ": its network sends datagrams of a line through the tunnel itself; they are dropped");
            }
            return false;
        }
        if (length > tunMtuBytes) {
            peer.drops().count(Drop.OVER_MTU);
            oversize.answer(buffer, offset, length, nowNanos);
            return false;
        }
        return true;
    }

    /** Another thread goes on where this one is stuck in a reorder buffer. */
    void takeOver() {
        if (numbering != IngressPeers.NOBODY) {
            peers.at(numbering).drops().count(Drop.REORDER_HUNG);
            numbering = IngressPeers.NOBODY;
        }
    }

    /** How many have come, whatever became of them. */
    long arrived() {
        return arrived;
    }

    void addDropsTo(Map<String, Long> target) {
        packetDrops.addTo(target);
        sourceDrops.addTo(target);
    }
}
