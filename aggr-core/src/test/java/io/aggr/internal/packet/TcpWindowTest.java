package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TcpWindowTest {

    private static final int SYN = 0x02;
    private static final int RST = 0x04;
    private static final int ACK = 0x10;
    private static final byte[] NONE = {};

    private static TestPacket tcp(boolean ipv6, int flags, byte[] options, int dataBytes) {
        return ipv6
                ? TestPacket.tcp("2001:db8::1", "2001:db8::2", 5, flags, options, dataBytes)
                : TestPacket.tcp("10.0.0.1", "10.0.0.2", 5, flags, options, dataBytes);
    }

    private static TestPacket window(boolean ipv6, int window) {
        TestPacket packet = tcp(ipv6, ACK, NONE, 3);
        int at = packet.transportOffset();
        int checksum = Checksums.update(packet.shortAt(at + 16), packet.shortAt(at + 14), window);
        return packet.putShort(at + 14, window).putShort(at + 16, checksum);
    }

    private static boolean lower(TestPacket packet, long maxBytes, int scale) {
        return TcpWindow.lower(packet.buffer(), packet.offset(), packet.located(), maxBytes, scale);
    }

    private static long connection(TestPacket packet, boolean outgoing) {
        return TcpWindow.connection(packet.buffer(), packet.offset(), packet.located(), outgoing);
    }

    private static int scale(byte... options) {
        TestPacket packet = tcp(false, SYN, options, 0);
        return TcpWindow.announcedScale(packet.buffer(), packet.offset(), packet.located());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lowers_a_window_and_keeps_the_checksum_right(boolean ipv6) {
        TestPacket packet = window(ipv6, 50_000);
        assertThat(packet.hasGoodTransportChecksum()).isTrue();
        assertThat(lower(packet, 250_000, 7)).isTrue();
        assertThat(packet.shortAt(packet.transportOffset() + 14)).isEqualTo(1_954);
        assertThat(packet.hasGoodTransportChecksum()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"1, 0, 1", "1, 14, 1", "16384, 14, 1", "16385, 14, 2", "65535, 0, 65535"})
    void rounds_up_to_what_the_scale_can_say(long maxBytes, int scale, int field) {
        TestPacket packet = window(false, 65_535);
        lower(packet, maxBytes, scale);
        assertThat(packet.shortAt(packet.transportOffset() + 14)).isEqualTo(field);
    }

    @Test
    void never_grants_more_than_the_host_did() {
        TestPacket packet = window(false, 100);
        byte[] before = packet.bytes();
        assertThat(lower(packet, 12_800, 7)).isFalse();
        assertThat(packet.bytes()).isEqualTo(before);
    }

    @Test
    void leaves_a_wrong_checksum_wrong() {
        TestPacket packet = window(false, 50_000);
        packet.putShort(packet.transportOffset() + 16, 0x1234);
        lower(packet, 1_000, 0);
        assertThat(packet.hasGoodTransportChecksum()).isFalse();
    }

    @Test
    void finds_the_scale_among_other_options() {
        assertThat(scale((byte) 3, (byte) 3, (byte) 7, (byte) 0)).isEqualTo(7);
        assertThat(scale(new byte[] {2, 4, 5, (byte) 0xB4, 4, 2, 1, 1, 1, 3, 3, 9}))
                .isEqualTo(9);
        assertThat(scale((byte) 3, (byte) 3, (byte) 200, (byte) 0))
                .as("RFC 7323 section 2.3")
                .isEqualTo(14);
    }

    @Test
    void takes_malformed_options_for_none() {
        byte[][] malformed = {
            {},
            {3, 4, 7, 0},
            {3, 2, 7, 0},
            {3, 0, 7, 0},
            {0, 3, 3, 7},
            {8, 40, 3, 3},
            {1, 1, 1, 3},
            {1, 1, 3, 3},
            {5, 1, 3, 3}
        };
        for (byte[] options : malformed) {
            assertThat(scale(options)).isEqualTo(TcpWindow.UNSCALED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void knows_a_connection_by_both_directions(boolean ipv6) {
        String near = ipv6 ? "2001:db8::1" : "10.0.0.1";
        String far = ipv6 ? "2001:db8::2" : "10.0.0.2";
        TestPacket there = TestPacket.tcp(near, far, 5, ACK, NONE, 100);
        TestPacket back = TestPacket.tcp(far, near, 5, ACK, NONE, 0);
        int at = there.transportOffset();
        back.putShort(at, there.shortAt(at + 2)).putShort(at + 2, there.shortAt(at));
        assertThat(connection(back, false)).isEqualTo(connection(there, true));
        assertThat(connection(back, true)).as("of the other end").isNotEqualTo(connection(there, true));
        back.putShort(at, there.shortAt(at + 2) + 1);
        assertThat(connection(back, false)).isNotEqualTo(connection(there, true));
    }

    @Test
    void reads_sequence_and_acknowledgement() {
        TestPacket packet = tcp(true, ACK, new byte[] {1, 1, 1, 1}, 100);
        int at = packet.transportOffset();
        packet.putShort(at + 4, 0xFFFF)
                .putShort(at + 6, 0xFFF0)
                .putShort(at + 8, 0x1234)
                .putShort(at + 10, 0x5678);
        assertThat(TcpWindow.endSequence(packet.buffer(), packet.offset(), packet.length(), packet.located()))
                .isEqualTo(84);
        assertThat(TcpWindow.acknowledgement(packet.buffer(), packet.offset(), packet.located()))
                .isEqualTo(0x12345678);
    }

    @Test
    void only_an_open_connection_has_a_scaled_window() {
        for (int flags : new int[] {SYN, SYN | ACK, RST, RST | ACK, 0}) {
            TestPacket packet = tcp(false, flags, NONE, 0);
            assertThat(TcpWindow.acknowledges(packet.buffer(), packet.offset(), packet.located()))
                    .isFalse();
        }
        TestPacket packet = tcp(false, ACK, NONE, 0);
        assertThat(TcpWindow.acknowledges(packet.buffer(), packet.offset(), packet.located()))
                .isTrue();
    }

    @Test
    void a_header_that_does_not_fit_the_packet_is_none() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < 2_000; i++) {
            TestPacket packet = tcp(i % 2 == 0, ACK, NONE, 0);
            int words = random.nextInt(16);
            packet.put(packet.transportOffset() + 12, words << 4);
            assertThat(TcpWindow.isTcp(packet.buffer(), packet.offset(), packet.length(), packet.located()))
                    .isEqualTo(words == 5);
        }
    }
}
