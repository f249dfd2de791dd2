package io.aggr.internal.engine;

import io.aggr.encap.Opener;
import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.WindowScales;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way in of a bond: datagrams in, packets to the TUN out. It neither waits nor looks at a clock: whoever drives it calls {@link #receive} for
 * each link that has something, and {@link #run}, which says when to come back.
 *
 * <p>Here is the order of things. What a datagram is and whose is found out by {@link DatagramIntake}, its packet goes through {@link PacketIntake} to
 * the {@link PeerIngress} that it belongs to, and when its turn has come through {@link Delivery} to the TUN. What the other half has to know leaves
 * by {@link IngressOutbox}, and what it says comes by {@link IngressMail}.
 *
 * <p>Confined to one thread at a time. Allocates nothing in steady state.
 */
public final class Ingress {

    private static final int RECEIVE_DATAGRAMS = 32;
    private static final int MAILBOX = 256;

    private final EngineSettings settings;
    private final Opener opener;
    private final boolean framed;
    private final Link[] links;
    private final Arena arena;
    private final int regionBytes;
    private final PacketBatch batch;
    private final IngressPeers peers;
    private final PeerAlarms alarms = new PeerAlarms(0);
    private final StallGuard stalls = new StallGuard();
    private final WindowScales scales = new WindowScales();
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final ReceiveFaults faults;
    private final FarEnds farEnds;
    private final IngressOutbox outbox;
    private final IngressMail mail;
    private final TunWriter tun;
    private final Delivery delivery;
    private final HandshakeIntake handshakes;
    private final PacketIntake packets;
    private final FrameIntake frames;
    private final DatagramIntake datagrams;

    // Where this half is in its work. Fields, since another thread goes on from here if this one gets stuck in a
    // plugin.
    private int batchLink;
    private int batchNext;
    private int batchCount;
    private boolean batchOpen;
    private long nowNanos;
    private long receivedDatagrams;

    /**
     * Builds the way in.
     *
     * @param settings what it is built from
     * @param mail what the other half tells it
     * @param toEgress what it tells the other half
     * @param answered where flows come from
     */
    Ingress(
            EngineSettings settings,
            Mailbox<IngressMessage> mail,
            Mailbox<EgressMessage> toEgress,
            AnsweredLines answered) {
        this.settings = settings;
        opener = settings.encapsulator().opener();
        framed = settings.encapsulator().traits().carriesFrames();
        links = settings.links().toArray(Link[]::new);
        arena = new Arena(settings.arenaBytes(), 0);
        regionBytes = Math.min(settings.arenaBytes() / 4, RECEIVE_DATAGRAMS * settings.receiveStrideBytes());
        batch = new PacketBatch(arena.slab(), RECEIVE_DATAGRAMS);
        peers = new IngressPeers(settings.peers().size());
        faults = new ReceiveFaults(links.length, settings.events());
        farEnds = new FarEnds(links, peers);
        outbox = new IngressOutbox(toEgress, farEnds, settings.events(), drops);
        tun = new TunWriter(settings.tun(), arena.slab(), drops);
        delivery = new Delivery(peers, arena, tun, drops, RECEIVE_DATAGRAMS, regionBytes);
        this.mail = new IngressMail(mail, peers, alarms, opener, farEnds, delivery, drops);
        handshakes = new HandshakeIntake(
                links, farEnds, outbox, drops, settings.peers().size());
        packets = new PacketIntake(settings, peers, delivery, outbox, answered, scales, arena.buffer());
        frames = new FrameIntake(peers, packets, outbox, arena.buffer());
        BareIntake bare = framed
                ? null
                : new BareIntake(
                        new BareRules(settings.links(), settings.peers()), packets, outbox, arena.buffer(), settings);
        int longestBytes = settings.receiveStrideBytes() - PacketBatch.HEADROOM_BYTES - PacketBatch.TAILROOM_BYTES;
        datagrams = new DatagramIntake(peers, alarms, opener, handshakes, frames, bare, outbox, drops, longestBytes);
        for (PeerSettings peer : settings.peers()) {
            addPeer(peer);
        }
    }

    static Mailbox<IngressMessage> newMailbox() {
        return new Mailbox<>(MAILBOX, IngressMessage::new);
    }

    /**
     * A peer is there from now on.
     *
     * @param peer what is to be known of it; its number was never used before
     */
    public final void addPeer(PeerSettings peer) {
        int index = peer.index();
        peers.add(new PeerIngress(
                peer, delivery.holdPackets() / 2, stalls, scales, settings.events(), delivery.releaseOf(index)));
        alarms.add(index);
        farEnds.expect(peers.count());
    }

    /**
     * A peer is not there any more: nothing of it is opened, what is held of it is dropped and counted, and where its lines led is forgotten.
     *
     * @param index its number
     * @return the watch over its reorder buffer, which nobody has to look at any more; null if there is no such peer
     */
    public @Nullable PluginWatch removePeer(int index) {
        PeerIngress removed = peers.remove(index);
        if (removed == null) {
            return null;
        }
        opener.remove(index);
        alarms.remove(index);
        delivery.abandon(index);
        farEnds.forgetThoseOf(removed);
        removed.reorder().close();
        return removed.reorder().watch();
    }

    /**
     * The watch over one peer's reorder buffer.
     *
     * @param index the peer's number
     * @return always the same
     */
    public PluginWatch reorderWatch(int index) {
        return peers.at(index).reorder().watch();
    }

    /**
     * The watches over the peers' reorder buffers.
     *
     * @return one for each peer, always the same
     */
    public List<PluginWatch> reorderWatches() {
        return peers.all().stream().map(peer -> peer.reorder().watch()).toList();
    }

    /**
     * Which networks belong to which peer from now on.
     *
     * @param newAllowedIps names no peer that is not there
     */
    public void route(AllowedIps newAllowedIps) {
        packets.route(newAllowedIps);
    }

    /**
     * Says where this end's own sockets are, so that no inner packet is delivered there. Before the first {@link #receive}.
     *
     * @param ends addresses and ports, none of them a wildcard
     */
    public void ownEnds(List<? extends SocketAddress> ends) {
        packets.ownEnds(ends);
    }

    /**
     * Receives a batch from one link and works through it.
     *
     * @param localLink number of the link
     * @param now monotonic time, never running backwards
     * @return how many datagrams there were; a full batch means that there may be more
     * @throws IOException if the TUN is gone
     */
    public int receive(int localLink, long now) throws IOException {
        begin(now);
        mail.read(now);
        delivery.makeRoom();
        long start = arena.head();
        arena.open(batch, regionBytes);
        int count = links[localLink].receive(batch);
        faults.note(localLink, links[localLink].receiveFault());
        receivedDatagrams += count;
        batchLink = localLink;
        batchNext = 0;
        batchCount = count;
        batchOpen = true;
        workThroughBatch();
        finish();
        if (delivery.held() == 0) {
            // Nothing has to stay: the same memory, warm in the cache, takes the next batch.
            arena.rewind(start);
        }
        return count;
    }

    private void begin(long now) {
        nowNanos = now;
        stalls.onRun(now);
        delivery.begin(now);
    }

    /** From wherever the batch has been worked through to. */
    private void workThroughBatch() {
        while (batchNext < batchCount) {
            datagrams.accept(batch, batchNext++, batchLink, nowNanos);
        }
        if (batchOpen) {
            batchOpen = false;
            arena.commit(batch);
        }
        for (int i = peers.nextTouched(); i != IngressPeers.NOBODY; i = peers.nextTouched()) {
            PeerIngress peer = peers.at(i);
            peer.touch(false);
            peer.poll(nowNanos);
            delivery.deliverOrphans(peer);
            outbox.requests(peer, nowNanos);
        }
    }

    /** Writes what was released, wakes the other half. */
    private void finish() throws IOException {
        tun.write();
        outbox.wake(nowNanos);
        tun.throwFailure();
    }

    /**
     * Does what time demands: mail, deadlines of the reorder buffers, reports.
     *
     * @param now monotonic time, never running backwards
     * @return how long until the next call at the latest, in nanoseconds
     * @throws IOException if the TUN is gone
     */
    public long run(long now) throws IOException {
        begin(now);
        mail.read(now);
        alarms.begin(now);
        for (int i = alarms.next(); i != PeerAlarms.NONE; i = alarms.next()) {
            PeerIngress peer = peers.at(i);
            peer.poll(now);
            delivery.deliverOrphans(peer);
            if (framed) {
                if (peer.reports().isDue(now)) {
                    outbox.report(peer, now);
                }
                outbox.requests(peer, now);
            }
            alarms.sleep(i, peer.nanosToDeadline(now), peer.rest(now), now);
        }
        long distance = peers.useAnyPlugin() ? delivery.replaceStarving() : Long.MAX_VALUE;
        finish();
        distance = Math.min(distance, outbox.nanosToDeadline(now));
        long wanted = Math.max(0, Math.min(distance, alarms.distance(now)));
        stalls.onDone(now, wanted);
        return wanted;
    }

    /**
     * Goes on where another thread is stuck in a reorder buffer. Called by the new thread before anything else; the old one stops by itself should it
     * ever come back. What the buffer held is delivered in order of arrival, and a built-in one takes over.
     *
     * @param now monotonic time
     * @throws IOException if the TUN is gone
     */
    public void takeOver(long now) throws IOException {
        begin(now);
        packets.takeOver();
        for (int i = 0; i < peers.numbers(); i++) {
            if (peers.isThere(i)) {
                peers.at(i).replaceIfDistrusted();
                delivery.deliverOrphans(peers.at(i));
                alarms.wake(i);
            }
        }
        mail.takeOver();
        workThroughBatch();
        finish();
    }

    /** Nothing more is received. What is still held is not delivered. */
    public void close() {
        peers.all().forEach(peer -> peer.reorder().close());
    }

    /**
     * Datagrams that were of no use to any peer so far: not authentic, or of a handshake.
     *
     * @return since the start
     */
    public long uselessDatagrams() {
        return receivedDatagrams - datagrams.openedDatagrams();
    }

    /**
     * A picture of the moment.
     *
     * @return what this half knows
     */
    public IngressSnapshot snapshot() {
        Map<String, Long> dropped = new TreeMap<>();
        drops.addTo(dropped);
        datagrams.addDropsTo(dropped);
        frames.addDropsTo(dropped);
        packets.addDropsTo(dropped);
        faults.counts().addTo(dropped);
        if (tun.refusedPackets() > 0) {
            dropped.merge("tun-refused", tun.refusedPackets(), Long::sum);
        }
        return IngressSnapshot.of(
                peers.all(),
                dropped,
                new IngressSnapshot.Flow(
                        receivedDatagrams,
                        handshakes.datagrams(),
                        datagrams.openedDatagrams(),
                        packets.arrived(),
                        delivery.ownPackets(),
                        delivery.held()));
    }
}
