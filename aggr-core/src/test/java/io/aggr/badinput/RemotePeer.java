package io.aggr.badinput;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Session;
import io.aggr.internal.frame.FeedbackWriter;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.FrameVerdict;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.LinkAnnouncement;
import io.aggr.internal.frame.LinkFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.noise.NoiseEncapsulator;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A peer of the hub that has its keys and says what the test wants, however wrong. At the far ends where it is {@link #attend attending} it does the
 * least that an honest peer does: shakes hands, answers probes and challenges, acknowledges announcements.
 */
final class RemotePeer implements HandshakeOutput, Plaintext {

    private static final int PEER = 0;
    private static final long REPORT_NANOS = 20 * Hub.MILLI;

    /** All that it has sent, by which anything can be sent again. */
    final List<byte[]> sent = new ArrayList<>();

    /** Frames that have come, by their type. */
    final Map<FrameType, List<byte[]>> frames = new EnumMap<>(FrameType.class);

    /** Inner packets that have come, by the sequence that travels: copies count once. */
    private final Map<Integer, byte[]> packets = new LinkedHashMap<>();

    private final Map<Integer, Received> received = new HashMap<>();
    private long reportedNanos;

    /** What a report says of a line. */
    private static final class Received {
        long highest = -1;
        long bytes;
        long packets;
        int delay;
    }

    /** Its next counters. */
    final long[] counters = new long[256];

    /** Where each of its lines is. */
    final Map<Integer, Integer> remoteOfLine = new HashMap<>();

    boolean answersChallenges = true;

    /** What it says that the MTU of its lines is; 0 lets the hub find out. */
    int toldMtuBytes = 1_500;

    NoiseEncapsulator encapsulator;

    private final Hub hub;
    private final int key;
    private final Set<Integer> attended = new HashSet<>();
    private final Slab slab = new Slab(1 << 17);
    private final Opened opened = new Opened();
    private byte[] text = new byte[0];
    private long association;

    /** One of the hub's peers: 1 is {@code a}, 2 is {@code b}; others are strangers. */
    RemotePeer(Hub hub, int key) {
        this.hub = hub;
        this.key = key;
        hub.remotes.add(this);
        encapsulator = started();
    }

    private NoiseEncapsulator started() {
        NoiseEncapsulator made = hub.encapsulator(key);
        made.handshake().addPeer(PEER, "hub", ProviderConfig.of(Map.of("key", String.valueOf(Hub.KEY))));
        return made;
    }

    /** Has lines 0, 1, ... at these far ends, agrees with the hub, announces them and lets them come up. */
    RemotePeer connect(int... remotes) {
        for (int line = 0; line < remotes.length; line++) {
            remoteOfLine.put(line, remotes[line]);
            attend(remotes[line]);
        }
        shakeHands();
        for (int line = 0; line < remotes.length; line++) {
            announce(line);
        }
        hub.runFor(2 * Hub.SECOND);
        return this;
    }

    /** Inner packets that have come, in the order of their first copies. */
    List<byte[]> packets() {
        return List.copyOf(packets.values());
    }

    void shakeHands() {
        encapsulator.handshake().connect(PEER, hub.nowNanos, this);
        hub.runFor(200 * Hub.MILLI);
    }

    /** The process dies and another one takes its place. */
    void restart() {
        encapsulator = started();
    }

    void attend(int remote) {
        attended.add(remote);
    }

    void leave(int remote) {
        attended.remove(remote);
    }

    void announce(int line) {
        ByteBuffer frame = ByteBuffer.allocate(LinkFrame.MAX_BYTES);
        int bytes = LinkFrame.put(
                frame,
                0,
                new LinkAnnouncement(
                        line, 0, LinkFrame.State.ANNOUNCE, 0, false, toldMtuBytes, 8_000, 8_000, 0, 0, "line-" + line));
        say(line, slice(frame.array(), bytes));
    }

    private static byte[] slice(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }

    /** Sends frames over a line, and lets the hub work. */
    byte[] say(int line, byte[] plain) {
        byte[] datagram = seal(line, plain);
        hub.arrive(remoteOfLine.get(line), datagram);
        hub.run();
        return datagram;
    }

    /** Sends an IP frame over a line. */
    byte[] say(int line, long sequence, byte[] packet) {
        return say(line, frame(sequence, 0, packet));
    }

    static byte[] frame(long sequence, long flowDistance, byte[] packet) {
        ByteBuffer bytes = ByteBuffer.allocate(IpFrame.HEADER_BYTES + packet.length);
        IpFrame.put(bytes, 0, 0, sequence, 0, 0, -1, flowDistance);
        return bytes.put(IpFrame.HEADER_BYTES, packet).array();
    }

    /** A datagram under the present key, with the line's next counter. */
    byte[] seal(int line, byte[] plain) {
        return seal(line, counters[line]++, plain);
    }

    byte[] seal(int line, long counter, byte[] plain) {
        text = plain;
        PacketBatch batch = new PacketBatch(slab, 1);
        batch.open(0, slab.sizeBytes());
        if (encapsulator.sealer().seal(PEER, line, counter, this, batch) != 1) {
            throw new IllegalStateException("there is no session");
        }
        byte[] bytes = new byte[batch.length(0)];
        slab.buffer().get(batch.offset(0), bytes);
        sent.add(bytes);
        return bytes;
    }

    /** Looks at what the hub has sent to where this peer attends. Returns whether there was anything. */
    boolean work() {
        boolean any = false;
        for (int remote : List.copyOf(attended)) {
            for (byte[] datagram : hub.link.takeSentTo(remote)) {
                any = true;
                receive(remote, datagram);
            }
        }
        if (any && hub.nowNanos - reportedNanos >= REPORT_NANOS) {
            report();
        }
        if (encapsulator.handshake().nanosToDeadline(hub.nowNanos) <= 0) {
            encapsulator.handshake().poll(hub.nowNanos, this);
        }
        return any;
    }

    /** Tells the hub what has come, as an honest peer does, as long as lines have come up. */
    private void report() {
        reportedNanos = hub.nowNanos;
        ByteBuffer frame = ByteBuffer.allocate(FeedbackWriter.MAX_BYTES);
        FeedbackWriter writer = new FeedbackWriter();
        writer.begin(frame, 0, frame.capacity(), Ticks.ofNanos(hub.nowNanos), 0);
        received.forEach((line, note) -> {
            boolean fits =
                    writer.addLink(line, note.highest, note.bytes, note.packets, 0, note.delay, note.delay, 0, 0);
            if (!fits) {
                throw new IllegalStateException("too many lines");
            }
        });
        byte[] plain = slice(frame.array(), writer.finish());
        for (int line : received.keySet()) {
            Integer remote = remoteOfLine.get(line);
            if (remote != null && attended.contains(remote)) {
                hub.arrive(remote, seal(line, plain));
                return;
            }
        }
    }

    private void receive(int remote, byte[] datagram) {
        PacketBatch batch = new PacketBatch(slab, 1);
        batch.open(0, slab.sizeBytes());
        int offset = batch.nextOffset();
        slab.buffer().put(offset, datagram);
        batch.add(offset, datagram.length, 0);
        OpenOutcome outcome = encapsulator.opener().open(batch, 0, 0, hub.nowNanos, opened);
        if (outcome == OpenOutcome.HANDSHAKE) {
            SocketAddress address = MemoryLink.LOCAL;
            encapsulator
                    .handshake()
                    .receive(ByteBuffer.wrap(datagram), new HandshakeSource(0, remote, address), hub.nowNanos, this);
        } else if (outcome == OpenOutcome.OPENED) {
            Session confirmed = opened.confirmed();
            if (confirmed != null) {
                established(confirmed);
            }
            byte[] plain = new byte[opened.lengthBytes()];
            slab.buffer().get(opened.offset(), plain);
            Received note = received.computeIfAbsent(opened.link(), line -> new Received());
            note.highest = Math.max(note.highest, opened.counter());
            note.bytes += datagram.length;
            note.packets++;
            read(remote, opened.link(), plain, note);
        }
    }

    private void read(int remote, int line, byte[] plain, Received note) {
        ByteBuffer text = ByteBuffer.wrap(plain);
        FrameCursor cursor = new FrameCursor();
        if (cursor.begin(text, 0, plain.length) != FrameVerdict.OK) {
            throw new IllegalStateException("the hub sends bad frames");
        }
        if (cursor.hasIp()) {
            byte[] packet = new byte[cursor.ip().packetBytes()];
            text.get(cursor.ip().packetOffset(), packet);
            packets.put(cursor.ip().sequenceLow(), packet);
            note.delay = (int) (Ticks.ofNanos(hub.nowNanos) - cursor.ip().stamp()) & 0xFFFF;
        }
        while (cursor.next()) {
            byte[] frame = new byte[cursor.lengthBytes()];
            text.get(cursor.offset(), frame);
            frames.computeIfAbsent(cursor.type(), t -> new ArrayList<>()).add(frame);
            byte @Nullable [] answer = answer(cursor.type(), ByteBuffer.wrap(frame));
            if (answer != null) {
                hub.arrive(remote, seal(line, answer));
            }
        }
    }

    private byte @Nullable [] answer(FrameType type, ByteBuffer frame) {
        ByteBuffer answer = ByteBuffer.allocate(64);
        int bytes = switch (type) {
            case PROBE ->
                ProbeFrame.isAnswer(frame, 0)
                        ? 0
                        : ProbeFrame.put(
                                answer, 0, true, ProbeFrame.number(frame, 0), 0, ProbeFrame.timeMicros(frame, 0), 0, 0);
            case CHALLENGE -> answersChallenges ? TokenFrame.putAnswer(answer, 0, TokenFrame.token(frame, 0)) : 0;
            default -> 0;
        };
        return bytes == 0 ? null : slice(answer.array(), bytes);
    }

    int count(FrameType type) {
        return frames.getOrDefault(type, List.of()).size();
    }

    @Override
    public int lines(int peer) {
        return remoteOfLine.size();
    }

    @Override
    public int line(int peer, int index) {
        return index;
    }

    @Override
    public void send(int peer, int line, ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        sent.add(bytes);
        hub.arrive(remoteOfLine.get(line), bytes);
    }

    @Override
    public void reply(HandshakeSource source, ByteBuffer datagram) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        sent.add(bytes);
        hub.arrive(source.remote(), bytes);
    }

    @Override
    public void established(Session session) {
        encapsulator.opener().install(session);
        encapsulator.sealer().install(session);
        if (session.association() != association) {
            association = session.association();
            received.clear();
            packets.clear();
            Arrays.fill(counters, 0);
        }
    }

    @Override
    public void warn(int peer, String message) {}

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int lengthBytes(int index) {
        return text.length;
    }

    @Override
    public void copyTo(int index, ByteBuffer target, int offset) {
        target.put(offset, text);
    }

    @Override
    public void copyTo(int index, byte[] target, int offset) {
        System.arraycopy(text, 0, target, offset, text.length);
    }
}
