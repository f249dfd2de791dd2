package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvenFlowsTest {

    private static boolean isEven(TestPacket packet) {
        return EvenFlows.contain(packet.buffer(), packet.offset(), packet.length(), packet.located());
    }

    private static TestPacket tcp(int ports, int flags) {
        return TestPacket.tcp("10.0.0.1", "10.0.0.2", ports, flags, new byte[0], 100);
    }

    @ParameterizedTest
    @CsvSource({
        "80, 40000, true",
        "40000, 5201, true",
        "22, 40000, false",
        "40000, 22, false",
        "40000, 23, false",
        "3389, 40000, false",
        "40000, 5900, false",
        "40000, 5909, false",
        "40000, 5910, true"
    })
    void takes_tcp_but_for_what_somebody_types_into(int source, int target, boolean expected) {
        assertThat(isEven(tcp(source << 16 | target, 0x10))).isEqualTo(expected);
    }

    @Test
    void begins_with_the_first_packet_of_a_connection() {
        assertThat(isEven(tcp(40000 << 16 | 80, 0x02))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"443, 40000, true", "40000, 443, true", "40000, 5004, false", "53, 40000, false"})
    void takes_datagrams_of_quic_only(int source, int target, boolean expected) {
        int ports = source << 16 | target;
        assertThat(isEven(TestPacket.udp("10.0.0.1", "10.0.0.2", ports, 1_200))).isEqualTo(expected);
        assertThat(isEven(TestPacket.udp("2001:db8::1", "2001:db8::2", ports, 1_200)))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "0, true",
        "8, true",
        "10, true",
        "30, true",
        "16, false",
        "24, false",
        "34, false",
        "46, false",
        "48, false"
    })
    void leaves_out_what_is_marked_for_calls_and_conferences(int dscp, boolean expected) {
        assertThat(isEven(tcp(40000 << 16 | 80, 0x10).dscpAndEcn(dscp, 0))).isEqualTo(expected);
    }

    @Test
    void leaves_out_what_is_neither() {
        assertThat(isEven(TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 1))).isFalse();
    }
}
