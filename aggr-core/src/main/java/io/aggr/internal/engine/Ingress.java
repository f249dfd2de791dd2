package io.aggr.internal.engine;

import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Session;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.FrameVerdict;
import io.aggr.internal.frame.GoneReader;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.PacketCheck;
import io.aggr.internal.packet.SourceCheck;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.packet.WindowScales;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.ReceivePath;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way in of a bond: datagrams in, packets to the TUN out. It neither waits nor looks at a clock: whoever drives it calls {@link #receive} for
 * each link that has something, and {@link #run}, which says when to come back.
 *
 * <p>Confined to one thread at a time. Allocates nothing in steady state.
 */
public final class Ingress {

    private static final int RECEIVE_DATAGRAMS = 32;
    private static final int WRITE_PACKETS = 128;
    private static final int MAILBOX = 256;
    private static final int MIN_HOLD_PACKETS = 8_192;

    /** As many packets find a place as fit into the arena at this size. */
    private static final int BYTES_PER_PACKET = 512;

    /** No reorder buffer of somebody else's may hold a packet for longer, with what the equaliser adds. */
    private static final long LONGEST_HOLD_NANOS = 6_000_000_000L;

    private static final int NOBODY = -1;
    private static final int MOST_HANDSHAKES = 64;

    private final EngineSettings settings;
    private final Opener opener;
    private final boolean framed;

    /** What a tunnel without frames must not carry; null where there are frames. */
    private final @Nullable BareRules bare;

    private final AnsweredLines answered;

    private final Mailbox<IngressMessage> mail;
    private final Mailbox<EgressMessage> toEgress;
    private final Link[] links;
    private final Arena arena;
    private final PacketBatch batch;
    private final PacketBatch writeBatch;
    private final HoldRing holds;
    /** By the peers' numbers; null where a peer was removed. */
    private @Nullable PeerIngress[] peers = {};

    private final ArrivedView view;
    private final Opened opened = new Opened();
    private final FrameCursor frames = new FrameCursor();
    private final GoneReader gone = new GoneReader();
    private final Strangers strangers;
    private final Tally<OpenOutcome> outerDrops = new Tally<>("outer", OpenOutcome.class);
    private final Tally<FrameVerdict> frameDrops = new Tally<>("frame", FrameVerdict.class);
    private final Tally<PacketCheck> innerDrops = new Tally<>("inner", PacketCheck.class);
    private final Tally<SourceCheck> sourceDrops = new Tally<>("source", SourceCheck.class);
    private final Tally<Drop> drops = new Tally<>("", Drop.class);
    private final WindowScales scales = new WindowScales();
    private final LoopGuard ownEnds = new LoopGuard();
    private final ReceiveFaults faults;
    private final HandshakeGate gate;
    private final OversizeNotices oversize;
    private final int regionBytes;
    private int[] touched = {};
    private final int holdPackets;
    private AllowedIps allowedIps;
    private int peerCount;
    private final PeerAlarms alarms;
    // Where this half is in its work. Fields, since another thread goes on from here if this one gets stuck in a
    // plugin.
    private int touchedCount;
    private int touchedNext;
    private int batchLink;
    private int batchNext;
    private int batchCount;
    private boolean batchOpen;
    private int numbering = NOBODY;
    private @Nullable IngressMessage reading;
    private boolean plugins;

    private boolean probed;
    private boolean sized;
    private long nowNanos;
    private boolean mailed;
    private @Nullable IOException tunFailure;
    private long datagrams;
    private long handshakeDatagrams;
    private long openedDatagrams;
    private long packetDatagrams;
    private long ownPackets;

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
        this.answered = answered;
        this.mail = mail;
        this.toEgress = toEgress;
        opener = settings.encapsulator().opener();
        framed = settings.encapsulator().traits().carriesFrames();
        bare = framed ? null : new BareRules(settings.links(), settings.peers());
        links = settings.links().toArray(Link[]::new);
        arena = new Arena(settings.arenaBytes(), 0);
        regionBytes = Math.min(settings.arenaBytes() / 4, RECEIVE_DATAGRAMS * settings.receiveStrideBytes());
        batch = new PacketBatch(arena.slab(), RECEIVE_DATAGRAMS);
        writeBatch = new PacketBatch(arena.slab(), WRITE_PACKETS);
        holdPackets = Math.max(MIN_HOLD_PACKETS, settings.arenaBytes() / BYTES_PER_PACKET);
        holds = new HoldRing(holdPackets);
        view = new ArrivedView(arena.buffer());
        gate = new HandshakeGate(settings.peers().size());
        strangers = new Strangers(links);
        faults = new ReceiveFaults(links.length, settings.events());
        oversize = new OversizeNotices(toEgress, settings.tun().mtuBytes());
        alarms = new PeerAlarms(0);
        allowedIps = settings.allowedIps();
        for (PeerSettings peer : settings.peers()) {
            addPeer(peer);
        }
    }

    /**
     * A peer is there from now on.
     *
     * @param peer what is to be known of it; its number was never used before
     */
    public final void addPeer(PeerSettings peer) {
        int index = peer.index();
        if (index >= peers.length) {
            int size = Math.max(index + 1, settings.peers().size());
            peers = Arrays.copyOf(peers, size);
            touched = Arrays.copyOf(touched, size);
        }
        PeerIngress added = new PeerIngress(peer, holdPackets / 2, scales, settings.events(), id -> deliver(index, id));
        peers[index] = added;
        plugins |= added.usesPlugin();
        alarms.add(index);
        strangers.expect(++peerCount);
    }

    /**
     * A peer is not there any more: nothing of it is opened, what is held of it is dropped and counted, and where its lines led is forgotten.
     *
     * @param index its number
     * @return the watch over its reorder buffer, which nobody has to look at any more; null if there is no such peer
     */
    public @Nullable PluginWatch removePeer(int index) {
        PeerIngress peer = isThere(index) ? peers[index] : null;
        if (peer == null) {
            return null;
        }
        peerCount--;
        opener.remove(index);
        alarms.remove(index);
        peers[index] = null;
        holds.forEach(index, id -> {
            holds.remove(id);
            drops.count(Drop.PEER_REMOVED);
        });
        for (int line = 0; line < PeerIngress.LINES; line++) {
            forgetRemote(peer.boundLink(line), peer.boundRemote(line));
        }
        peer.close();
        return peer.watch();
    }

    /**
     * The watch over one peer's reorder buffer.
     *
     * @param index the peer's number
     * @return always the same
     */
    public PluginWatch reorderWatch(int index) {
        return peers[index].watch();
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

    /**
     * Says where this end's own sockets are, so that no inner packet is delivered there. Before the first {@link #receive}.
     *
     * @param ends addresses and ports, none of them a wildcard
     */
    public void ownEnds(List<? extends SocketAddress> ends) {
        for (int i = 0; i < ends.size(); i++) {
            ownEnds.put(i, ends.get(i));
        }
    }

    static Mailbox<IngressMessage> newMailbox() {
        return new Mailbox<>(MAILBOX, IngressMessage::new);
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
        nowNanos = now;
        readMail();
        makeRoom();
        long start = arena.head();
        arena.open(batch, regionBytes);
        int count = links[localLink].receive(batch);
        faults.note(localLink, links[localLink].receiveFault());
        datagrams += count;
        batchLink = localLink;
        batchNext = 0;
        batchCount = count;
        batchOpen = true;
        workThroughBatch();
        finish();
        if (holds.held() == 0) {
            // Nothing has to stay: the same memory, warm in the cache, takes the next batch.
            arena.rewind(start);
        }
        return count;
    }

    /** From wherever the batch has been worked through to. */
    private void workThroughBatch() {
        while (batchNext < batchCount) {
            open(batchLink, batchNext++);
        }
        if (batchOpen) {
            batchOpen = false;
            arena.commit(batch);
        }
        while (touchedNext < touchedCount) {
            int index = touched[touchedNext++];
            PeerIngress peer = peers[index];
            peer.touch(false);
            peer.poll(nowNanos);
            if (peer.takeOrphans()) {
                deliverOrphans(index);
            }
            sendRequests(peer, nowNanos);
        }
        touchedCount = 0;
        touchedNext = 0;
    }

    /**
     * Goes on where another thread is stuck in a reorder buffer. Called by the new thread before anything else; the old one stops by itself should it
     * ever come back. What the buffer held is delivered in order of arrival, and a built-in one takes over.
     *
     * @param now monotonic time
     * @throws IOException if the TUN is gone
     */
    public void takeOver(long now) throws IOException {
        nowNanos = now;
        if (numbering != NOBODY) {
            peers[numbering].drops().count(Drop.REORDER_HUNG);
            numbering = NOBODY;
        }
        for (int i = 0; i < peers.length; i++) {
            if (!isThere(i)) {
                continue;
            }
            peers[i].replaceIfDistrusted();
            if (peers[i].takeOrphans()) {
                deliverOrphans(i);
            }
            alarms.wake(i);
        }
        IngressMessage unread = reading;
        if (unread != null) {
            reading = null;
            mail.recycle(unread);
        }
        workThroughBatch();
        finish();
    }

    /**
     * The watches over the peers' reorder buffers.
     *
     * @return one for each peer, always the same
     */
    public List<PluginWatch> reorderWatches() {
        return Arrays.stream(peers)
                .filter(Objects::nonNull)
                .map(PeerIngress::watch)
                .toList();
    }

    /** Nothing more is received. What is still held is not delivered. */
    public void close() {
        for (PeerIngress peer : peers) {
            if (peer != null) {
                peer.close();
            }
        }
    }

    /**
     * Datagrams that were of no use to any peer so far: not authentic, or of a handshake.
     *
     * @return since the start
     */
    public long uselessDatagrams() {
        return datagrams - openedDatagrams;
    }

    /** Lets held packets go until the next region overwrites none of them. */
    private void makeRoom() {
        while (holds.held() > 0
                && (holds.room() < RECEIVE_DATAGRAMS || arena.wouldOverwrite(holds.oldestPosition(), regionBytes))) {
            int oldest = holds.oldestPeer();
            int before = holds.held();
            if (!peers[oldest].releaseOldest(nowNanos) || holds.held() == before) {
                if (!peers[oldest].takeOrphans()) {
                    peers[oldest].replaceUnyielding();
                }
                deliverOrphans(oldest);
            }
        }
        write();
    }

    private void open(int localLink, int index) {
        int datagramBytes = batch.length(index);
        int remote = batch.remote(index);
        if (datagramBytes >= settings.receiveStrideBytes() - PacketBatch.HEADROOM_BYTES - PacketBatch.TAILROOM_BYTES) {
            drops.count(Drop.OVER_MTU);
            return;
        }
        OpenOutcome outcome = opener.open(batch, index, localLink, nowNanos, opened);
        if (outcome == OpenOutcome.HANDSHAKE) {
            passHandshake(localLink, index, remote);
            return;
        }
        if (outcome != OpenOutcome.OPENED) {
            outerDrops.count(outcome);
            return;
        }
        if (!isThere(opened.peer())) {
            drops.count(Drop.NO_PEER);
            return;
        }
        alarms.wake(opened.peer());
        PeerIngress peer = peers[opened.peer()];
        Session confirmed = opened.confirmed();
        if (confirmed != null) {
            confirm(peer, confirmed);
        }
        ReceivePath path = peer.open(opened.link());
        if (path == null) {
            peer.drops().count(Drop.TOO_MANY_LINES);
            return;
        }
        if (bare != null) {
            openedDatagrams++;
            peer.onDatagram(path, path.highestCounter() + 1, datagramBytes, nowNanos);
            acceptBare(peer, path, bare, localLink, remote);
            return;
        }
        FrameVerdict verdict = frames.begin(batch.buffer(), opened.offset(), opened.lengthBytes());
        if (verdict != FrameVerdict.OK) {
            frameDrops.count(verdict);
            return;
        }
        openedDatagrams++;
        if (!peer.isTouched()) {
            peer.touch(true);
            touched[touchedCount++] = opened.peer();
        }
        boolean newest = peer.onDatagram(path, opened.counter(), datagramBytes, nowNanos);
        if (newest && !peer.isBound(opened.link(), localLink, remote)) {
            passCandidate(localLink, remote, datagramBytes);
        }
        if (frames.hasIp()) {
            peer.wantReport(nowNanos);
            packetDatagrams++;
            if (peer.isAnnounced(opened.link())) {
                acceptFrame(peer, path, frames.ip());
            } else {
                peer.drops().count(Drop.UNKNOWN_LINE);
                peer.refuse(frames.ip(), nowNanos);
            }
        }
        probed = false;
        sized = false;
        while (frames.next()) {
            acceptControl(peer, path, localLink, remote);
        }
    }

    /** There is nothing but the packet, and what is said of the line is said by packets too. */
    private void acceptBare(PeerIngress peer, ReceivePath path, BareRules rules, int localLink, int remote) {
        ByteBuffer buffer = batch.buffer();
        int offset = opened.offset();
        int length = opened.lengthBytes();
        PacketCheck check = InnerPackets.checkExact(buffer, offset, length);
        Drop unfit = check == PacketCheck.OK ? rules.checkIn(buffer, offset) : null;
        if (check == PacketCheck.OK
                && unfit == null
                && rules.isForLine(opened.peer(), path.link(), buffer, offset, length)) {
            passEcho(path, localLink, remote, offset, length);
            return;
        }
        packetDatagrams++;
        if (unfit != null) {
            peer.drops().count(unfit);
        } else {
            if (check == PacketCheck.OK && settings.clampMss()) {
                BareRules.clampMss(buffer, offset, length, settings.tun().mtuBytes());
            }
            acceptPacket(peer, path, offset, length, false);
        }
    }

    private void passEcho(ReceivePath path, int localLink, int remote, int offset, int length) {
        EgressMessage message = toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.ECHO;
        message.peer = opened.peer();
        message.line = path.link();
        message.localLink = localLink;
        message.remote = remote;
        message.atNanos = nowNanos;
        if (IcmpEcho.isSized(batch.buffer(), offset, length)) {
            IcmpEcho.putHead(message.data, 0, batch.buffer(), offset);
            message.length = IcmpEcho.PROBE_BYTES;
        } else {
            message.copy(batch.buffer(), offset, length);
        }
        post(message);
    }

    /** The peer has proved to have a session that was only offered. The other half hears of it before it hears what the peer says. */
    private void confirm(PeerIngress peer, Session session) {
        peer.onSession(session.association(), nowNanos);
        EgressMessage message = toEgress.claim();
        if (message == null) {
            // The handshake hands the session over again until it is in use.
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.SESSION;
        message.session = session;
        post(message);
    }

    private void acceptFrame(PeerIngress peer, ReceivePath path, IpFrame frame) {
        numbering = peer.settings().index();
        DuplicateFilter.Verdict verdict = peer.number(path, frame, numbered(frame, path));
        numbering = NOBODY;
        switch (verdict) {
            case NEW -> acceptPacket(peer, path, frame.packetOffset(), frame.packetBytes(), true);
            case DUPLICATE -> peer.drops().count(Drop.DUPLICATE);
            case TOO_OLD -> peer.drops().count(Drop.TOO_LATE);
        }
    }

    private ArrivedView numbered(IpFrame frame, ReceivePath path) {
        view.show(0, frame.packetOffset(), frame.packetBytes(), 0, path.link());
        return view;
    }

    private void acceptPacket(PeerIngress peer, ReceivePath path, int offset, int length, boolean numbered) {
        ByteBuffer buffer = batch.buffer();
        if (!isGood(peer, buffer, offset, length)) {
            if (numbered) {
                peer.skip(view.sequence(), nowNanos);
            }
            return;
        }
        if (!numbered) {
            view.show(0, offset, length, 0, path.link());
        }
        if (peer.takeOrphans()) {
            // Before anything is given to the buffer that has taken over.
            deliverOrphans(peer.settings().index());
        }
        int located = TransportHeader.locate(buffer, offset, length);
        scales.note(buffer, offset, length, located, false);
        peer.lowerWindow(buffer, offset, length, located, nowNanos);
        int hash = settings.flowHash().hash(buffer, offset, length, located);
        if (answered.isWanted()) {
            answered.note(settings.flowHash().answerHash(buffer, offset, length, located), path.link());
        }
        int id = holds.add(peer.settings().index(), arena.position(offset), length);
        view.place(id, hash);
        holds.note(id, view, nowNanos);
        peer.offer(view, nowNanos);
        if (peer.takeOrphans()) {
            deliverOrphans(peer.settings().index());
        }
    }

    private boolean isGood(PeerIngress peer, ByteBuffer buffer, int offset, int length) {
        PacketCheck check = InnerPackets.checkExact(buffer, offset, length);
        if (check != PacketCheck.OK) {
            innerDrops.count(check);
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
        if (length > settings.tun().mtuBytes()) {
            peer.drops().count(Drop.OVER_MTU);
            mailed |= oversize.answer(buffer, offset, length, nowNanos);
            return false;
        }
        return true;
    }

    private void acceptControl(PeerIngress peer, ReceivePath path, int localLink, int remote) {
        ByteBuffer buffer = batch.buffer();
        FrameType type = frames.type();
        sized |= type == FrameType.MTU;
        switch (type) {
            case GONE -> {
                gone.begin(buffer, frames.offset());
                while (gone.next()) {
                    peer.onGone(gone.firstSequence(), gone.lastSequence(), nowNanos);
                }
            }
            case PROBE -> {
                probed = true;
                peer.onPassed(path, ProbeFrame.sentSequence(buffer, frames.offset()), nowNanos);
                if (!frames.hasIp()) {
                    long micros = ProbeFrame.timeMicros(buffer, frames.offset());
                    peer.onProbeStamp(path, Ticks.stampOfMicros(micros), nowNanos);
                }
                passFrame(peer, path, localLink, remote);
            }
            case PAD -> {
                if (!sized) {
                    peer.onPadding(probed, nowNanos);
                }
            }
            case IGNORABLE -> {}
            default -> passFrame(peer, path, localLink, remote);
        }
    }

    private void passFrame(PeerIngress peer, ReceivePath path, int localLink, int remote) {
        EgressMessage message = frames.lengthBytes() > EgressMessage.MAX_BYTES ? null : toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.FRAME;
        message.peer = peer.settings().index();
        message.line = path.link();
        message.localLink = localLink;
        message.remote = remote;
        message.atNanos = nowNanos;
        message.copy(batch.buffer(), frames.offset(), frames.lengthBytes());
        post(message);
    }

    private void passHandshake(int localLink, int index, int remote) {
        handshakeDatagrams++;
        if (batch.length(index) > EgressMessage.MAX_BYTES) {
            drops.count(Drop.HANDSHAKE_TOO_LONG);
            return;
        }
        if (toEgress.waiting() >= MOST_HANDSHAKES) {
            // Anybody can send these. What authentic peers say must find room.
            drops.count(Drop.HANDSHAKE_BUSY);
            return;
        }
        if (!gate.isFree(nowNanos) && !gate.admits(hashOf(localLink, remote), nowNanos)) {
            drops.count(Drop.HANDSHAKE_BUSY);
            return;
        }
        EgressMessage message = toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.HANDSHAKE;
        message.localLink = localLink;
        message.remote = strangers.keep(localLink, remote, peers);
        message.address = links[localLink].address(message.remote);
        message.atNanos = nowNanos;
        message.copy(batch.buffer(), batch.offset(index), batch.length(index));
        post(message);
    }

    private int hashOf(int localLink, int remote) {
        SocketAddress sender = links[localLink].address(remote);
        // The address's own hash is the sum of host and port, and neighbours would be taken for each other.
        return sender instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().hashCode() * 0x9E37_79B1 + inet.getPort()
                : String.valueOf(sender).hashCode();
    }

    private void passCandidate(int localLink, int remote, int datagramBytes) {
        EgressMessage message = toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.CANDIDATE;
        message.peer = opened.peer();
        message.line = opened.link();
        message.localLink = localLink;
        message.remote = strangers.keep(localLink, remote, peers);
        message.length = datagramBytes;
        message.atNanos = nowNanos;
        post(message);
    }

    private void post(EgressMessage message) {
        toEgress.post(message);
        mailed = true;
    }

    private void deliver(int peer, int id) {
        if (!holds.holds(id, peer)) {
            return;
        }
        if (writeBatch.size() == writeBatch.capacity()) {
            write();
        }
        int length = holds.length(id);
        writeBatch.refer(holds.offset(id, arena), length);
        peers[peer].onDelivered(holds, id, nowNanos);
        holds.remove(id);
    }

    private void deliverOrphans(int peer) {
        peers[peer].takeOrphans();
        holds.forEach(peer, id -> deliver(peer, id));
    }

    private void write() {
        int count = writeBatch.size();
        if (count == 0) {
            return;
        }
        try {
            settings.tun().write(writeBatch, 0, count);
        } catch (IOException e) {
            tunFailure = e;
            drops.count(Drop.TUN_REFUSED, count);
        }
        writeBatch.open(0, 0);
    }

    /** Writes what was released, wakes the other half. */
    private void finish() throws IOException {
        write();
        if (mailed) {
            mailed = false;
            settings.events().wakeEgress();
        }
        IOException failure = tunFailure;
        if (failure != null) {
            tunFailure = null;
            throw failure;
        }
    }

    /**
     * Does what time demands: mail, deadlines of the reorder buffers, reports.
     *
     * @param now monotonic time, never running backwards
     * @return how long until the next call at the latest, in nanoseconds
     * @throws IOException if the TUN is gone
     */
    public long run(long now) throws IOException {
        nowNanos = now;
        readMail();
        alarms.begin(now);
        for (int i = alarms.next(); i != PeerAlarms.NONE; i = alarms.next()) {
            PeerIngress peer = peers[i];
            peer.poll(now);
            if (peer.takeOrphans()) {
                deliverOrphans(i);
            }
            if (framed && peer.isReportDue(now)) {
                sendReport(peer, now);
            }
            sendRequests(peer, now);
            alarms.sleep(i, peer.nanosToDeadline(now), peer.rest(now), now);
        }
        long distance = plugins ? replaceStarving(now) : Long.MAX_VALUE;
        finish();
        return Math.max(0, Math.min(distance, alarms.distance(now)));
    }

    /** A plugin that has not let a packet go by now never will. Returns how long until that has to be asked again. */
    private long replaceStarving(long now) {
        while (holds.held() > 0) {
            int peer = holds.oldestPeer();
            long left = holds.oldestArrivalNanos() + LONGEST_HOLD_NANOS - now;
            if (left > 0 || !peers[peer].usesPlugin()) {
                return left > 0 ? left : Long.MAX_VALUE;
            }
            peers[peer].replaceStarving();
            peers[peer].takeOrphans();
            deliverOrphans(peer);
        }
        return Long.MAX_VALUE;
    }

    private void sendReport(PeerIngress peer, long now) {
        EgressMessage message = toEgress.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            peer.postponeReport(now);
            return;
        }
        peer.writeReport(message, now);
        post(message);
    }

    /** Asks the peer for what is missing, if something is and its time has come. */
    private void sendRequests(PeerIngress peer, long now) {
        if (!framed || !peer.settings().repair() || peer.requests().nanosToDeadline(now) > 0) {
            return;
        }
        int bytes = peer.requests().write(now);
        EgressMessage message = bytes == 0 ? null : toEgress.claim();
        if (message != null) {
            message.kind = EgressMessage.Kind.REQUESTS;
            message.peer = peer.settings().index();
            message.copy(peer.requests().buffer(), 0, bytes);
            post(message);
        } else if (bytes > 0) {
            drops.count(Drop.MAILBOX_FULL);
        }
    }

    private void readMail() {
        for (IngressMessage next = mail.poll(); next != null; next = mail.poll()) {
            reading = next;
            handle(next);
            reading = null;
            mail.recycle(next);
        }
    }

    private void handle(IngressMessage message) {
        if (message.kind == IngressMessage.Kind.PACKET) {
            writePacket(message);
            return;
        }
        if (!isThere(message.peer)) {
            drops.count(Drop.NO_PEER);
            message.session = null;
            message.heard = null;
            return;
        }
        alarms.wake(message.peer);
        PeerIngress peer = peers[message.peer];
        switch (message.kind) {
            case SESSION -> {
                if (message.session != null) {
                    opener.install(message.session);
                    peer.onSession(message.session.association(), nowNanos);
                    message.session = null;
                }
            }
            case LINE -> {
                if (message.heard != null) {
                    peer.onLine(message.line, message.heard);
                    message.heard = null;
                }
            }
            case LINE_GONE -> bind(peer, message.line, message.localLink, Link.NO_REMOTE);
            case BOUND -> bind(peer, message.line, message.localLink, message.remote);
            case REPORT_INTERVAL -> peer.reportInterval(message.nanos);
            case REPEAT_INTERVAL -> peer.requests().repeatAfter(message.nanos);
            case PACKET -> {
                // Dealt with above: it is nobody's.
            }
            case FREEZE -> peer.windows().freeze(message.connection, message.sequence, message.bytes);
            case RELEASE -> peer.windows().release(message.connection);
            case THAW -> peer.windows().thaw(nowNanos);
        }
    }

    /** A line leads elsewhere now, or nowhere. Where it led before is forgotten unless another line leads there. */
    private void bind(PeerIngress peer, int line, int localLink, int remote) {
        int oldLink = peer.boundLink(line);
        int oldRemote = peer.boundRemote(line);
        if (remote == Link.NO_REMOTE) {
            peer.onLineGone(line);
        } else {
            peer.onBound(line, localLink, remote);
        }
        forgetRemote(oldLink, oldRemote);
    }

    private void forgetRemote(int oldLink, int oldRemote) {
        if (oldRemote > Link.CONFIGURED_REMOTE && !strangers.knows(oldLink, oldRemote)) {
            for (PeerIngress other : peers) {
                if (other != null && other.usesRemote(oldLink, oldRemote)) {
                    return;
                }
            }
            links[oldLink].release(oldRemote);
        }
    }

    /** A packet of our own, such as an ICMP message, goes to the TUN through the arena like any other. */
    private void writePacket(IngressMessage message) {
        if (message.length == 0) {
            return;
        }
        makeRoom();
        long position = arena.reserve(message.length);
        int offset = arena.offset(position);
        arena.buffer().put(offset, message.data, 0, message.length);
        arena.commit(message.length);
        ownPackets++;
        writeBatch.refer(offset, message.length);
        write();
    }

    /**
     * A picture of the moment.
     *
     * @return what this half knows
     */
    public IngressSnapshot snapshot() {
        return IngressSnapshot.of(
                peers,
                drops,
                outerDrops,
                frameDrops,
                innerDrops,
                sourceDrops,
                faults.counts(),
                settings.tun().refusedPackets(),
                new IngressSnapshot.Flow(
                        datagrams, handshakeDatagrams, openedDatagrams, packetDatagrams, ownPackets, holds.held()));
    }
}
