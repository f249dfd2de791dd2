package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FlowHashTest {
    private static final FlowHash HASH = new FlowHash(0x0123456789ABCDEFL, 0x0F1E2D3C4B5A6978L);

    private static int hash(TestPacket packet) {
        return HASH.hash(packet.buffer(), packet.offset(), packet.length());
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2", "2001:db8::1, 2001:db8::2"})
    void packets_of_one_flow_hash_alike_and_others_do_not(String from, String to) {
        int ports = 40_000 << 16 | 443;
        int expected = hash(TestPacket.tcp(from, to, ports, 0x10, new byte[0], 1000));
        assertThat(hash(TestPacket.tcp(from, to, ports, 0x18, new byte[12], 7).dscpAndEcn(10, 3)))
                .isEqualTo(expected);
        assertThat(hash(TestPacket.tcp(from, to, ports + 1, 0x10, new byte[0], 1000)))
                .isNotEqualTo(expected);
        assertThat(hash(TestPacket.tcp(to, from, ports, 0x10, new byte[0], 1000)))
                .isNotEqualTo(expected);
        assertThat(hash(TestPacket.udp(from, to, ports, 1000))).isNotEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2", "2001:db8::1, 2001:db8::2"})
    void the_flow_of_the_answers_is_the_other_direction(String from, String to) {
        int ports = 40_000 << 16 | 443;
        int answers = 443 << 16 | 40_000;
        assertThat(answerHash(TestPacket.tcp(from, to, ports, 0x10, new byte[0], 1000)))
                .isEqualTo(hash(TestPacket.tcp(to, from, answers, 0x10, new byte[0], 0)));
        assertThat(answerHash(TestPacket.udp(from, to, ports, 1000)))
                .isEqualTo(hash(TestPacket.udp(to, from, answers, 3)));
        boolean ipv4 = from.indexOf(':') < 0;
        assertThat(answerHash(TestPacket.icmp(from, to, ipv4 ? 8 : 128, 77)))
                .isEqualTo(hash(TestPacket.icmp(to, from, ipv4 ? 0 : 129, 77)));
    }

    private static int answerHash(TestPacket packet) {
        int located = TransportHeader.locate(packet.buffer(), packet.offset(), packet.length());
        return HASH.answerHash(packet.buffer(), packet.offset(), packet.length(), located);
    }

    @Test
    void all_fragments_of_a_packet_hash_alike() {
        TestPacket first =
                TestPacket.udp("10.0.0.1", "10.0.0.2", 0x11112222, 500).putShort(6, 0x2000);
        TestPacket later =
                TestPacket.udp("10.0.0.1", "10.0.0.2", 0x33334444, 30).putShort(6, 0x0040);
        assertThat(hash(first)).isEqualTo(hash(later));
    }

    @Test
    void the_identifier_of_an_echo_is_part_of_the_flow_and_its_sequence_is_not() {
        int expected = hash(TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 77));
        assertThat(hash(TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 77).putShort(26, 9)))
                .isEqualTo(expected);
        assertThat(hash(TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 78))).isNotEqualTo(expected);
        assertThat(hash(TestPacket.icmp("2001:db8::1", "2001:db8::2", 128, 1)))
                .isNotEqualTo(hash(TestPacket.icmp("2001:db8::1", "2001:db8::2", 128, 2)));
        assertThat(hash(TestPacket.icmp("10.0.0.1", "10.0.0.2", 3, 77)))
                .isEqualTo(hash(TestPacket.icmp("10.0.0.1", "10.0.0.2", 3, 78)));
    }

    @Test
    void the_key_changes_the_hash() {
        TestPacket packet = TestPacket.udp("10.0.0.1", "10.0.0.2", 1, 10);
        FlowHash other = new FlowHash(0x0123456789ABCDEFL, 0x0F1E2D3C4B5A6979L);
        assertThat(other.hash(packet.buffer(), packet.offset(), packet.length()))
                .isNotEqualTo(hash(packet));
    }

    /** Every input bit flips every output bit in about half of all cases. */
    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 12, 12", "2001:db8::1, 2001:db8::2, 8, 36"})
    void every_input_bit_reaches_every_output_bit(String from, String to, int at, int inputBytes) {
        SplittableRandom random = SeededRandom.create();
        int samples = 2_000;
        for (int bit = 0; bit < inputBytes * 8; bit++) {
            int[] flips = new int[32];
            for (int i = 0; i < samples; i++) {
                FlowHash keyed = new FlowHash(random.nextLong(), random.nextLong());
                TestPacket packet = TestPacket.udp(from, to, random.nextInt(), 0);
                int before = keyed.hash(packet.buffer(), packet.offset(), packet.length());
                int index = packet.offset() + at + bit / 8;
                packet.buffer().put(index, (byte) (packet.buffer().get(index) ^ 1 << bit % 8));
                int changed = before ^ keyed.hash(packet.buffer(), packet.offset(), packet.length());
                for (int out = 0; out < 32; out++) {
                    flips[out] += changed >>> out & 1;
                }
            }
            for (int out = 0; out < 32; out++) {
                assertThat((double) flips[out] / samples)
                        .as("input bit %d, output bit %d", bit, out)
                        .isCloseTo(0.5, within(0.08));
            }
        }
    }

    @Test
    void neighbouring_flows_spread_evenly_over_queues_and_groups() {
        int[] queues = new int[1024];
        int[] groups = new int[256];
        for (int port = 0; port < 65_536; port++) {
            int value = hash(TestPacket.udp("10.0.0.1", "10.0.0.2", port << 16 | 53, 0));
            queues[value & 1023]++;
            groups[value >>> 24]++;
        }
        assertThat(Arrays.stream(queues).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(24, 110));
        assertThat(Arrays.stream(groups).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(170, 350));
    }
}
