package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.Arena;
import io.aggr.reorder.Release;
import java.nio.ByteBuffer;

/**
 * Packets on their way from the arena to the TUN: knows which of them wait for their turn, lets them go when a reorder buffer says so, when one has
 * failed and left them behind, and when their memory is needed.
 *
 * <p>Confined to the thread that receives. Allocates nothing in steady state.
 */
final class Delivery {

    private static final int MIN_HOLD_PACKETS = 8_192;

    /** As many packets find a place as fit into the arena at this size. */
    private static final int BYTES_PER_PACKET = 512;

    /** No reorder buffer of somebody else's may hold a packet for longer, with what the equaliser adds. */
    private static final long LONGEST_HOLD_NANOS = 6_000_000_000L;

    private final IngressPeers peers;
    private final Arena arena;
    private final TunWriter tun;
    private final Tally<Drop> drops;
    private final HoldRing holds;
    private final int holdPackets;
    private final int regionPackets;
    private final int regionBytes;
    private long nowNanos;
    private long ownPackets;

    /**
     * Nothing held yet.
     *
     * @param regionPackets most packets that may come with one batch
     * @param regionBytes what one batch takes of the arena
     */
    Delivery(IngressPeers peers, Arena arena, TunWriter tun, Tally<Drop> drops, int regionPackets, int regionBytes) {
        this.peers = peers;
        this.arena = arena;
        this.tun = tun;
        this.drops = drops;
        this.regionPackets = regionPackets;
        this.regionBytes = regionBytes;
        holdPackets = Math.max(MIN_HOLD_PACKETS, arena.capacityBytes() / BYTES_PER_PACKET);
        holds = new HoldRing(holdPackets);
    }

    /** As many packets may be held in all. */
    int holdPackets() {
        return holdPackets;
    }

    /** What a peer's reorder buffer calls for each packet whose turn has come. */
    Release releaseOf(int peer) {
        return id -> deliver(peer, id);
    }

    /** Whatever is delivered from now on is delivered at this time. */
    void begin(long now) {
        nowNanos = now;
    }

    /** Holds a packet until its turn. The view gets its place and is noted. */
    void hold(PeerIngress peer, int offset, int length, ArrivedView view, int flowHash) {
        int id = holds.add(peer.settings().index(), arena.position(offset), length);
        view.place(id, flowHash);
        holds.note(id, view, nowNanos);
    }

    private void deliver(int peer, int id) {
        if (!holds.holds(id, peer)) {
            return;
        }
        tun.makeRoom();
        tun.add(holds.offset(id, arena), holds.length(id));
        peers.at(peer).delivered().count(holds, id, nowNanos);
        holds.remove(id);
    }

    /** If a reorder buffer has failed, delivers what it had in order of arrival. */
    void deliverOrphans(PeerIngress peer) {
        if (peer.reorder().takeOrphans()) {
            deliverAll(peer);
        }
    }

    private void deliverAll(PeerIngress peer) {
        int index = peer.settings().index();
        holds.forEach(index, id -> deliver(index, id));
    }

    /** Lets held packets go until the next region overwrites none of them. */
    void makeRoom() {
        while (holds.held() > 0
                && (holds.room() < regionPackets || arena.wouldOverwrite(holds.oldestPosition(), regionBytes))) {
            PeerIngress oldest = peers.at(holds.oldestPeer());
            ReorderStage reorder = oldest.reorder();
            int before = holds.held();
            if (!reorder.releaseOldest(nowNanos) || holds.held() == before) {
                if (!reorder.takeOrphans()) {
                    reorder.replaceUnyielding();
                    reorder.takeOrphans();
                }
                deliverAll(oldest);
            }
        }
        tun.write();
    }

    /** A plugin that has not let a packet go by now never will. Returns how long until that has to be asked again. */
    long replaceStarving() {
        while (holds.held() > 0) {
            PeerIngress peer = peers.at(holds.oldestPeer());
            long left = holds.oldestArrivalNanos() + LONGEST_HOLD_NANOS - nowNanos;
            if (left > 0 || !peer.reorder().isPlugin()) {
                return left > 0 ? left : Long.MAX_VALUE;
            }
            peer.reorder().replaceStarving();
            peer.reorder().takeOrphans();
            deliverAll(peer);
        }
        return Long.MAX_VALUE;
    }

    /** A packet of our own, such as an ICMP message, goes to the TUN through the arena like any other. */
    void deliverOwn(ByteBuffer data, int length) {
        if (length == 0) {
            return;
        }
        makeRoom();
        int offset = arena.offset(arena.reserve(length));
        arena.buffer().put(offset, data, 0, length);
        arena.commit(length);
        ownPackets++;
        tun.add(offset, length);
        tun.write();
    }

    /** A peer is gone: what is held of it is dropped and counted. */
    void abandon(int peer) {
        holds.forEach(peer, id -> {
            holds.remove(id);
            drops.count(Drop.PEER_REMOVED);
        });
    }

    /** How many packets wait for their turn. */
    int held() {
        return holds.held();
    }

    /** Packets of our own that were delivered. */
    long ownPackets() {
        return ownPackets;
    }
}
