package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InnerPacketsTest {
    private static final byte[] PAYLOAD = new byte[100];

    private static TestPacket ipv4() {
        return TestPacket.ip("10.0.0.1", "10.0.0.2", 17, PAYLOAD);
    }

    private static TestPacket ipv6() {
        return TestPacket.ip("2001:db8::1", "2001:db8::2", 17, PAYLOAD);
    }

    private static PacketCheck check(TestPacket packet, int length) {
        return InnerPackets.check(packet.buffer(), packet.offset(), length);
    }

    @Test
    void accepts_whole_packets_and_reads_their_length() {
        assertThat(ipv4().check()).isEqualTo(PacketCheck.OK);
        assertThat(ipv6().check()).isEqualTo(PacketCheck.OK);
        assertThat(InnerPackets.lengthBytes(ipv4().buffer(), ipv4().offset(), 120))
                .isEqualTo(120);
        assertThat(InnerPackets.lengthBytes(ipv6().buffer(), ipv6().offset(), 140))
                .isEqualTo(140);
    }

    @Test
    void accepts_bytes_behind_the_packet_unless_exactness_is_asked_for() {
        for (TestPacket packet : new TestPacket[] {ipv4(), ipv6()}) {
            ByteBuffer buffer = packet.buffer();
            assertThat(check(packet, packet.length() + 1)).isEqualTo(PacketCheck.OK);
            assertThat(InnerPackets.checkExact(buffer, packet.offset(), packet.length() + 1))
                    .isEqualTo(PacketCheck.TRAILING);
            assertThat(InnerPackets.checkExact(buffer, packet.offset(), packet.length()))
                    .isEqualTo(PacketCheck.OK);
        }
    }

    @Test
    void refuses_nothing_at_all() {
        assertThat(check(ipv4(), 0)).isEqualTo(PacketCheck.EMPTY);
        assertThat(check(ipv4(), -1)).isEqualTo(PacketCheck.EMPTY);
        assertThat(InnerPackets.check(ByteBuffer.allocate(0), 0, 0)).isEqualTo(PacketCheck.EMPTY);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 7, 8, 9, 10, 11, 12, 13, 14, 15})
    void refuses_other_versions(int version) {
        TestPacket packet = ipv4().put(0, version << 4 | 5);
        assertThat(packet.check()).isEqualTo(PacketCheck.VERSION);
        assertThat(check(packet, 1)).isEqualTo(PacketCheck.VERSION);
        assertThat(InnerPackets.lengthBytes(packet.buffer(), packet.offset(), 120))
                .isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"1", "19"})
    void refuses_less_than_a_fixed_ipv4_header(int length) {
        assertThat(check(ipv4(), length)).isEqualTo(PacketCheck.TRUNCATED);
    }

    @ParameterizedTest
    @CsvSource({"1", "39"})
    void refuses_less_than_a_fixed_ipv6_header(int length) {
        assertThat(check(ipv6(), length)).isEqualTo(PacketCheck.TRUNCATED);
    }

    @Test
    void refuses_a_header_length_that_cannot_be() {
        assertThat(ipv4().put(0, 0x44).check()).isEqualTo(PacketCheck.HEADER_LENGTH);
        assertThat(ipv4().put(0, 0x40).check()).isEqualTo(PacketCheck.HEADER_LENGTH);
        assertThat(check(ipv4().put(0, 0x4F), 59)).isEqualTo(PacketCheck.HEADER_LENGTH);
        assertThat(ipv4().put(0, 0x4F).check()).isEqualTo(PacketCheck.OK);
    }

    @Test
    void refuses_a_total_length_past_the_end_or_inside_the_header() {
        assertThat(ipv4().putShort(2, 121).check()).isEqualTo(PacketCheck.TOTAL_LENGTH);
        assertThat(ipv4().putShort(2, 65_535).check()).isEqualTo(PacketCheck.TOTAL_LENGTH);
        assertThat(ipv4().putShort(2, 19).check()).isEqualTo(PacketCheck.TOTAL_LENGTH);
        assertThat(ipv4().putShort(2, 0).check()).isEqualTo(PacketCheck.TOTAL_LENGTH);
        assertThat(ipv4().put(0, 0x46).putShort(2, 20).check()).isEqualTo(PacketCheck.TOTAL_LENGTH);
        assertThat(ipv4().putShort(2, 20).check()).isEqualTo(PacketCheck.OK);
    }

    @Test
    void refuses_an_ipv6_payload_past_the_end() {
        assertThat(ipv6().putShort(4, 101).check()).isEqualTo(PacketCheck.PAYLOAD_LENGTH);
        assertThat(ipv6().putShort(4, 65_535).check()).isEqualTo(PacketCheck.PAYLOAD_LENGTH);
        assertThat(ipv6().putShort(4, 0).check()).isEqualTo(PacketCheck.OK);
    }

    @Test
    void refuses_jumbograms() {
        assertThat(ipv6().put(6, 0).putShort(4, 0).check()).isEqualTo(PacketCheck.JUMBOGRAM);
        byte[] jumbo = {59, 0, (byte) 0xC2, 4, 0, 1, 0, 0};
        byte[] paddedJumbo = {59, 1, 0, 1, 2, 0, 0, 0, (byte) 0xC2, 4, 0, 1, 0, 0, 1, 0};
        byte[] padding = {59, 0, 1, 4, (byte) 0xC2, 4, 0, 0};
        assertThat(TestPacket.extended(0, jumbo).check()).isEqualTo(PacketCheck.JUMBOGRAM);
        assertThat(TestPacket.extended(0, paddedJumbo).check()).isEqualTo(PacketCheck.JUMBOGRAM);
        assertThat(TestPacket.extended(0, padding).check()).isEqualTo(PacketCheck.OK);
    }

    @Test
    void needs_six_bytes_to_read_a_length() {
        assertThat(InnerPackets.lengthBytes(ipv4().buffer(), ipv4().offset(), 5))
                .isEqualTo(-1);
        assertThat(InnerPackets.lengthBytes(ipv6().buffer(), ipv6().offset(), 6))
                .isEqualTo(140);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.1, OK",
        "169.254.1.1, OK",
        "240.0.0.1, OK",
        "0.0.0.0, UNSPECIFIED",
        "0.1.2.3, UNSPECIFIED",
        "127.0.0.1, LOOPBACK",
        "127.255.255.255, LOOPBACK",
        "224.0.0.1, MULTICAST",
        "239.255.255.255, MULTICAST",
        "255.255.255.255, BROADCAST",
    })
    void judges_ipv4_sources(String source, SourceCheck expected) {
        TestPacket packet = TestPacket.ip(source, "10.0.0.2", 17, PAYLOAD);
        assertThat(InnerPackets.checkSource(packet.buffer(), packet.offset())).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "2001:db8::1, OK",
        "fe80::1, OK",
        "::2, OK",
        "::, UNSPECIFIED",
        "::1, LOOPBACK",
        "ff02::1, MULTICAST",
    })
    void judges_ipv6_sources(String source, SourceCheck expected) {
        TestPacket packet = TestPacket.ip(source, "2001:db8::2", 17, PAYLOAD);
        assertThat(InnerPackets.checkSource(packet.buffer(), packet.offset())).isEqualTo(expected);
    }

    @Test
    void refuses_ipv4_addresses_dressed_as_ipv6_sources() {
        TestPacket packet = ipv6();
        packet.buffer().putLong(packet.offset() + 8, 0);
        packet.buffer().putLong(packet.offset() + 16, 0x0000FFFF0A000001L);
        assertThat(InnerPackets.checkSource(packet.buffer(), packet.offset())).isEqualTo(SourceCheck.MAPPED);
    }

    @Test
    void reads_code_point_and_fragmentation_flag() {
        for (TestPacket packet : new TestPacket[] {ipv4(), ipv6()}) {
            packet.dscpAndEcn(46, 1);
            assertThat(InnerPackets.dscp(packet.buffer(), packet.offset())).isEqualTo(46);
            assertThat(InnerPackets.isDontFragment(packet.buffer(), packet.offset()))
                    .isTrue();
        }
        TestPacket fragmentable = ipv4().putShort(6, 0);
        assertThat(InnerPackets.isDontFragment(fragmentable.buffer(), fragmentable.offset()))
                .isFalse();
    }

    /**
     * Whatever the bytes are, a check says something and reads nothing outside; and what it accepts, all the rest of the
     * package handles. The buffer ends with the last byte that may be read, so that a step too far is an exception.
     */
    @Test
    void random_and_mutated_packets_never_cause_an_exception() {
        SplittableRandom random = SeededRandom.create();
        FlowHash hash = new FlowHash(random.nextLong(), random.nextLong());
        ByteBuffer answer = ByteBuffer.allocate(IcmpTooBig.MAX_BYTES);
        AllowedIps table = AllowedIps.none();
        TestPacket[] samples = {
            ipv4(),
            ipv6(),
            TestPacket.tcp("10.0.0.1", "10.0.0.2", 1, 2, new byte[] {2, 4, 5, (byte) 0xB4, 1, 1, 1, 0}, 0),
            TestPacket.tcp("2001:db8::1", "2001:db8::2", 1, 2, new byte[] {1, 2, 4, 5, (byte) 0xB4, 0, 0, 0}, 10),
            TestPacket.extended(0, new byte[] {59, 0, (byte) 0xC2, 4, 0, 1, 0, 0}),
            TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 3),
            TestPacket.icmp("2001:db8::1", "2001:db8::2", 128, 3),
            TestPacket.extended(0, new byte[] {44, 0, 1, 4, 0, 0, 0, 0}, new byte[] {6, 0, 0, 1, 0, 0, 0, 1}, PAYLOAD),
            TestPacket.extended(43, new byte[] {60, 0, 0, 0, 0, 0, 0, 0}, new byte[] {51, 0, 1, 4, 0, 0, 0, 0}, PAYLOAD)
        };
        EnumSet<PacketCheck> seen = EnumSet.noneOf(PacketCheck.class);
        int accepted = 0;
        for (int i = 0; i < 400_000; i++) {
            byte[] bytes;
            if (i % 4 == 0) {
                bytes = new byte[random.nextInt(90)];
                random.nextBytes(bytes);
                if (bytes.length > 0 && random.nextBoolean()) {
                    bytes[0] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
                }
            } else {
                TestPacket sample = samples[random.nextInt(samples.length)];
                bytes = new byte[random.nextInt(4) == 0 ? random.nextInt(sample.length() + 1) : sample.length()];
                sample.buffer().get(sample.offset(), bytes);
                for (int changes = random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
                    int at = random.nextInt(Math.min(bytes.length, 70));
                    bytes[at] = (byte) (random.nextBoolean() ? random.nextInt() : bytes[at] ^ 1 << random.nextInt(8));
                }
            }
            int offset = random.nextInt(3);
            ByteBuffer buffer = ByteBuffer.allocate(offset + bytes.length);
            buffer.put(offset, bytes);
            PacketCheck outcome = InnerPackets.check(buffer, offset, bytes.length);
            seen.add(outcome);
            int length = InnerPackets.lengthBytes(buffer, offset, bytes.length);
            if (outcome == PacketCheck.OK) {
                accepted++;
                assertThat(length).isBetween(InnerPackets.headerBytes(buffer, offset), bytes.length);
                int located = TransportHeader.locate(buffer, offset, length);
                assertThat(TransportHeader.offsetBytes(located)).isBetween(20, length);
                hash.hash(buffer, offset, length, located);
                TrafficClassifier.classify(buffer, offset, length, located, true);
                InnerPackets.checkSource(buffer, offset);
                table.lookupSource(buffer, offset);
                table.lookupDestination(buffer, offset);
                IcmpTooBig.write(buffer, offset, length, located, 1400, 1, 2, 3, answer, 0);
                MssClamp.clamp(buffer, offset, length, located, 1000, 1000);
                Ecn.mark(buffer, offset);
            }
        }
        assertThat(accepted).isGreaterThan(50_000);
        assertThat(seen).isEqualTo(EnumSet.complementOf(EnumSet.of(PacketCheck.TRAILING)));
    }
}
