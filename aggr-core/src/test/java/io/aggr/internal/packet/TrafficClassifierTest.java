package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.packet.TrafficClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrafficClassifierTest {
    private static final int ACK = 0x10;

    private static TrafficClass classOf(TestPacket packet) {
        return TrafficClassifier.classify(packet.buffer(), packet.offset(), packet.length(), packet.located(), true);
    }

    private static TestPacket tcp(boolean ipv6, int flags, int optionBytes, int dataBytes) {
        return ipv6
                ? TestPacket.tcp("2001:db8::1", "2001:db8::2", 1 << 16 | 2, flags, new byte[optionBytes], dataBytes)
                : TestPacket.tcp("10.0.0.1", "10.0.0.2", 1 << 16 | 2, flags, new byte[optionBytes], dataBytes);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pure_acknowledgements_are_urgent_and_other_segments_are_not(boolean ipv6) {
        assertThat(classOf(tcp(ipv6, ACK, 0, 0))).isEqualTo(TrafficClass.URGENT);
        assertThat(classOf(tcp(ipv6, ACK, 36, 0))).isEqualTo(TrafficClass.URGENT);
        assertThat(classOf(tcp(ipv6, ACK, 12, 1))).isEqualTo(TrafficClass.BULK);
        assertThat(classOf(tcp(ipv6, ACK, 12, 1200))).isEqualTo(TrafficClass.BULK);
        for (int flag : new int[] {0x01, 0x02, 0x04, 0x20}) {
            assertThat(classOf(tcp(ipv6, ACK | flag, 0, 0))).isEqualTo(TrafficClass.BULK);
        }
        TestPacket ack = tcp(ipv6, ACK, 0, 0);
        assertThat(TrafficClassifier.classify(ack.buffer(), ack.offset(), ack.length(), ack.located(), false))
                .isEqualTo(TrafficClass.BULK);
    }

    @ParameterizedTest
    @CsvSource({"46, URGENT", "48, URGENT", "56, URGENT", "0, BULK", "34, BULK", "45, BULK", "8, BULK"})
    void the_code_point_decides_whatever_the_protocol(int dscp, TrafficClass expected) {
        assertThat(classOf(tcp(false, ACK, 0, 1000).dscpAndEcn(dscp, 2))).isEqualTo(expected);
        assertThat(classOf(tcp(true, ACK, 0, 1000).dscpAndEcn(dscp, 1))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"53, 4000, URGENT", "4000, 53, URGENT", "4000, 5353, BULK", "443, 4000, BULK"})
    void name_look_ups_are_urgent(int sourcePort, int destinationPort, TrafficClass expected) {
        int ports = sourcePort << 16 | destinationPort;
        assertThat(classOf(TestPacket.udp("10.0.0.1", "10.0.0.2", ports, 60))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2, 8", "2001:db8::1, 2001:db8::2, 128"})
    void icmp_is_urgent(String from, String to, int type) {
        assertThat(classOf(TestPacket.icmp(from, to, type, 1))).isEqualTo(TrafficClass.URGENT);
    }

    @ParameterizedTest
    @ValueSource(ints = {0x2000, 0x0010})
    void fragments_go_by_their_code_point(int fragmentField) {
        TestPacket fragment = TestPacket.icmp("10.0.0.1", "10.0.0.2", 8, 1).putShort(6, fragmentField);
        assertThat(classOf(fragment)).isEqualTo(TrafficClass.BULK);
        assertThat(classOf(fragment.dscpAndEcn(46, 0))).isEqualTo(TrafficClass.URGENT);
    }
}
