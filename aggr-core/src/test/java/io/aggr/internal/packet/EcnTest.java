package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EcnTest {
    @ParameterizedTest
    @CsvSource({"10.0.0.1, 10.0.0.2", "2001:db8::1, 2001:db8::2"})
    void marks_what_is_capable_and_touches_nothing_else(String from, String to) {
        SplittableRandom random = SeededRandom.create();
        for (int i = 0; i < 2_000; i++) {
            int ecn = random.nextInt(4);
            int dscp = random.nextInt(64);
            TestPacket packet = TestPacket.udp(from, to, random.nextInt(), 20);
            if (!InnerPackets.isIpv4(packet.buffer(), packet.offset())) {
                packet.putShort(0, 0x6000 | random.nextInt(16)).putShort(2, random.nextInt());
            } else {
                packet.putShort(4, random.nextInt());
            }
            packet.dscpAndEcn(dscp, ecn);
            assertThat(Ecn.codepoint(packet.buffer(), packet.offset())).isEqualTo(ecn);
            assertThat(Ecn.isCapable(packet.buffer(), packet.offset())).isEqualTo(ecn != Ecn.NOT_ECT);
            byte[] before = packet.bytes();

            assertThat(Ecn.mark(packet.buffer(), packet.offset())).isEqualTo(ecn != Ecn.NOT_ECT);

            assertThat(Ecn.codepoint(packet.buffer(), packet.offset())).isEqualTo(ecn == Ecn.NOT_ECT ? ecn : Ecn.CE);
            if (InnerPackets.isIpv4(packet.buffer(), packet.offset())) {
                assertThat(packet.hasGoodIpv4Checksum()).isTrue();
            }
            packet.dscpAndEcn(dscp, ecn);
            assertThat(packet.bytes()).isEqualTo(before);
        }
    }
}
