package io.aggr.internal.engine;

import io.aggr.PeerConfig;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.CloseFrame;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.MtuFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.Ecn;
import io.aggr.internal.packet.EvenFlows;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.MssClamp;
import io.aggr.internal.packet.PacketCheck;
import io.aggr.internal.packet.TrafficClassifier;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.queue.DropReason;
import io.aggr.internal.queue.PacketSlots;
import io.aggr.link.LinkState;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.packet.TrafficClass;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a bond: packets from the TUN in, datagrams out. It neither waits nor looks at a clock: whoever drives it reads the TUN into its
 * batch, passes the time in, and calls {@link #run}, which says when to come back.
 *
 * <p>Confined to one thread at a time. {@link #run} allocates nothing in steady state.
 */
public final class Egress {

    private static final long MILLI = 1_000_000;
    private static final int READ_PACKETS = 64;
    private static final int SEND_DATAGRAMS = 64;
    private static final int MAILBOX = 512;
    private static final int MAX_MESSAGES = 256;
    private static final long SILENCE_NANOS = 1_000 * MILLI;
    private static final long PEER_GONE_NANOS = 3_000 * MILLI;
    private static final long DOUBT_NANOS = 250 * MILLI;
    private static final long RECONNECT_NANOS = 500 * MILLI;
    private static final int IPV4_TCP_HEADERS = 40;
    private static final int IPV6_TCP_HEADERS = 60;

    private final EngineSettings settings;
    private final EgressContext context;
    private final Arena arena;
    private final PacketBatch batch;
    private final Mailbox<EgressMessage> mail;
    // By the peers' numbers; null where a peer was removed.
    private @Nullable PeerEgress[] peers = {};
    private PeerReports[] reports = {};
    private PeerLines[] lines = {};
    private final PeerAlarms alarms;
    private long[] associations = {};
    private @Nullable Session[] sessions = {};
    private long[] reconnectNanos = {};
    private final TrainSender trains;
    private AllowedIps allowedIps;
    private int peerCount;
    private final Handshake handshake;
    private final Output output = new Output();
    private final StallGuard stalls = new StallGuard();
    private final Tally<PacketCheck> innerDrops = new Tally<>("tun", PacketCheck.class);
    private final Tally<Drop> drops = new Tally<>("tun", Drop.class);
    private final Map<String, Long> handshakeDrops = new TreeMap<>();
    private final int readRoomBytes;

    /** What a tunnel without frames must not carry; null where there are frames. */
    private final @Nullable BareRules bare;

    private final AnsweredLines answered;

    private final PacketBatch handshakeBatch;
    private boolean batchOpen;
    private boolean closed;
    private long nowNanos;
    private long takenPackets;
    private long handshakeDatagrams;

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
        this.settings = settings;
        this.answered = answered;
        this.mail = mail;
        arena = new Arena(settings.arenaBytes(), 0);
        PacketSlots slots = new PacketSlots(settings.slots());
        SlotNotes notes = new SlotNotes(settings.slots());
        int maxRead = settings.tun().maxReadBytes();
        readRoomBytes = (int) Math.min(
                settings.arenaBytes() / 4L,
                (long) READ_PACKETS * (maxRead + PacketBatch.HEADROOM_BYTES + PacketBatch.TAILROOM_BYTES));
        batch = new PacketBatch(arena.slab(), READ_PACKETS);
        int stride = settings.receiveStrideBytes();
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
                toIngress,
                settings.tun().mtuBytes(),
                settings.tun().timerLatenessNanos(),
                new TooBigNotices(arena, toIngress, drops, settings.events()),
                new WindowScales(),
                drops,
                settings.random(),
                settings.events());
        handshakeBatch = new PacketBatch(new Slab(4_096), 1);
        handshake = settings.encapsulator().handshake();
        bare = context.traits().carriesFrames() ? null : new BareRules(settings.links(), settings.peers());
        trains = new TrainSender(context);
        alarms = new PeerAlarms(0);
        allowedIps = settings.allowedIps();
        for (PeerSettings peer : settings.peers()) {
            put(peer);
        }
    }

    private void put(PeerSettings settingsOfPeer) {
        int index = settingsOfPeer.index();
        if (index >= peers.length) {
            int size = Math.max(index + 1, settings.peers().size());
            peers = Arrays.copyOf(peers, size);
            reports = Arrays.copyOf(reports, size);
            lines = Arrays.copyOf(lines, size);
            associations = Arrays.copyOf(associations, size);
            sessions = Arrays.copyOf(sessions, size);
            reconnectNanos = Arrays.copyOf(reconnectNanos, size);
        }
        PeerEgress peer = new PeerEgress(context, settingsOfPeer, answered);
        peers[index] = peer;
        reports[index] = new PeerReports(peer, stalls, trains);
        lines[index] = new PeerLines(context, peer);
        alarms.add(index);
        peerCount++;
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
        nowNanos = now;
        PeerEgress peer = isThere(index) ? peers[index] : null;
        if (peer == null) {
            return null;
        }
        sayGoodbye(peer, CloseFrame.Reason.REMOVED);
        context.sealer().remove(index);
        drops.count(Drop.PEER_REMOVED, peer.abandon());
        peer.guard().close();
        alarms.remove(index);
        peers[index] = null;
        sessions[index] = null;
        peerCount--;
        return peer.guard().watch();
    }

    /**
     * Which networks belong to which peer from now on.
     *
     * @param newAllowedIps names no peer that is not there
     */
    public void route(AllowedIps newAllowedIps) {
        allowedIps = newAllowedIps;
    }

    private boolean isThere(int index) {
        return index >= 0 && index < peers.length && peers[index] != null;
    }

    static Mailbox<EgressMessage> newMailbox() {
        return new Mailbox<>(MAILBOX, EgressMessage::new);
    }

    /**
     * Begins: announces the lines to the other half and asks peers that have lines for a session.
     *
     * @param now monotonic time
     */
    public void start(long now) {
        nowNanos = now;
        for (int i = 0; i < peers.length; i++) {
            PeerEgress peer = peers[i];
            if (peer == null) {
                continue;
            }
            lines[i].addConfigured(now);
            if (!peer.settings().lines().isEmpty()) {
                handshake.connect(i, now, output);
                reconnectNanos[i] = now + SILENCE_NANOS;
            }
        }
    }

    /**
     * Whether packets of the TUN are welcome. With one peer the TUN is left alone while the queue is nearly full, so that the queue in front of
     * it presses back; with several a full peer must not stop the others.
     *
     * @return false while the TUN should not be read
     */
    public boolean wantsPackets() {
        return peerCount != 1 || !onlyPeer().queues().isNearLimit();
    }

    private PeerEgress onlyPeer() {
        int index = peers.length - 1;
        while (!isThere(index)) {
            index--;
        }
        return peers[index];
    }

    /**
     * Opens the batch that the TUN is read into.
     *
     * @return the batch; to be handed back by {@link #takePackets}
     */
    public PacketBatch openBatch() {
        arena.open(batch, readRoomBytes);
        batchOpen = true;
        return batch;
    }

    /**
     * Takes what was read into the batch.
     *
     * @param now monotonic time
     */
    public void takePackets(long now) {
        nowNanos = now;
        if (!batchOpen) {
            return;
        }
        batchOpen = false;
        arena.commit(batch);
        takenPackets += batch.size();
        for (int i = 0; i < batch.size(); i++) {
            takePacket(batch.offset(i), batch.length(i));
        }
    }

    private void takePacket(int offset, int length) {
        ByteBuffer buffer = arena.buffer();
        PacketCheck check = InnerPackets.checkExact(buffer, offset, length);
        if (check != PacketCheck.OK) {
            innerDrops.count(check);
            return;
        }
        int index = allowedIps.lookupDestination(buffer, offset);
        if (index == AllowedIps.NONE) {
            drops.count(Drop.NO_ROUTE);
            return;
        }
        alarms.wake(index);
        PeerEgress peer = peers[index];
        Drop unfit = bare == null ? null : bare.checkOut(buffer, offset);
        if (unfit != null) {
            peer.drops().count(unfit);
            return;
        }
        if (lines[index].loops().isLoop(buffer, offset, length)) {
            peer.drops().count(Drop.LOOP);
            if (lines[index].loops().isFirst()) {
                context.events()
                        .onWarning(
                                peer.settings().name()
                                        + ": a route sends the datagrams of a line through the tunnel itself; they are dropped");
            }
            return;
        }
        int located = TransportHeader.locate(buffer, offset, length);
        int mtuBytes = settings.tun().mtuBytes();
        int longest = Math.min(mtuBytes, peer.paths().longestPacketBytes());
        if (length > longest) {
            peer.drops().count(Drop.TOO_LARGE);
            context.tooBig().send(offset, length, longest, peer.events(), nowNanos);
            return;
        }
        if (settings.clampMss() && MssClamp.isSyn(buffer, offset, length, located)) {
            int common = Math.min(mtuBytes, peer.paths().commonPacketBytes());
            if (MssClamp.clamp(buffer, offset, length, located, common - IPV4_TCP_HEADERS, common - IPV6_TCP_HEADERS)) {
                peer.events().count(Event.MSS_CLAMPED);
            }
        }
        context.scales().note(buffer, offset, length, located, true);
        int hash = settings.flowHash().hash(buffer, offset, length, located);
        TrafficClass trafficClass = TrafficClassifier.classify(buffer, offset, length, located, true);
        int slot = allocate(peer, offset, length, hash, trafficClass);
        if (slot == PacketSlots.NONE) {
            peer.drops().count(Drop.NO_SLOT);
        } else {
            context.notes().clear(slot);
            if (trafficClass == TrafficClass.BULK
                    && peer.settings().equalise() != PeerConfig.Equalise.OFF
                    && EvenFlows.contain(buffer, offset, length, located)) {
                context.notes().addFlags(slot, SlotNotes.EVEN);
            }
            peer.enqueue(slot, nowNanos);
        }
    }

    /** A packet of our own goes to a peer like any from the TUN. */
    private void takeOwnPacket(EgressMessage message) {
        if (message.length > 0) {
            int offset = arena.offset(arena.reserve(message.length));
            arena.buffer().put(offset, message.data, 0, message.length);
            arena.commit(message.length);
            takenPackets++;
            takePacket(offset, message.length);
        }
    }

    /** A slot, if need be at the cost of the peer's longest flow. */
    private int allocate(PeerEgress peer, int offset, int length, int hash, TrafficClass trafficClass) {
        long position = arena.position(offset);
        boolean ecnCapable = Ecn.isCapable(arena.buffer(), offset);
        int slot = context.slots().allocate(position, length, hash, trafficClass, nowNanos, ecnCapable);
        if (slot == PacketSlots.NONE && peer.queues().dropLongest(DropReason.NO_SLOT)) {
            slot = context.slots().allocate(position, length, hash, trafficClass, nowNanos, ecnCapable);
        }
        return slot;
    }

    /**
     * Does everything that is due: mail, timers, dispatch, sending.
     *
     * @param now monotonic time, never running backwards
     * @return how long until the next call at the latest, in nanoseconds; 0 if there is more to do at once
     */
    public long run(long now) {
        nowNanos = now;
        stalls.onRun(now);
        boolean more = readMail();
        if (handshake.nanosToDeadline(now) <= 0) {
            handshake.poll(now, output);
        }
        long distance = handshake.nanosToDeadline(now);
        alarms.begin(now);
        for (int i = alarms.next(); i != PeerAlarms.NONE; i = alarms.next()) {
            long next = Math.min(pollPeer(i), peers[i].run(now));
            alarms.sleep(i, next, peers[i].rest(now), now);
        }
        distance = Math.min(distance, alarms.distance(now));
        distance = more ? 0 : Math.max(0, distance);
        stalls.onDone(now, distance);
        return distance;
    }

    /** For tests: the way out to one peer. */
    PeerEgress peer(int index) {
        return peers[index];
    }

    private long pollPeer(int index) {
        PeerEgress peer = peers[index];
        if (closed || !peer.isEstablished()) {
            return Long.MAX_VALUE;
        }
        if (peer.takeRetirement(nowNanos)) {
            handshake.renumber(index, nowNanos, output);
        }
        boolean heard = false;
        boolean doubtful = false;
        int usable = peer.paths().usable();
        boolean active = peer.isActive(nowNanos);
        LifeSigns signs = reports[index].signs();
        boolean blind = stalls.isBlind() || signs.isBlind(nowNanos);
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            SendPath path = control.path();
            int others = usable - (path.state().carriesTraffic() ? 1 : 0);
            long unreported = active ? reports[index].unreportedSinceNanos(path) : Long.MAX_VALUE;
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
            doubtful |= isDoubtful(control.unansweredSinceNanos(), patience, signs)
                    || isDoubtful(unreported, patience, signs);
            MtuProbes.poll(control, nowNanos);
            if (path.sizes().mtu().takeFall()) {
                path.rate().onMtuFall();
                peer.takeBackLong(path, nowNanos);
            }
            if (before != path.state()) {
                usable = peer.paths().usable();
            }
            heard |= path.heard().silenceNanos(nowNanos) < SILENCE_NANOS;
        }
        if (doubtful) {
            askOverOtherLines(peer);
        }
        lines[index].countQuotas(nowNanos);
        reconnect(index, peer, heard);
        long distance = Math.min(lines[index].poll(nowNanos), reports[index].poll(nowNanos));
        return Math.min(distance, heard || !active ? Long.MAX_VALUE : 100 * MILLI);
    }

    /** Whether nothing came of what was sent at a time, and the peer has shown no sign since by which a line could be blamed. */
    private boolean isDoubtful(long sinceNanos, long patienceNanos, LifeSigns signs) {
        return sinceNanos != Long.MAX_VALUE
                && nowNanos - sinceNanos > patienceNanos
                && signs.lastNanos(nowNanos) - sinceNanos <= patienceNanos;
    }

    /** Another line tells whether the peer is there at all: nobody else may, if what carries its reports is dead and the others are spared. */
    private void askOverOtherLines(PeerEgress peer) {
        for (int i = 0; i < peer.controls().size(); i++) {
            PathControl control = peer.controls().get(i);
            if (control.path().state().carriesTraffic() && control.unansweredSinceNanos() == Long.MAX_VALUE) {
                control.probeNow(nowNanos);
            }
        }
    }

    /** All lines silent although answers are due: the peer may have been started anew, so it is greeted again. */
    private void reconnect(int index, PeerEgress peer, boolean heard) {
        if (heard) {
            return;
        }
        long unansweredNanos = unansweredNanos(peer);
        if (unansweredNanos > PEER_GONE_NANOS) {
            for (int i = 0; i < peer.controls().size(); i++) {
                peer.controls().get(i).watch().onPeerSilent(nowNanos);
            }
        }
        if (unansweredNanos > SILENCE_NANOS
                && !peer.settings().lines().isEmpty()
                && nowNanos - reconnectNanos[index] >= 0) {
            reconnectNanos[index] = nowNanos + RECONNECT_NANOS;
            handshake.connect(index, nowNanos, output);
        }
    }

    /**
     * How long the peer has not answered: over any of the lines that carry traffic, or, where there is none, over one. What a dead line swallows says
     * nothing of the peer.
     */
    private long unansweredNanos(PeerEgress peer) {
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

    private boolean readMail() {
        for (int i = 0; i < MAX_MESSAGES; i++) {
            EgressMessage message = mail.poll();
            if (message == null) {
                return false;
            }
            handle(message);
            mail.recycle(message);
        }
        return !mail.isEmpty();
    }

    private void handle(EgressMessage message) {
        switch (message.kind) {
            case HANDSHAKE, SESSION, PACKET -> {
                // They wake whom they concern.
            }
            default -> {
                if (!isThere(message.peer)) {
                    drops.count(Drop.NO_PEER);
                    return;
                }
                alarms.wake(message.peer);
            }
        }
        switch (message.kind) {
            case HANDSHAKE -> {
                message.data.limit(message.length).position(0);
                handshake.receive(
                        message.data,
                        new HandshakeSource(message.localLink, message.remote, message.address),
                        nowNanos,
                        output);
                message.data.clear();
                message.address = null;
            }
            case SESSION -> {
                if (message.session != null) {
                    output.established(message.session);
                    message.session = null;
                }
            }
            case REPORT -> {
                peers[message.peer].noteTraffic(nowNanos);
                reports[message.peer].send(message.data, message.length, nowNanos);
            }
            case REQUESTS -> peers[message.peer].repairs().send(message.data, message.length, nowNanos);
            case ECHO -> onEcho(message);
            case CANDIDATE ->
                lines[message.peer]
                        .moves()
                        .onCandidate(message.line, message.localLink, message.remote, message.length, nowNanos);
            case PACKET -> takeOwnPacket(message);
            case FRAME -> onFrame(message);
        }
    }

    private void onEcho(EgressMessage message) {
        PeerEgress peer = peers[message.peer];
        SendPath path = peer.paths().byId(message.line);
        if (path != null) {
            peer.controls().get(path.index()).onEcho(message.data, message.length, message.atNanos, nowNanos);
            peer.paths().compareDelays();
            peer.adjustQueues(nowNanos);
        }
    }

    private void onFrame(EgressMessage message) {
        PeerEgress peer = peers[message.peer];
        ByteBuffer frame = message.data;
        SendPath path = peer.paths().byId(message.line);
        PathControl control = path == null ? null : peer.controls().get(path.index());
        switch (FrameType.of(frame.get(0))) {
            case FEEDBACK -> {
                peer.noteTraffic(nowNanos);
                reports[message.peer].onFeedback(frame, nowNanos);
            }
            case PROBE -> {
                if (control != null) {
                    if (ProbeFrame.isAnswer(frame, 0)) {
                        reports[message.peer].signs().onSign(nowNanos);
                    }
                    control.onProbe(frame, message.atNanos, nowNanos);
                    peer.adjustQueues(nowNanos);
                }
            }
            case NACK -> peer.repairs().onNack(frame, nowNanos);
            case LINK -> lines[message.peer].onLinkFrame(frame, message.line, nowNanos);
            case CHALLENGE, MTU -> {
                long token = FrameType.of(frame.get(0)) == FrameType.MTU
                        ? MtuFrame.token(frame, 0)
                        : TokenFrame.token(frame, 0);
                lines[message.peer].moves().answer(control, token, nowNanos);
            }
            case ANSWER -> {
                lines[message.peer].moves().onAnswer(frame, message.line, nowNanos);
                if (path != null) {
                    path.sizes().mtu().onAnswer(TokenFrame.token(frame, 0), nowNanos);
                }
            }
            case CLOSE -> onClose(peer);
            default -> peer.drops().count(Drop.UNUSED_FRAME);
        }
    }

    /** The peer has ended the association: its lines carry nothing until it greets again. */
    private void onClose(PeerEgress peer) {
        for (int i = 0; i < peer.controls().size(); i++) {
            peer.controls().get(i).watch().onLocalFault(nowNanos);
        }
        int index = peer.settings().index();
        if (!peer.settings().lines().isEmpty()) {
            reconnectNanos[index] = nowNanos + RECONNECT_NANOS;
        }
    }

    /**
     * The system says that a local link cannot be used: its lines are down at once.
     *
     * @param localLink its number
     * @param now monotonic time
     */
    public void onLinkGone(int localLink, long now) {
        nowNanos = now;
        alarms.wakeAll();
        for (PeerEgress peer : peers) {
            if (peer == null) {
                continue;
            }
            for (PathControl control : peer.controls()) {
                if (control.path().isBound() && control.path().localLink() == localLink) {
                    control.watch().onLocalFault(now);
                }
            }
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
        nowNanos = now;
        alarms.wakeAll();
        for (PeerEgress peer : peers) {
            if (peer == null) {
                continue;
            }
            for (PathControl control : peer.controls()) {
                SendPath path = control.path();
                if (peer.isEstablished() && path.isBound() && path.localLink() == localLink) {
                    control.watch().onLocalFault(now);
                    lines[peer.settings().index()].guardAgainstLoops(path);
                    if (elsewhere) {
                        path.resetMeasurements();
                    }
                    control.startProbing(now);
                }
            }
        }
    }

    /**
     * Tells the peers that this end stops. Nothing is sent afterwards.
     *
     * @param now monotonic time
     */
    public void close(long now) {
        nowNanos = now;
        if (closed) {
            return;
        }
        closed = true;
        for (PeerEgress peer : peers) {
            if (peer != null) {
                sayGoodbye(peer, CloseFrame.Reason.SHUTDOWN);
                peer.guard().close();
            }
        }
    }

    private void sayGoodbye(PeerEgress peer, CloseFrame.Reason reason) {
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

    /**
     * The watches over the peers' schedulers.
     *
     * @return one for each peer, always the same
     */
    public List<PluginWatch> schedulerWatches() {
        List<PluginWatch> watches = new ArrayList<>();
        for (PeerEgress peer : peers) {
            if (peer != null) {
                watches.add(peer.guard().watch());
            }
        }
        return watches;
    }

    /**
     * The watch over one peer's scheduler.
     *
     * @param index the peer's number
     * @return always the same
     */
    public PluginWatch schedulerWatch(int index) {
        return peers[index].guard().watch();
    }

    /**
     * A picture of the moment.
     *
     * @return what this half knows
     */
    public EgressSnapshot snapshot() {
        return EgressSnapshot.of(
                peers, context.links(), drops, innerDrops, handshakeDrops, takenPackets, handshakeDatagrams);
    }

    /** What the handshake does to the world. */
    private final class Output implements HandshakeOutput {

        @Override
        public int lines(int peer) {
            return isThere(peer) ? peers[peer].settings().lines().size() : 0;
        }

        @Override
        public int line(int peer, int index) {
            return peers[peer].settings().lines().get(index).id();
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            SendPath path = isThere(peer) ? peers[peer].paths().byId(line) : null;
            if (path != null && path.isBound()) {
                int bytes = datagram.remaining();
                sendNow(path.localLink(), path.remote(), datagram);
                path.rate().pacer().onSent(nowNanos, bytes + 28);
            }
        }

        @Override
        public int localLink(int peer, int line) {
            SendPath path = isThere(peer) ? peers[peer].paths().byId(line) : null;
            return path != null && path.isBound() ? path.localLink() : -1;
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            // The answer may have taken a while, and the far end's id been given to somebody else meanwhile.
            if (source.address() == null
                    || source.address()
                            .equals(context.links().get(source.localLink()).address(source.remote()))) {
                sendNow(source.localLink(), source.remote(), datagram);
            }
        }

        @Override
        public void dropped(String reason, long count) {
            handshakeDrops.merge("handshake." + reason, count, Long::sum);
        }

        private void sendNow(int localLink, int remote, ByteBuffer datagram) {
            int bytes = datagram.remaining();
            handshakeBatch.open(0, handshakeBatch.slab().sizeBytes());
            if (bytes > handshakeBatch.nextRoomBytes()) {
                return;
            }
            int offset = handshakeBatch.nextOffset();
            handshakeBatch.buffer().put(offset, datagram, datagram.position(), bytes);
            handshakeBatch.add(offset, bytes);
            handshakeDatagrams += context.links().get(localLink).send(handshakeBatch, 0, 1, remote);
        }

        @Override
        public void established(Session session) {
            int index = session.peer();
            if (!isThere(index)) {
                drops.count(Drop.NO_PEER);
                return;
            }
            alarms.wake(index);
            IngressMessage message = context.toIngress().claim();
            if (message == null) {
                // The other half has to learn of the session first. The handshake repeats itself until packets flow.
                drops.count(Drop.MAILBOX_FULL);
                return;
            }
            message.kind = IngressMessage.Kind.SESSION;
            message.peer = index;
            message.session = session;
            context.toIngress().post(message);
            settings.events().wakeIngress();
            boolean isNew = !peers[index].isEstablished() || associations[index] != session.association();
            context.sealer().install(session);
            if (sessions[index] != session) {
                // The handshake hands a session over again until it is in use.
                sessions[index] = session;
                peers[index].events().count(Event.NEW_KEYS);
            }
            if (isNew) {
                associations[index] = session.association();
                reports[index].reset();
                lines[index].onNewAssociation(nowNanos);
                peers[index].onNewAssociation(nowNanos);
                settings.events().onSession(peers[index].settings().name());
            }
            reconnectNanos[index] = nowNanos + SILENCE_NANOS;
        }

        @Override
        public void warn(int peer, String message) {
            if (isThere(peer)) {
                settings.events().onWarning(peers[peer].settings().name() + ": " + message);
            }
        }
    }
}
