package io.aggr.internal.engine;

import io.aggr.StartRate;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.CloseFrame;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a bond: packets from the TUN in, datagrams out. It neither waits nor looks at a clock: whoever drives it reads the TUN into its
 * batch, passes the time in, and calls {@link #run}, which says when to come back.
 *
 * <p>Here is the order of things. Packets enter by {@link TunIntake}, what the other half says comes by {@link EgressMail}, sessions come of
 * {@link Greetings}, and what a peer's packets and lines need is done by its {@link PeerEgress} and those that work for it.
 *
 * <p>Confined to one thread at a time. {@link #run} allocates nothing in steady state.
 */
public final class Egress {

    private static final int SEND_DATAGRAMS = 64;
    private static final int MAILBOX = 512;

    /** A peer that is active and silent is looked at so often. */
    private static final long SILENT_NANOS = 100_000_000;

    private final EgressContext context;
    private final EgressPeers peers;
    private final PeerAlarms alarms = new PeerAlarms(0);
    private final StallGuard stalls = new StallGuard();
    private final TrainSender trains;
    private final boolean sendersWait;
    private final AnsweredLines answered;
    private final Tally<Drop> drops = new Tally<>("tun", Drop.class);
    private final Greetings greetings;
    private final TunIntake tun;
    private final EgressMail mail;
    private boolean closed;

    /**
     * Builds the way out.
     *
     * @param settings what it is built from
     * @param mail what the other half tells it
     * @param toIngress what it tells the other half
     * @param answered where flows come from
     */
    Egress(
            EngineSettings settings,
            Mailbox<EgressMessage> mail,
            Mailbox<IngressMessage> toIngress,
            AnsweredLines answered) {
        this.answered = answered;
        Arena arena = new Arena(settings.arenaBytes(), 0);
        PacketSlots slots = new PacketSlots(settings.slots());
        SlotNotes notes = new SlotNotes(settings.slots());
        int stride = settings.receiveStrideBytes();
        EgressOutbox outbox = new EgressOutbox(toIngress, settings.events());
        context = new EgressContext(
                arena,
                slots,
                notes,
                new OutgoingView(arena, slots, notes),
                new DatagramBuilder(),
                settings.encapsulator().sealer(),
                settings.encapsulator().traits(),
                new PacketBatch(new Slab(SEND_DATAGRAMS * stride), SEND_DATAGRAMS),
                settings.links(),
                outbox,
                settings.tun().mtuBytes(),
                settings.tun().timerLatenessNanos(),
                new TooBigNotices(arena, outbox, drops),
                new WindowScales(),
                drops,
                settings.random(),
                settings.events(),
                new StartRates());
        peers = new EgressPeers(settings.peers().size());
        greetings =
                new Greetings(context, peers, alarms, settings.encapsulator().handshake());
        tun = new TunIntake(settings, context, peers, alarms);
        this.mail = new EgressMail(mail, context, peers, alarms, greetings, tun);
        trains = new TrainSender(context);
        sendersWait = settings.tun().holdsSendersBack();
        for (PeerSettings peer : settings.peers()) {
            put(peer);
        }
    }

    static Mailbox<EgressMessage> newMailbox() {
        return new Mailbox<>(MAILBOX, EgressMessage::new);
    }

    private void put(PeerSettings peer) {
        peers.add(new PeerEgress(context, peer, answered, stalls, trains, peers::areMany));
        alarms.add(peer.index());
    }

    /**
     * A peer is there from now on. It comes to us: it has no lines of ours. The other half has to know it before.
     *
     * @param peer what is to be known of it; its number was never used before
     */
    public void addPeer(PeerSettings peer) {
        if (!peer.lines().isEmpty()) {
            throw new IllegalArgumentException(
                    "peer " + peer.name() + " has lines, which have to be there from the start");
        }
        put(peer);
    }

    /**
     * A peer is not there any more: it is told so, its keys are not used any more, and what waits for it is dropped and counted.
     *
     * @param index its number
     * @param now monotonic time
     * @return the watch over its scheduler, which nobody has to look at any more; null if there is no such peer
     */
    public @Nullable PluginWatch removePeer(int index, long now) {
        if (!peers.isThere(index)) {
            return null;
        }
        PeerEgress peer = peers.at(index);
        peer.lines().sayGoodbye(CloseFrame.Reason.REMOVED, now);
        context.sealer().remove(index);
        drops.count(Drop.PEER_REMOVED, peer.abandon());
        peer.guard().close();
        alarms.remove(index);
        peers.remove(index);
        return peer.guard().watch();
    }

    /**
     * Which networks belong to which peer from now on.
     *
     * @param newAllowedIps names no peer that is not there
     */
    public void route(AllowedIps newAllowedIps) {
        tun.route(newAllowedIps);
    }

    /**
     * What lines carried at another time. It holds for those that become known from now on, and only where nothing is configured.
     *
     * @param rates by peer and line; takes the place of what was said before
     */
    public void startRates(List<StartRate> rates) {
        context.startRates().replace(rates);
    }

    /**
     * Begins: announces the lines to the other half and asks peers that have lines for a session.
     *
     * @param now monotonic time
     */
    public void start(long now) {
        for (PeerEgress peer : peers.all()) {
            peer.lines().addConfigured(now);
            if (!peer.settings().lines().isEmpty()) {
                greetings.connect(peer.settings().index(), now);
                peer.watch().onGreeted(now);
            }
        }
    }

    /**
     * Whether packets of the TUN are welcome. With one peer whose lines are not paced, or a TUN whose senders wait, the TUN is left alone while the
     * queue is nearly full, so that the queue in front of it presses back; with several a full peer must not stop the others.
     *
     * @return false while the TUN should not be read
     */
    public boolean wantsPackets() {
        PeerEgress only = peers.only();
        return only == null || !only.pressBack(sendersWait);
    }

    /**
     * Opens the batch that the TUN is read into.
     *
     * @return the batch; to be handed back by {@link #takePackets}
     */
    public PacketBatch openBatch() {
        return tun.openBatch();
    }

    /**
     * Takes what was read into the batch.
     *
     * @param now monotonic time
     */
    public void takePackets(long now) {
        tun.takeBatch(now);
    }

    /**
     * Does everything that is due: mail, timers, dispatch, sending.
     *
     * @param now monotonic time, never running backwards
     * @return how long until the next call at the latest, in nanoseconds; 0 if there is more to do at once
     */
    public long run(long now) {
        stalls.onRun(now);
        boolean more = mail.read(now);
        long distance = greetings.poll(now);
        alarms.begin(now);
        for (int i = alarms.next(); i != PeerAlarms.NONE; i = alarms.next()) {
            PeerEgress peer = peers.at(i);
            long next = Math.min(poll(peer, now), peer.run(now));
            alarms.sleep(i, next, peer.rest(now), now);
        }
        distance = Math.min(distance, alarms.distance(now));
        distance = more ? 0 : Math.max(0, distance);
        stalls.onDone(now, distance);
        return distance;
    }

    private long poll(PeerEgress peer, long now) {
        if (closed || !peer.isEstablished()) {
            return Long.MAX_VALUE;
        }
        int index = peer.settings().index();
        if (peer.numbers().takeRetirement(now)) {
            greetings.renumber(index, now);
        }
        boolean active = peer.activity().isActive(now);
        boolean heard = peer.watch().poll(active, now);
        peer.lines().countQuotas(now);
        if (!heard && peer.watch().onSilence(now)) {
            greetings.connect(index, now);
        }
        long distance = Math.min(peer.lines().poll(now), peer.reports().poll(now));
        return Math.min(distance, heard || !active ? Long.MAX_VALUE : SILENT_NANOS);
    }

    /** For tests: the way out to one peer. */
    PeerEgress peer(int index) {
        return peers.at(index);
    }

    /**
     * The system says that a local link cannot be used: its lines are down at once.
     *
     * @param localLink its number
     * @param now monotonic time
     */
    public void onLinkGone(int localLink, long now) {
        alarms.wakeAll();
        for (PeerEgress peer : peers.all()) {
            peer.lines().onLinkGone(localLink, now);
        }
    }

    /**
     * A local link has another socket: its lines are probed at once.
     *
     * @param localLink its number
     * @param elsewhere whether it has another address, so that what was measured means nothing
     * @param now monotonic time
     */
    public void onLinkRenewed(int localLink, boolean elsewhere, long now) {
        alarms.wakeAll();
        for (PeerEgress peer : peers.all()) {
            if (peer.isEstablished()) {
                peer.lines().onLinkRenewed(localLink, elsewhere, now);
            }
        }
    }

    /**
     * Tells the peers that this end stops. Nothing is sent afterwards.
     *
     * @param now monotonic time
     */
    public void close(long now) {
        if (closed) {
            return;
        }
        closed = true;
        for (PeerEgress peer : peers.all()) {
            peer.lines().sayGoodbye(CloseFrame.Reason.SHUTDOWN, now);
            peer.guard().close();
        }
    }

    /**
     * The watches over the peers' schedulers.
     *
     * @return one for each peer, always the same
     */
    public List<PluginWatch> schedulerWatches() {
        return peers.all().stream().map(peer -> peer.guard().watch()).toList();
    }

    /**
     * The watch over one peer's scheduler.
     *
     * @param index the peer's number
     * @return always the same
     */
    public PluginWatch schedulerWatch(int index) {
        return peers.at(index).guard().watch();
    }

    /**
     * A picture of the moment.
     *
     * @return what this half knows
     */
    public EgressSnapshot snapshot() {
        Map<String, Long> dropped = new TreeMap<>();
        greetings.addDropsTo(dropped);
        drops.addTo(dropped);
        tun.addDropsTo(dropped);
        return EgressSnapshot.of(peers.all(), context.links(), dropped, tun.takenPackets(), greetings.datagrams());
    }
}
