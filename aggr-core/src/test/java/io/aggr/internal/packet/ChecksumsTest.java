package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ChecksumsTest {
    /** Word by word, as the definition says. */
    private static int plainSum(ByteBuffer buffer, int offset, int length) {
        int sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (buffer.get(offset + i) & 0xFF) << (i % 2 == 0 ? 8 : 0);
            sum = (sum & 0xFFFF) + (sum >>> 16);
        }
        return sum;
    }

    @Test
    void sums_the_example_of_rfc_1071() {
        ByteBuffer bytes = ByteBuffer.wrap(
                new byte[] {0x00, 0x01, (byte) 0xF2, 0x03, (byte) 0xF4, (byte) 0xF5, (byte) 0xF6, (byte) 0xF7});
        assertThat(Checksums.sum(bytes, 0, 8, 0)).isEqualTo(0xDDF2);
        assertThat(Checksums.checksum(bytes, 0, 8)).isEqualTo(0x220D);
    }

    @Test
    void sums_any_range_like_the_definition() {
        SplittableRandom random = SeededRandom.create();
        ByteBuffer buffer = ByteBuffer.allocateDirect(70_000);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[i < 100 ? 65_535 : random.nextInt(200)];
            random.nextBytes(bytes);
            if (random.nextInt(4) == 0) {
                java.util.Arrays.fill(bytes, (byte) 0xFF);
            }
            int offset = random.nextInt(16);
            buffer.put(offset, bytes);
            int cut = bytes.length == 0 ? 0 : random.nextInt(bytes.length) & ~1;
            int whole = Checksums.sum(buffer, offset, bytes.length, 0);
            assertThat(whole).isEqualTo(plainSum(buffer, offset, bytes.length));
            int first = Checksums.sum(buffer, offset, cut, 0);
            assertThat(Checksums.sum(buffer, offset + cut, bytes.length - cut, first))
                    .isEqualTo(whole);
        }
    }

    @Test
    void an_incremental_update_equals_a_full_recomputation() {
        SplittableRandom random = SeededRandom.create();
        ByteBuffer header = ByteBuffer.allocate(20);
        for (int i = 0; i < 300_000; i++) {
            for (int at = 0; at < 20; at += 2) {
                header.putShort(at, (short) (random.nextInt(3) == 0 ? -random.nextInt(2) : random.nextInt()));
            }
            header.put(0, (byte) 0x45);
            header.putShort(10, (short) 0);
            int checksum = Checksums.checksum(header, 0, 20);
            int at = 2 + 2 * random.nextInt(4);
            int oldWord = header.getShort(at) & 0xFFFF;
            int newWord = random.nextInt(3) == 0 ? -random.nextInt(2) & 0xFFFF : random.nextInt(65_536);
            header.putShort(at, (short) newWord);
            assertThat(Checksums.update(checksum, oldWord, newWord)).isEqualTo(Checksums.checksum(header, 0, 20));
        }
    }

    @Test
    void knows_the_pseudo_headers() {
        TestPacket udp4 = TestPacket.udp("192.0.2.1", "192.0.2.2", 0x00070008, 3);
        ByteBuffer pseudo4 = ByteBuffer.allocate(12 + 11);
        pseudo4.put(TestPacket.address("192.0.2.1")).put(TestPacket.address("192.0.2.2"));
        pseudo4.put((byte) 0).put((byte) 17).putShort((short) 11);
        pseudo4.put(12, udp4.buffer(), udp4.offset() + 20, 11);
        assertThat(Checksums.transportChecksum(udp4.buffer(), udp4.offset(), udp4.length(), udp4.located()))
                .isEqualTo(~plainSum(pseudo4, 0, 23) & 0xFFFF);

        TestPacket udp6 = TestPacket.udp("2001:db8::1", "2001:db8::2", 0x00070008, 3);
        ByteBuffer pseudo6 = ByteBuffer.allocate(40 + 11);
        pseudo6.put(TestPacket.address("2001:db8::1")).put(TestPacket.address("2001:db8::2"));
        pseudo6.putInt(11).putInt(17);
        pseudo6.put(40, udp6.buffer(), udp6.offset() + 40, 11);
        assertThat(Checksums.transportChecksum(udp6.buffer(), udp6.offset(), udp6.length(), udp6.located()))
                .isEqualTo(~plainSum(pseudo6, 0, 51) & 0xFFFF);
    }
}
