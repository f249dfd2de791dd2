package io.aggr.internal.engine;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.IpFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.reorder.GapReorderBuffer;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.schedule.Scheduler;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/** One end of a bond over test links, with a session, whose other end is the test. The peer owns 10.2.0.0/16, this end 10.1.0.0/16. */
final class EngineBench {

    static final long MILLI = 1_000_000;

    final TestTun tun = new TestTun();
    final TestEncapsulator encapsulator = new TestEncapsulator();
    final List<TestLink> links = List.of(new TestLink(), new TestLink());
    final Egress egress;
    final Ingress ingress;
    long nowNanos = -5_000 * MILLI;
    final int[] counters = new int[256];
    final List<Integer> failedLinks = new ArrayList<>();
    final List<String> warnings = new ArrayList<>();

    EngineBench() {
        this(EarliestArrivalScheduler::new, EngineBench::gap);
    }

    EngineBench(Supplier<Scheduler> scheduler, IntFunction<ReorderBuffer> reorder) {
        PeerSettings peer = new PeerSettings(
                0,
                "peer",
                "under-test",
                scheduler,
                EarliestArrivalScheduler::new,
                "under-test",
                reorder,
                EngineBench::gap,
                true,
                PeerConfig.Equalise.AUTO,
                List.of(line(1, 0), line(2, 1)));
        EngineSettings settings = new EngineSettings(
                tun,
                List.copyOf(links),
                encapsulator,
                List.of(peer),
                AllowedIps.of(List.of(new AllowedIps.Entry(CidrPrefix.parse("10.2.0.0/16"), 0, "peer"))),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                new Random(1)::nextLong,
                new EngineEvents() {
                    @Override
                    public void onWarning(String message) {
                        warnings.add(message);
                    }

                    @Override
                    public void onLinkFailed(int localLink) {
                        failedLinks.add(localLink);
                    }
                });
        Engine engine = new Engine(settings);
        egress = engine.egress();
        ingress = engine.ingress();
        egress.start(nowNanos);
        run();
    }

    static ReorderBuffer gap(int maxPackets) {
        return new GapReorderBuffer.Provider().create(ProviderConfig.none(), maxPackets);
    }

    static PeerSettings.LineSettings line(int id, int localLink) {
        return new PeerSettings.LineSettings(
                id, "line-" + id, localLink, 8_000_000, 8_000_000, 0, 0, LinkCost.NONE, 1_500);
    }

    /** Lets both halves do what is due, and receive what the links hold. */
    void run() {
        try {
            for (int link = 0; link < links.size(); link++) {
                while (ingress.receive(link, nowNanos) > 0) {
                    // Until the link is empty.
                }
            }
            ingress.run(nowNanos);
            if (!tun.incoming.isEmpty()) {
                tun.read(egress.openBatch());
                egress.takePackets(nowNanos);
            }
            while (egress.run(nowNanos) == 0) {
                // Until there is nothing more to do now.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets time pass in steps of a millisecond. */
    void runFor(long nanos) {
        for (long end = nowNanos + nanos; nowNanos - end < 0; nowNanos += MILLI) {
            run();
        }
    }

    /** Answers the probes that were sent, so that both lines come up. */
    void bringUp() {
        FrameCursor frames = new FrameCursor();
        for (int link = 0; link < links.size(); link++) {
            for (byte[] sent : List.copyOf(links.get(link).sent)) {
                ByteBuffer datagram = ByteBuffer.wrap(sent);
                frames.begin(datagram, TestEncapsulator.HEADER_BYTES, sent.length - TestEncapsulator.HEADER_BYTES);
                while (frames.next()) {
                    if (frames.type() == FrameType.PROBE && !ProbeFrame.isAnswer(datagram, frames.offset())) {
                        ByteBuffer answer = ByteBuffer.allocate(ProbeFrame.BYTES);
                        int number = ProbeFrame.number(datagram, frames.offset());
                        long echo = ProbeFrame.timeMicros(datagram, frames.offset());
                        ProbeFrame.put(answer, 0, true, number, 0, echo, 0, 0);
                        arrive(link + 1, answer.array());
                    }
                }
            }
            links.get(link).sent.clear();
        }
    }

    /** Inner packets that were sent, over both links. */
    List<byte[]> sentPackets() {
        List<byte[]> packets = new ArrayList<>();
        FrameCursor frames = new FrameCursor();
        for (TestLink link : links) {
            for (byte[] sent : link.sent) {
                ByteBuffer datagram = ByteBuffer.wrap(sent);
                frames.begin(datagram, TestEncapsulator.HEADER_BYTES, sent.length - TestEncapsulator.HEADER_BYTES);
                if (frames.hasIp()) {
                    byte[] packet = new byte[frames.ip().packetBytes()];
                    datagram.get(frames.ip().packetOffset(), packet);
                    packets.add(packet);
                }
            }
        }
        return packets;
    }

    /** A datagram of the peer on a line, with the line's next counter. */
    byte[] datagram(int line, byte[] plaintext) {
        ByteBuffer bytes = ByteBuffer.allocate(TestEncapsulator.HEADER_BYTES + plaintext.length);
        TestEncapsulator.header(bytes, 0, line, counters[line]++);
        return bytes.put(TestEncapsulator.HEADER_BYTES, plaintext).array();
    }

    /** Lets a datagram of the peer arrive. */
    void arrive(int line, byte[] plaintext) {
        links.get(0).incoming.add(datagram(line, plaintext));
        run();
    }

    /** Lets an IP frame of the peer arrive. */
    void arrive(int line, long sequence, byte[] packet) {
        arrive(line, frame(sequence, packet));
    }

    static byte[] frame(long sequence, byte[] packet) {
        ByteBuffer bytes = ByteBuffer.allocate(IpFrame.HEADER_BYTES + packet.length);
        IpFrame.put(bytes, 0, 0, sequence, 0, 0, -1, 0);
        return bytes.put(IpFrame.HEADER_BYTES, packet).array();
    }

    /** A UDP packet from the peer's network to ours. */
    static byte[] packet(int bytes) {
        return packet("10.2.0.9", "10.1.0.1", bytes);
    }

    static byte[] packet(String from, String to, int bytes) {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) bytes);
        packet.putInt(0x12344000).put((byte) 64).put((byte) 17).putShort((short) 0);
        packet.put(address(from)).put(address(to));
        packet.putInt(0x1388_1389).putShort((short) (bytes - 20)).putShort((short) 0);
        long sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        while (sum > 0xFFFF) {
            sum = (sum >> 16) + (sum & 0xFFFF);
        }
        return packet.putShort(10, (short) ~sum).array();
    }

    private static byte[] address(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] bytes = new byte[4];
        for (int i = 0; i < 4; i++) {
            bytes[i] = (byte) Integer.parseInt(parts[i]);
        }
        return bytes;
    }

    Map<String, Long> drops() {
        return ingress.snapshot().drops();
    }

    Map<String, Long> peerDrops() {
        return ingress.snapshot().peers().get(0).drops();
    }

    Map<String, Long> outDrops() {
        return egress.snapshot().drops();
    }

    Map<String, Long> peerOutDrops() {
        return egress.snapshot().peers().get(0).drops();
    }

    Map<String, Long> events() {
        return egress.snapshot().peers().get(0).events();
    }

    Map<String, Long> inEvents() {
        return ingress.snapshot().peers().get(0).events();
    }
}
