package io.aggr.internal.engine;

import io.aggr.PeerConfig;
import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.Ecn;
import io.aggr.internal.packet.EvenFlows;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.MssClamp;
import io.aggr.internal.packet.PacketCheck;
import io.aggr.internal.packet.TrafficClassifier;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.queue.DropReason;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.TrafficClass;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Packets from the TUN, and our own that go the same way: checks each, finds its peer, answers what is too long, makes TCP segments fit, and puts it
 * into the peer's queues.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class TunIntake {

    private static final int READ_PACKETS = 64;
    private static final int IPV4_TCP_HEADERS = 40;
    private static final int IPV6_TCP_HEADERS = 60;

    private final EngineSettings settings;
    private final EgressContext context;
    private final EgressPeers peers;
    private final PeerAlarms alarms;
    private final PacketBatch batch;
    private final int readRoomBytes;
    private final Tally<PacketCheck> packetDrops = new Tally<>("tun", PacketCheck.class);

    /** What a tunnel without frames must not carry; null where there are frames. */
    private final @Nullable BareRules bare;

    private AllowedIps allowedIps;
    private boolean batchOpen;
    private long takenPackets;

    TunIntake(EngineSettings settings, EgressContext context, EgressPeers peers, PeerAlarms alarms) {
        this.settings = settings;
        this.context = context;
        this.peers = peers;
        this.alarms = alarms;
        int maxRead = settings.tun().maxReadBytes();
        readRoomBytes = (int) Math.min(
                settings.arenaBytes() / 4L,
                (long) READ_PACKETS * (maxRead + PacketBatch.HEADROOM_BYTES + PacketBatch.TAILROOM_BYTES));
        batch = new PacketBatch(context.arena().slab(), READ_PACKETS);
        bare = context.traits().carriesFrames() ? null : new BareRules(settings.links(), settings.peers());
        allowedIps = settings.allowedIps();
    }

    /** Which networks belong to which peer from now on. */
    void route(AllowedIps newAllowedIps) {
        allowedIps = newAllowedIps;
    }

    /** Opens the batch that the TUN is read into. */
    PacketBatch openBatch() {
        context.arena().open(batch, readRoomBytes);
        batchOpen = true;
        return batch;
    }

    /** Takes what was read into the batch. */
    void takeBatch(long nowNanos) {
        if (!batchOpen) {
            return;
        }
        batchOpen = false;
        context.arena().commit(batch);
        takenPackets += batch.size();
        for (int i = 0; i < batch.size(); i++) {
            take(batch.offset(i), batch.length(i), nowNanos);
        }
    }

    /** A packet of our own goes to a peer like any from the TUN. */
    void takeOwn(ByteBuffer data, int length, long nowNanos) {
        if (length > 0) {
            Arena arena = context.arena();
            int offset = arena.offset(arena.reserve(length));
            arena.buffer().put(offset, data, 0, length);
            arena.commit(length);
            takenPackets++;
            take(offset, length, nowNanos);
        }
    }

    private void take(int offset, int length, long nowNanos) {
        ByteBuffer buffer = context.arena().buffer();
        PacketCheck check = InnerPackets.checkExact(buffer, offset, length);
        if (check != PacketCheck.OK) {
            packetDrops.count(check);
            return;
        }
        int index = allowedIps.lookupDestination(buffer, offset);
        if (index == AllowedIps.NONE) {
            context.drops().count(Drop.NO_ROUTE);
            return;
        }
        alarms.wake(index);
        PeerEgress peer = peers.at(index);
        Drop unfit = bare == null ? null : bare.checkOut(buffer, offset);
        if (unfit != null) {
            peer.drops().count(unfit);
            return;
        }
        if (isLoop(peer, buffer, offset, length)) {
            return;
        }
        int located = TransportHeader.locate(buffer, offset, length);
        int longest = Math.min(context.tunMtuBytes(), peer.paths().longestPacketBytes());
        if (length > longest) {
            peer.drops().count(Drop.TOO_LARGE);
            context.tooBig().send(offset, length, longest, peer.events(), nowNanos);
            return;
        }
        clampMss(peer, buffer, offset, length, located);
        context.scales().note(buffer, offset, length, located, true);
        enqueue(peer, buffer, offset, length, located, nowNanos);
    }

    private boolean isLoop(PeerEgress peer, ByteBuffer buffer, int offset, int length) {
        LoopGuard loops = peer.lines().loops();
        if (!loops.isLoop(buffer, offset, length)) {
            return false;
        }
        peer.drops().count(Drop.LOOP);
        if (loops.isFirst()) {
            context.events()
                    .onWarning(peer.settings().name()
                            + ": a route sends the datagrams of a line through the tunnel itself; they are dropped");
        }
        return true;
    }

    private void clampMss(PeerEgress peer, ByteBuffer buffer, int offset, int length, int located) {
        if (settings.clampMss() && MssClamp.isSyn(buffer, offset, length, located)) {
            int common = Math.min(context.tunMtuBytes(), peer.paths().commonPacketBytes());
            if (MssClamp.clamp(buffer, offset, length, located, common - IPV4_TCP_HEADERS, common - IPV6_TCP_HEADERS)) {
                peer.events().count(Event.MSS_CLAMPED);
            }
        }
    }

    private void enqueue(PeerEgress peer, ByteBuffer buffer, int offset, int length, int located, long nowNanos) {
        int hash = settings.flowHash().hash(buffer, offset, length, located);
        TrafficClass trafficClass = TrafficClassifier.classify(buffer, offset, length, located, true);
        int slot = allocate(peer, offset, length, hash, trafficClass, nowNanos);
        if (slot == PacketSlots.NONE) {
            peer.drops().count(Drop.NO_SLOT);
            return;
        }
        context.notes().clear(slot);
        if (trafficClass == TrafficClass.BULK
                && peer.settings().equalise() != PeerConfig.Equalise.OFF
                && EvenFlows.contain(buffer, offset, length, located)) {
            context.notes().addFlags(slot, SlotNotes.EVEN);
        }
        peer.enqueue(slot, nowNanos);
    }

    /** A slot, if need be at the cost of the peer's longest flow. */
    private int allocate(PeerEgress peer, int offset, int length, int hash, TrafficClass trafficClass, long nowNanos) {
        Arena arena = context.arena();
        long position = arena.position(offset);
        boolean ecnCapable = Ecn.isCapable(arena.buffer(), offset);
        int slot = context.slots().allocate(position, length, hash, trafficClass, nowNanos, ecnCapable);
        if (slot == PacketSlots.NONE && peer.queues().dropLongest(DropReason.NO_SLOT)) {
            slot = context.slots().allocate(position, length, hash, trafficClass, nowNanos, ecnCapable);
        }
        return slot;
    }

    /** How many have come, whatever became of them. */
    long takenPackets() {
        return takenPackets;
    }

    void addDropsTo(Map<String, Long> target) {
        packetDrops.addTo(target);
    }
}
