package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.TunnelAddresses;
import io.aggr.encap.Encapsulator;
import io.aggr.internal.ipip.IpipEncapsulatorProvider;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.path.Pacer;
import io.aggr.internal.schedule.TrunkAliases;
import io.aggr.link.Link;
import io.aggr.link.LinkState;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.IpPrefix;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One end of two tunnels of bare IP-in-IP, whose other end is the test: a host that knows nothing but how to answer ping. */
class BareTunnelTest {

    private static final long MILLI = 1_000_000;
    private static final long RTT_NANOS = 40 * MILLI;

    private final TestTun tun = new TestTun();
    private final List<TestLink> links = List.of(new TestLink(), new TestLink());
    private final boolean[] answering = {true, true};
    private final List<Reply> replies = new ArrayList<>();
    private final List<List<byte[]>> packets = List.of(new ArrayList<>(), new ArrayList<>());
    private Egress egress;
    private Ingress ingress;
    private long nowNanos = -3_000 * MILLI;

    /** An answer on its way. */
    private record Reply(int link, long atNanos, ByteBuffer packet) {}

    @BeforeEach
    void start() throws IOException {
        for (int i = 0; i < 2; i++) {
            links.get(i).own = outer("172.16." + (253 + i) + ".100");
            links.get(i).far = outer("88.191.22.243");
        }
        PeerSettings peer = new PeerSettings(
                0,
                "peer",
                "round-robin",
                () -> new TrunkAliases.RoundRobin().create(ProviderConfig.none()),
                () -> new TrunkAliases.RoundRobin().create(ProviderConfig.none()),
                "gap",
                EngineBench::gap,
                EngineBench::gap,
                false,
                PeerConfig.Equalise.OFF,
                List.of(line(1, 0), line(2, 1)));
        Encapsulator ipip = new IpipEncapsulatorProvider().create(ProviderConfig.none(), () -> 1L);
        Engine engine = new Engine(new EngineSettings(
                tun,
                List.<Link>copyOf(links),
                ipip,
                List.of(peer),
                AllowedIps.of(List.of(new AllowedIps.Entry(CidrPrefix.parse("10.2.0.0/16"), 0, "peer"))),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                new Random(1)::nextLong,
                EngineEvents.NONE));
        egress = engine.egress();
        ingress = engine.ingress();
        egress.start(nowNanos);
        runFor(100);
    }

    private static InetSocketAddress outer(String text) {
        return new InetSocketAddress(IpPrefix.parse(text).address(), 0);
    }

    private static TunnelAddresses inner(int line) {
        return new TunnelAddresses(
                (Inet4Address) IpPrefix.parse("172.16.251." + line).address(),
                (Inet4Address) IpPrefix.parse("172.16.251." + (49 + line)).address());
    }

    private static PeerSettings.LineSettings line(int id, int localLink) {
        return new PeerSettings.LineSettings(
                id, "line-" + id, localLink, Pacer.UNLIMITED, Pacer.UNLIMITED, 0, 0, LinkCost.NONE, 0, inner(id));
    }

    private void runFor(int millis) throws IOException {
        for (int i = 0; i < millis; i++) {
            nowNanos += MILLI;
            for (Reply reply : List.copyOf(replies)) {
                if (nowNanos - reply.atNanos() >= 0) {
                    replies.remove(reply);
                    links.get(reply.link()).incoming.add(reply.packet().array());
                }
            }
            run();
        }
    }

    private void run() throws IOException {
        for (int link = 0; link < 2; link++) {
            ingress.receive(link, nowNanos);
        }
        ingress.run(nowNanos);
        if (!tun.incoming.isEmpty()) {
            tun.read(egress.openBatch());
            egress.takePackets(nowNanos);
        }
        while (egress.run(nowNanos) == 0) {
            // Until there is nothing more to do now.
        }
        for (int link = 0; link < 2; link++) {
            for (byte[] sent : links.get(link).sent) {
                take(link, sent);
            }
            links.get(link).sent.clear();
        }
    }

    private void take(int link, byte[] sent) {
        ByteBuffer packet = ByteBuffer.wrap(sent);
        if (!IcmpEcho.isRequest(packet, 0, sent.length)) {
            packets.get(link).add(sent);
        } else if (answering[link]) {
            IcmpEcho.answer(packet, 0, sent.length);
            replies.add(new Reply(link, nowNanos + RTT_NANOS, packet));
        }
    }

    private void arrive(int link, byte[] packet) throws IOException {
        links.get(link).incoming.add(packet);
        run();
    }

    private EgressSnapshot.Line lineNow(int index) {
        return egress.snapshot().peers().get(0).lines().get(index);
    }

    private Map<String, Long> drops() {
        return ingress.snapshot().peers().get(0).drops();
    }

    private static byte[] outgoing(int bytes) {
        return EngineBench.packet("10.1.0.1", "10.2.0.9", bytes);
    }

    @Test
    void a_line_is_up_as_soon_as_its_far_end_answers_ping() throws IOException {
        assertThat(lineNow(0).state()).isEqualTo(LinkState.UP);
        assertThat(lineNow(1).state()).isEqualTo(LinkState.UP);
        assertThat(lineNow(0).rttNanos()).isBetween(RTT_NANOS, RTT_NANOS + 2 * MILLI);
        assertThat(tun.written).as("answers to our own questions").isEmpty();
    }

    @Test
    void packets_travel_as_they_are_in_both_directions() throws IOException {
        byte[] sent = outgoing(1_300);
        tun.incoming.add(sent);
        run();
        assertThat(packets.get(0).size() + packets.get(1).size()).isEqualTo(1);
        assertThat(
                        packets.get(0).isEmpty()
                                ? packets.get(1).get(0)
                                : packets.get(0).get(0))
                .isEqualTo(sent);
        byte[] arrived = EngineBench.packet(1_400);
        arrive(1, arrived);
        assertThat(tun.written).containsExactly(arrived);
    }

    @Test
    void a_ping_to_the_inner_address_is_answered_over_the_line_that_it_came_over() throws IOException {
        ByteBuffer request = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
        IcmpEcho.putRequest(request, 0, 0xAC10_FB33, 0xAC10_FB02, 77, 88);
        arrive(1, request.array().clone());
        run();
        assertThat(packets.get(0)).isEmpty();
        byte[] answer = packets.get(1).get(0);
        assertThat(IcmpEcho.isAnswerToUs(ByteBuffer.wrap(answer), 0, answer.length))
                .isTrue();
        assertThat(ByteBuffer.wrap(answer).getInt(16)).isEqualTo(0xAC10_FB33);
        assertThat(IcmpEcho.token(ByteBuffer.wrap(answer), 0)).isEqualTo(88);
    }

    @Test
    void a_ping_of_the_far_end_lets_a_line_that_is_down_be_asked_at_once() throws IOException {
        answering[0] = false;
        answering[1] = false;
        for (int i = 0; i < 5_000; i++) {
            tun.incoming.add(outgoing(100));
            runFor(1);
        }
        runFor(30_000);
        assertThat(lineNow(1).state()).isNotEqualTo(LinkState.UP);
        answering[1] = true;
        ByteBuffer request = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
        IcmpEcho.putRequest(request, 0, 0xAC10_FB33, 0xAC10_FB02, 77, 88);
        arrive(1, request.array().clone());
        runFor(50);
        assertThat(lineNow(1).state()).isIn(LinkState.UP, LinkState.PROBING);
        IcmpEcho.putRequest(request, 0, 0xAC10_FB33, 0xAC10_FB02, 78, 88);
        arrive(1, request.array().clone());
        runFor(50);
        assertThat(lineNow(1).state()).isEqualTo(LinkState.UP);
    }

    @Test
    void an_answer_that_nobody_asked_for_proves_nothing() throws IOException {
        answering[0] = false;
        ByteBuffer forged = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
        for (int i = 0; i < 900; i++) {
            tun.incoming.add(outgoing(100));
            IcmpEcho.putRequest(forged, 0, 0xAC10_FB01, 0xAC10_FB32, i / 200, 4_711);
            IcmpEcho.answer(forged, 0, IcmpEcho.PROBE_BYTES);
            links.get(0).incoming.add(forged.array().clone());
            runFor(1);
        }
        assertThat(lineNow(0).state()).isNotEqualTo(LinkState.UP);
    }

    @Test
    void what_was_on_a_silent_line_goes_over_the_other_within_a_second() throws IOException {
        for (int i = 0; i < 500; i++) {
            tun.incoming.add(outgoing(200));
            runFor(1);
        }
        assertThat(packets.get(0).size()).isCloseTo(250, org.assertj.core.data.Offset.offset(5));
        answering[0] = false;
        int millis = 0;
        int other = 0;
        while (lineNow(0).state() == LinkState.UP && millis < 2_000) {
            other = packets.get(1).size();
            tun.incoming.add(outgoing(200));
            runFor(1);
            millis++;
        }
        assertThat(millis).as("until the line is left").isLessThan(800);
        int after = packets.get(0).size();
        assertThat(packets.get(1).size() - other).as("sent again").isBetween(millis / 2, millis / 2 + 150);
        runFor(500);
        assertThat(packets.get(0)).hasSize(after);
        answering[0] = true;
        for (int i = 0; i < 3_000; i++) {
            tun.incoming.add(outgoing(200));
            runFor(1);
        }
        assertThat(lineNow(0).state()).isEqualTo(LinkState.UP);
    }

    @Test
    void pings_that_are_lost_count_as_loss() throws IOException {
        Random random = new Random(2);
        for (int i = 0; i < 20_000; i++) {
            answering[1] = random.nextInt(10) > 0;
            tun.incoming.add(outgoing(100));
            runFor(1);
        }
        assertThat(lineNow(0).lossRatio()).isZero();
        assertThat(lineNow(1).lossRatio()).isBetween(0.02, 0.25);
    }

    @Test
    void drops_what_does_not_come_from_the_far_end() throws IOException {
        links.get(0).source = 1;
        arrive(0, EngineBench.packet(100));
        assertThat(tun.written).isEmpty();
        assertThat(ingress.snapshot().drops()).containsEntry("outer.unknown-peer", 1L);
    }

    @Test
    void drops_garbage_and_what_is_not_ipv4() throws IOException {
        arrive(0, new byte[7]);
        arrive(0, new byte[100]);
        byte[] six = new byte[60];
        six[0] = 0x60;
        arrive(0, six);
        byte[] cut = java.util.Arrays.copyOf(EngineBench.packet(100), 99);
        arrive(0, cut);
        assertThat(tun.written).isEmpty();
        assertThat(ingress.snapshot().drops())
                .containsEntry("outer.short", 1L)
                .containsEntry("outer.unknown-type", 2L)
                .containsEntry("inner.total-length", 1L);
    }

    @Test
    void drops_tunnels_in_the_tunnel_and_packets_of_its_own_ends() throws IOException {
        byte[] nested = EngineBench.packet(100);
        nested[9] = 4;
        arrive(0, nested);
        nested[9] = 41;
        arrive(1, nested);
        arrive(0, EngineBench.packet("10.2.0.9", "172.16.254.100", 100));
        arrive(0, EngineBench.packet("172.16.253.100", "10.1.0.1", 100));
        assertThat(tun.written).isEmpty();
        assertThat(drops()).containsEntry("nested", 2L).containsEntry("own-endpoint", 2L);
    }

    @Test
    void drops_foreign_sources_and_what_is_too_long_for_the_tun() throws IOException {
        arrive(0, EngineBench.packet("10.9.0.9", "10.1.0.1", 100));
        arrive(0, EngineBench.packet(TestTun.MTU_BYTES + 1));
        assertThat(tun.written).isEmpty();
        assertThat(drops()).containsEntry("source", 1L).containsEntry("over-mtu", 1L);
    }

    @Test
    void sends_no_tunnel_into_the_tunnel() throws IOException {
        byte[] nested = outgoing(100);
        nested[9] = 4;
        tun.incoming.add(nested);
        tun.incoming.add(EngineBench.packet("172.16.253.100", "10.2.0.9", 100));
        run();
        assertThat(packets.get(0)).isEmpty();
        assertThat(packets.get(1)).isEmpty();
        assertThat(egress.snapshot().peers().get(0).drops())
                .containsEntry("nested", 1L)
                .containsEntry("own-endpoint", 1L);
    }

    @Test
    void the_whole_line_but_one_header_is_for_packets() {
        // TestLink says 28 bytes of outer headers and takes 65507; a line is 1500.
        assertThat(egress.snapshot().peers().get(0).lines().get(0).mtuBytes()).isEqualTo(1_500);
    }
}
