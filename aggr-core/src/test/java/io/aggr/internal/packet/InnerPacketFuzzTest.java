package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.util.Arrays;

class InnerPacketFuzzTest {

    private static final int AROUND = 64;
    private static final FlowHash HASH = new FlowHash(1, 2);

    @FuzzTest
    void whatever_passes_the_check_can_be_looked_at_and_changed_without_leaving_it(byte[] packet) {
        byte[] zeros = treat(packet, (byte) 0);
        byte[] ones = treat(packet, (byte) 0xFF);
        assertThat(Arrays.copyOfRange(ones, AROUND, AROUND + packet.length))
                .isEqualTo(Arrays.copyOfRange(zeros, AROUND, AROUND + packet.length));
        for (int i = 0; i < AROUND; i++) {
            assertThat(ones[i]).isEqualTo((byte) 0xFF);
            assertThat(ones[AROUND + packet.length + i]).isEqualTo((byte) 0xFF);
        }
    }

    private static byte[] treat(byte[] packet, byte around) {
        ByteBuffer buffer = ByteBuffer.allocate(packet.length + 2 * AROUND);
        Arrays.fill(buffer.array(), around);
        buffer.put(AROUND, packet);
        int length = packet.length;
        if (InnerPackets.check(buffer, AROUND, length) == PacketCheck.OK) {
            int located = TransportHeader.locate(buffer, AROUND, length);
            int offset = TransportHeader.offsetBytes(located);
            assertThat(offset).isBetween(0, length);
            assertThat(TrafficClassifier.classify(buffer, AROUND, length, located, true))
                    .isNotNull();
            int hash = HASH.hash(buffer, AROUND, length, located);
            assertThat(HASH.hash(buffer, AROUND, length)).isEqualTo(hash);
            assertThat(InnerPackets.checkSource(buffer, AROUND)).isNotNull();
            MssClamp.clamp(buffer, AROUND, length, located, 1200, 1180);
            if (Ecn.isCapable(buffer, AROUND)) {
                Ecn.mark(buffer, AROUND);
            }
            assertThat(InnerPackets.check(buffer, AROUND, length)).isEqualTo(PacketCheck.OK);
        }
        return buffer.array();
    }
}
