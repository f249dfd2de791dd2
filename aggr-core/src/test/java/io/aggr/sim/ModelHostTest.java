package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.testing.SimulatedTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SimulatedTest
class ModelHostTest {

    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private final VirtualTime time = new VirtualTime();
    private final LineSpec spec = Profiles.modem("line", 8_000, 1_000, 12);
    private final SimLine line = new SimLine(time, spec, 1);
    private final ModelHost client = new ModelHost(time, line.near(), "10.0.0.1");
    private final ModelHost server = new ModelHost(time, line.far(), "10.0.0.2");

    /** What a host puts into its port. */
    private static final class Recorder implements PacketPort {
        final List<ByteBuffer> sent = new ArrayList<>();
        Receiver receiver = packet -> {};

        @Override
        public void send(ByteBuffer packet) {
            sent.add(ByteBuffer.allocate(packet.remaining()).put(0, packet, packet.position(), packet.remaining()));
        }

        @Override
        public void receiveWith(Receiver newReceiver) {
            receiver = newReceiver;
        }
    }

    @Test
    void pings_an_idle_line_in_exactly_its_delays() {
        Ping ping = Ping.start(client, server, Duration.ofMillis(100));
        time.runUntil(10 * SECOND - 1);
        ping.stop();
        time.runUntil(20 * SECOND);
        // 84 bytes: 0.672 ms up at 1 Mbit/s, 0.084 ms down at 8 Mbit/s.
        long expected = 24 * MILLI + 672_000 + 84_000;
        assertThat(ping.sentPackets()).isEqualTo(100);
        assertThat(ping.unanswered(0, 20 * SECOND)).isZero();
        assertThat(ping.rttNanos(0, 0, 20 * SECOND)).isEqualTo(expected);
        assertThat(ping.rttNanos(1, 0, 20 * SECOND)).isEqualTo(expected);
        assertThat(ping.rtt().size()).isEqualTo(100);
    }

    @Test
    void counts_pings_that_are_lost_and_answers_for_the_rest() {
        Ping ping = Ping.start(client, server, Duration.ofMillis(100));
        time.runUntil(SECOND);
        line.change(spec.withBlackHole(true));
        time.runUntil(2 * SECOND);
        line.change(spec);
        time.runUntil(4 * SECOND);
        assertThat(ping.unanswered(0, 3 * SECOND)).isBetween(9, 11);
        assertThat(ping.unanswered(2 * SECOND + 1, 3 * SECOND)).isZero();
        assertThat(ping.rttNanos(0.5, 1_200 * MILLI, 1_800 * MILLI)).isEqualTo(-1);
    }

    @Test
    void gives_quantiles_by_nearest_rank() {
        Ping ping = Ping.start(client, server, Duration.ofMillis(500));
        for (int i = 0; i < 10; i++) {
            line.change(spec.withDown(spec.down().withDelay(Duration.ofMillis(12 + 10 * i))));
            time.runUntil((i + 1) * SECOND / 2 - 1);
        }
        time.runUntil(6 * SECOND);
        long idle = 24 * MILLI + 756_000;
        assertThat(ping.rttNanos(0.5, 0, 5 * SECOND)).isEqualTo(idle + 40 * MILLI);
        assertThat(ping.rttNanos(0.95, 0, 5 * SECOND)).isEqualTo(idle + 90 * MILLI);
        assertThat(ping.rttNanos(0.1, 0, 5 * SECOND)).isEqualTo(idle);
    }

    @Test
    void writes_packets_that_others_can_check() {
        Recorder port = new Recorder();
        ModelHost host = new ModelHost(time, port, "192.0.2.1");
        TcpFlow.start(host, server, TcpOptions.defaults().withEcn(true));
        ByteBuffer syn = port.sent.get(0);
        assertThat(syn.remaining()).isEqualTo(60);
        assertThat(syn.get(0)).isEqualTo((byte) 0x45);
        assertThat(syn.getShort(2)).isEqualTo((short) 60);
        assertThat(syn.get(9)).isEqualTo((byte) 6);
        assertThat(plainSum(syn, 0, 20, 0)).isEqualTo(0xFFFF);
        int pseudo = plainWords(syn, 12, 8) + 6 + 40;
        assertThat(plainSum(syn, 20, 40, pseudo)).isEqualTo(0xFFFF);
        assertThat(syn.get(33) & 0xFF).isEqualTo(TcpSegment.SYN | TcpSegment.ECE | TcpSegment.CWR);
        assertThat(syn.getInt(40)).isEqualTo(2 << 24 | 4 << 16 | 1460);

        Ping.start(host, server, Duration.ofSeconds(1));
        time.runUntil(1);
        ByteBuffer echo = port.sent.get(1);
        assertThat(echo.remaining()).isEqualTo(84);
        assertThat(plainSum(echo, 0, 20, 0)).isEqualTo(0xFFFF);
        assertThat(plainSum(echo, 20, 64, 0)).isEqualTo(0xFFFF);
    }

    @Test
    void writes_full_segments_with_good_checksums_whatever_was_in_the_buffer_before() {
        List<ByteBuffer> seen = new ArrayList<>();
        Recorder port = new Recorder();
        ModelHost sender = new ModelHost(time, port, "192.0.2.1");
        line.far().receiveWith(packet -> {});
        TcpFlow.start(sender, client, TcpOptions.defaults());
        // An answer by hand: the client's own would go to a line that is not there.
        TcpSegment answer = new TcpSegment();
        TcpSegment syn = new TcpSegment();
        assertThat(syn.read(port.sent.get(0))).isTrue();
        answer.sourceAddress = Endpoint.parse("10.0.0.1");
        answer.targetAddress = Endpoint.parse("192.0.2.1");
        answer.sourcePort = syn.targetPort;
        answer.targetPort = syn.sourcePort;
        answer.sequence = -1;
        answer.acknowledgement = syn.sequence + 1;
        answer.flags = TcpSegment.SYN | TcpSegment.ACK;
        answer.window = 65_535;
        answer.maxSegmentBytes = 1460;
        ByteBuffer bytes = ByteBuffer.allocate(200);
        answer.write(bytes, 0, 0);
        port.receiver.onPacket(bytes);
        seen.addAll(port.sent);
        // SYN, ACK, and the initial window of ten.
        assertThat(seen).hasSize(12);
        for (ByteBuffer packet : seen) {
            int length = packet.remaining() - 20;
            assertThat(plainSum(packet, 20, length, plainWords(packet, 12, 8) + 6 + length))
                    .isEqualTo(0xFFFF);
        }
        assertThat(seen.get(11).remaining()).isEqualTo(1500);
    }

    @Test
    void counts_damaged_and_foreign_packets_and_goes_on() {
        Recorder port = new Recorder();
        ModelHost host = new ModelHost(time, port, "192.0.2.1");
        ByteBuffer foreign = ByteBuffer.allocate(40);
        TcpSegment.writeIpHeader(foreign, 17, 0, 1, Endpoint.parse("192.0.2.9"), 0);
        port.receiver.onPacket(foreign);
        ByteBuffer unknown = ByteBuffer.allocate(40);
        TcpSegment.writeIpHeader(unknown, 47, 0, 1, Endpoint.parse("192.0.2.1"), 0);
        port.receiver.onPacket(unknown);
        assertThat(host.strayPackets()).isEqualTo(2);

        SeededRandom random = new SeededRandom(Seeds.next("ModelHostTest"));
        for (int i = 0; i < 20_000; i++) {
            ByteBuffer noise = ByteBuffer.allocate(random.nextInt(120));
            for (int at = 0; at < noise.limit(); at++) {
                noise.put(at, (byte) random.nextInt(256));
            }
            if (noise.limit() >= 40 && random.nextInt(2) == 0) {
                // A sound IP header, so that the noise reaches the parsers behind it.
                int protocol = new int[] {1, TcpSegment.PROTOCOL, UdpFlow.PROTOCOL}[random.nextInt(3)];
                TcpSegment.writeIpHeader(noise, protocol, 0, 1, Endpoint.parse("192.0.2.1"), 0);
            }
            port.receiver.onPacket(noise);
        }
        assertThat(host.receivedPackets()).isEqualTo(20_002);
        assertThat(host.corruptPackets() + host.strayPackets()).isEqualTo(20_002);
        assertThat(port.sent).isEmpty();
    }

    @Test
    void refuses_a_silly_mtu_or_address() {
        assertThatThrownBy(() -> new ModelHost(time, new Recorder(), "10.0.0.1", 500))
                .hasMessage("host.mtu must be 576 to 65535 bytes, got 500");
        assertThatThrownBy(() -> new ModelHost(time, new Recorder(), "localhost"))
                .hasMessageContaining("192.0.2.1");
    }

    /** The checksum as RFC 1071 defines it, word by word. */
    private static int plainSum(ByteBuffer packet, int offset, int length, int start) {
        int sum = start + plainWords(packet, offset, length);
        while (sum > 0xFFFF) {
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }

    private static int plainWords(ByteBuffer packet, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (packet.get(offset + i) & 0xFF) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }
}
