package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IcmpEchoTest {

    private static ByteBuffer request() {
        ByteBuffer packet = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
        IcmpEcho.putRequest(packet, 0, 0x0A00_0001, 0x0A00_0002, 0x1_0007, 0x1234_5678_9ABC_DEF0L);
        return packet;
    }

    @Test
    void a_request_becomes_the_answer_that_every_host_gives() {
        ByteBuffer packet = request();
        assertThat(IcmpEcho.isRequest(packet, 0, IcmpEcho.PROBE_BYTES)).isTrue();
        assertThat(IcmpEcho.isAnswerToUs(packet, 0, IcmpEcho.PROBE_BYTES)).isFalse();
        IcmpEcho.answer(packet, 0, IcmpEcho.PROBE_BYTES);
        assertThat(IcmpEcho.isAnswerToUs(packet, 0, IcmpEcho.PROBE_BYTES)).isTrue();
        assertThat(packet.getInt(12)).isEqualTo(0x0A00_0002);
        assertThat(packet.getInt(16)).isEqualTo(0x0A00_0001);
        assertThat(IcmpEcho.number(packet, 0)).isEqualTo(7);
        assertThat(IcmpEcho.token(packet, 0)).isEqualTo(0x1234_5678_9ABC_DEF0L);
        assertThat(InnerPackets.checkExact(packet, 0, IcmpEcho.PROBE_BYTES)).isEqualTo(PacketCheck.OK);
    }

    @Test
    void the_answers_of_ping_are_not_ours() {
        ByteBuffer packet = request();
        packet.putShort(24, (short) 77).putShort(22, (short) 0);
        packet.putShort(22, (short) Checksums.checksum(packet, 20, 24));
        assertThat(IcmpEcho.isRequest(packet, 0, IcmpEcho.PROBE_BYTES)).isTrue();
        IcmpEcho.answer(packet, 0, IcmpEcho.PROBE_BYTES);
        assertThat(IcmpEcho.isAnswerToUs(packet, 0, IcmpEcho.PROBE_BYTES)).isFalse();
    }

    @Test
    void a_damaged_one_is_none_whichever_bit_it_is() {
        Random random = new Random(Long.getLong("aggr.seed", 11));
        for (int bit = 0; bit < IcmpEcho.PROBE_BYTES * 8; bit++) {
            ByteBuffer packet = request();
            packet.put(bit >> 3, (byte) (packet.get(bit >> 3) ^ 1 << (bit & 7)));
            if (InnerPackets.checkExact(packet, 0, IcmpEcho.PROBE_BYTES) == PacketCheck.OK) {
                assertThat(IcmpEcho.isRequest(packet, 0, IcmpEcho.PROBE_BYTES))
                        .as("bit %d", bit)
                        .isFalse();
            }
        }
        byte[] noise = new byte[64];
        for (int i = 0; i < 10_000; i++) {
            random.nextBytes(noise);
            noise[0] = 0x45;
            noise[2] = 0;
            noise[3] = 64;
            assertThat(IcmpEcho.isRequest(ByteBuffer.wrap(noise), 0, 64)).isFalse();
        }
    }

    @Test
    void a_request_of_a_size_is_known_by_its_head_and_by_nothing_less() {
        ByteBuffer packet = ByteBuffer.allocate(1_480);
        IcmpEcho.putSizedRequest(packet, 0, 1_480, 0x0A00_0001, 0x0A00_0002, 99);
        assertThat(InnerPackets.checkExact(packet, 0, 1_480)).isEqualTo(PacketCheck.OK);
        assertThat(IcmpEcho.isSized(packet, 0, 1_480)).isTrue();
        assertThat(IcmpEcho.isRequest(packet, 0, 1_480)).isTrue();
        assertThat(IcmpEcho.isSized(packet, 0, 1_479)).as("cut").isFalse();
        assertThat(IcmpEcho.isSized(request(), 0, IcmpEcho.PROBE_BYTES)).isFalse();
        ByteBuffer head = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
        IcmpEcho.putHead(head, 0, packet, 0);
        assertThat(IcmpEcho.isRequest(head, 0, IcmpEcho.PROBE_BYTES)).isTrue();
        assertThat(IcmpEcho.sizeBytes(head, 0)).isEqualTo(1_480);
        IcmpEcho.answer(packet, 0, 1_480);
        assertThat(IcmpEcho.isSized(packet, 0, 1_480))
                .as("what a stranger answers")
                .isTrue();
        IcmpEcho.putHead(head, 0, packet, 0);
        assertThat(IcmpEcho.isAnswerToUs(head, 0, IcmpEcho.PROBE_BYTES)).isTrue();
        assertThat(IcmpEcho.token(head, 0)).isEqualTo(99);
        packet.put(700, (byte) 1);
        assertThat(IcmpEcho.isSized(packet, 0, 1_480)).as("damaged").isFalse();
    }
}
