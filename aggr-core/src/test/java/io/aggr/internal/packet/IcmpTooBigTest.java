package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IcmpTooBigTest {
    private static final int OUT_OFFSET = 5;
    private static final int OUR_IPV4 = 0x0A090807;
    private static final long OUR_IPV6_HIGH = 0x20010DB8_00000000L;
    private static final long OUR_IPV6_LOW = 0x99L;

    private final ByteBuffer out = ByteBuffer.allocateDirect(OUT_OFFSET + IcmpTooBig.MAX_BYTES);

    private TestPacket answer(TestPacket packet, int mtu) {
        int written = IcmpTooBig.write(
                packet.buffer(),
                packet.offset(),
                packet.length(),
                packet.located(),
                mtu,
                OUR_IPV4,
                OUR_IPV6_HIGH,
                OUR_IPV6_LOW,
                out,
                OUT_OFFSET);
        return new TestPacket(out, OUT_OFFSET, written);
    }

    private static byte[] bytes(ByteBuffer buffer, int offset, int length) {
        byte[] bytes = new byte[length];
        buffer.get(offset, bytes);
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 28, 547, 548, 549, 1500, 9000})
    void answers_ipv4_with_fragmentation_needed(int length) {
        TestPacket packet = TestPacket.ip("10.0.0.1", "10.0.0.2", 17, new byte[length - 20]);
        TestPacket answer = answer(packet, 1397);

        assertThat(answer.length()).isEqualTo(28 + Math.min(length, 548)).isLessThanOrEqualTo(576);
        assertThat(InnerPackets.checkExact(out, OUT_OFFSET, answer.length())).isEqualTo(PacketCheck.OK);
        assertThat(answer.hasGoodIpv4Checksum()).isTrue();
        assertThat(InnerPackets.sourceIpv4(out, OUT_OFFSET)).isEqualTo(OUR_IPV4);
        assertThat(InnerPackets.destinationIpv4(out, OUT_OFFSET)).isEqualTo(0x0A000001);
        assertThat(TransportHeader.protocol(answer.located())).isEqualTo(InnerPackets.ICMP);
        assertThat(answer.shortAt(20)).isEqualTo(3 << 8 | 4);
        assertThat(answer.shortAt(24)).isZero();
        assertThat(answer.shortAt(26)).isEqualTo(1397);
        assertThat(Checksums.checksum(out, OUT_OFFSET + 20, answer.length() - 20))
                .isZero();
        assertThat(bytes(out, OUT_OFFSET + 28, answer.length() - 28))
                .isEqualTo(bytes(packet.buffer(), packet.offset(), answer.length() - 28));
    }

    @ParameterizedTest
    @ValueSource(ints = {40, 48, 1231, 1232, 1233, 1500, 9000})
    void answers_ipv6_with_packet_too_big(int length) {
        TestPacket packet = TestPacket.ip("2001:db8::1", "2001:db8::2", 17, new byte[length - 40]);
        TestPacket answer = answer(packet, 1397);

        assertThat(answer.length()).isEqualTo(48 + Math.min(length, 1232)).isLessThanOrEqualTo(1280);
        assertThat(InnerPackets.checkExact(out, OUT_OFFSET, answer.length())).isEqualTo(PacketCheck.OK);
        assertThat(InnerPackets.sourceIpv6High(out, OUT_OFFSET)).isEqualTo(OUR_IPV6_HIGH);
        assertThat(InnerPackets.sourceIpv6Low(out, OUT_OFFSET)).isEqualTo(OUR_IPV6_LOW);
        assertThat(InnerPackets.destinationIpv6Low(out, OUT_OFFSET)).isEqualTo(1);
        assertThat(TransportHeader.protocol(answer.located())).isEqualTo(InnerPackets.ICMPV6);
        assertThat(answer.shortAt(40)).isEqualTo(2 << 8);
        assertThat(out.getInt(OUT_OFFSET + 44)).isEqualTo(1397);
        assertThat(answer.hasGoodTransportChecksum()).isTrue();
        assertThat(bytes(out, OUT_OFFSET + 48, answer.length() - 48))
                .isEqualTo(bytes(packet.buffer(), packet.offset(), answer.length() - 48));
    }

    @Test
    void never_announces_less_than_the_smallest_mtu_of_the_protocol() {
        assertThat(answer(TestPacket.udp("10.0.0.1", "10.0.0.2", 5, 99), 40).shortAt(26))
                .isEqualTo(68);
        answer(TestPacket.udp("2001:db8::1", "2001:db8::2", 5, 99), 1200);
        assertThat(out.getInt(OUT_OFFSET + 44)).isEqualTo(1280);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 11, 12})
    void stays_silent_about_icmp_errors(int type) {
        assertThat(answer(TestPacket.icmp("10.0.0.1", "10.0.0.2", type, 0), 1300)
                        .length())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 127, 137})
    void stays_silent_about_icmpv6_errors(int type) {
        assertThat(answer(TestPacket.icmp("2001:db8::1", "2001:db8::2", type, 0), 1300)
                        .length())
                .isZero();
    }

    @Test
    void answers_pings() {
        assertThat(answer(TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 0), 1300).length())
                .isPositive();
        assertThat(answer(TestPacket.icmp("2001:db8::1", "2001:db8::2", 128, 0), 1300)
                        .length())
                .isPositive();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "127.0.0.1", "224.0.0.1", "255.255.255.255"})
    void stays_silent_towards_addresses_that_are_no_host(String source) {
        assertThat(answer(TestPacket.udp(source, "10.0.0.2", 5, 99), 1300).length())
                .isZero();
    }

    @Test
    void stays_silent_about_later_fragments_and_groups() {
        TestPacket fragment = TestPacket.udp("10.0.0.1", "10.0.0.2", 5, 99);
        assertThat(answer(fragment.putShort(6, 0x2000), 1300).length()).isPositive();
        assertThat(answer(fragment.putShort(6, 0x2005), 1300).length()).isZero();
        assertThat(answer(TestPacket.udp("10.0.0.1", "224.0.0.9", 5, 99), 1300).length())
                .isZero();
        assertThat(answer(TestPacket.udp("10.0.0.1", "255.255.255.255", 5, 99), 1300)
                        .length())
                .isZero();
        // RFC 4443 section 2.4 (e.3) makes this exception, so that path MTU discovery works for multicast.
        assertThat(answer(TestPacket.udp("2001:db8::1", "ff0e::1", 5, 99), 1300).length())
                .isPositive();
    }
}
