package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MssClampTest {
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;

    private static byte[] mssAtOffset(int nops, int mss) {
        byte[] options = new byte[8];
        java.util.Arrays.fill(options, (byte) 1);
        options[nops] = 2;
        options[nops + 1] = 4;
        options[nops + 2] = (byte) (mss >>> 8);
        options[nops + 3] = (byte) mss;
        return options;
    }

    private static TestPacket syn(boolean ipv6, int flags, byte[] options) {
        return ipv6
                ? TestPacket.tcp("2001:db8::1", "2001:db8::2", 5, flags, options, 0)
                : TestPacket.tcp("10.0.0.1", "10.0.0.2", 5, flags, options, 0);
    }

    private static boolean clamp(TestPacket packet, int maxMss4, int maxMss6) {
        return MssClamp.clamp(packet.buffer(), packet.offset(), packet.length(), packet.located(), maxMss4, maxMss6);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void lowers_the_option_wherever_it_stands_and_keeps_the_checksum_right(int nops) {
        for (boolean ipv6 : new boolean[] {false, true}) {
            for (int flags : new int[] {SYN, SYN | ACK}) {
                TestPacket packet = syn(ipv6, flags, mssAtOffset(nops, 1460));
                assertThat(clamp(packet, ipv6 ? 9 : 1397, ipv6 ? 1397 : 9)).isTrue();
                assertThat(packet.shortAt(packet.transportOffset() + 22 + nops)).isEqualTo(1397);
                assertThat(packet.hasGoodTransportChecksum()).isTrue();
            }
        }
    }

    @Test
    void leaves_alone_what_needs_no_change() {
        TestPacket small = syn(false, SYN, mssAtOffset(0, 1397));
        assertThat(clamp(small, 1397, 1397)).isFalse();
        TestPacket data = syn(false, ACK, mssAtOffset(0, 1460));
        assertThat(clamp(data, 1397, 1397)).isFalse();
        TestPacket off = syn(false, SYN, mssAtOffset(0, 1460));
        assertThat(clamp(off, 0, 1397)).isFalse();
        TestPacket without = syn(true, SYN, new byte[0]);
        assertThat(clamp(without, 1397, 1397)).isFalse();
        TestPacket fragment = syn(false, SYN, mssAtOffset(0, 1460)).putShort(6, 0x2000);
        assertThat(clamp(fragment, 1397, 1397)).isFalse();
    }

    @Test
    void leaves_malformed_options_alone() {
        byte[][] malformed = {
            {2, 3, 5, (byte) 0xB4},
            {2, 5, 5, (byte) 0xB4, 0, 0, 0, 0},
            {2, 0, 5, (byte) 0xB4},
            {8, 1, 2, 4},
            {3, 9, 2, 4, 5, (byte) 0xB4, 0, 0},
            {1, 1, 1, 2},
            {0, 2, 4, 5},
            {0, 1, 2, 4, 5, (byte) 0xB4, 0, 0},
        };
        for (byte[] options : malformed) {
            TestPacket packet = syn(false, SYN, options);
            byte[] before = packet.bytes();
            assertThat(clamp(packet, 1000, 1000)).isFalse();
            assertThat(packet.bytes()).isEqualTo(before);
        }
    }

    @Test
    void a_header_length_past_the_end_is_left_alone() {
        TestPacket packet = syn(false, SYN, mssAtOffset(0, 1460));
        packet.put(20 + 12, 0xF0);
        assertThat(clamp(packet, 1000, 1000)).isFalse();
        packet.put(20 + 12, 0x40);
        assertThat(clamp(packet, 1000, 1000)).isFalse();
    }

    @Test
    void a_wrong_checksum_stays_wrong() {
        TestPacket packet = syn(false, SYN, mssAtOffset(0, 1460));
        packet.putShort(20 + 16, packet.shortAt(20 + 16) ^ 0x0100);
        assertThat(clamp(packet, 1000, 1000)).isTrue();
        assertThat(packet.hasGoodTransportChecksum()).isFalse();
    }

    /** A plain reading of the options says what has to come out; foreign bytes around the packet never change. */
    @Test
    void random_option_lists_come_out_as_a_plain_reading_says() {
        SplittableRandom random = SeededRandom.create();
        int changedPackets = 0;
        for (int i = 0; i < 100_000; i++) {
            ByteArrayOutputStream list = new ByteArrayOutputStream();
            while (list.size() < 36 && random.nextInt(6) != 0) {
                switch (random.nextInt(6)) {
                    case 0, 1 -> list.write(1);
                    case 2 -> {
                        int mss = random.nextInt(65_536);
                        list.writeBytes(new byte[] {2, 4, (byte) (mss >>> 8), (byte) mss});
                    }
                    case 3 -> list.writeBytes(new byte[] {8, 10, 0, 0, 0, 1, 0, 0, 0, 2});
                    case 4 -> list.writeBytes(new byte[] {(byte) random.nextInt(6), (byte) random.nextInt(6)});
                    default -> list.write(random.nextInt(20) == 0 ? 0 : 1);
                }
            }
            byte[] options = java.util.Arrays.copyOf(list.toByteArray(), Math.min(40, (list.size() + 3) & ~3));
            boolean ipv6 = random.nextBoolean();
            TestPacket packet = syn(ipv6, SYN, options);
            byte[] expected = packet.bytes();
            int start = packet.offset() + packet.transportOffset() + 20;
            boolean changed = false;
            for (int at = 0; at < options.length && options[at] != 0; ) {
                if (options[at] == 1) {
                    at++;
                    continue;
                }
                int size = at + 1 < options.length ? options[at + 1] & 0xFF : 0;
                if (size < 2 || at + size > options.length) {
                    break;
                }
                int mss = size == 4 ? (options[at + 2] & 0xFF) << 8 | (options[at + 3] & 0xFF) : 0;
                if (options[at] == 2 && size == 4 && mss > 1300) {
                    expected[start + at + 2] = (byte) (1300 >>> 8);
                    expected[start + at + 3] = (byte) 1300;
                    changed = true;
                }
                at += size;
            }
            assertThat(clamp(packet, 1300, 1300)).isEqualTo(changed);
            assertThat(packet.hasGoodTransportChecksum()).isTrue();
            byte[] actual = packet.bytes();
            actual[start - 4] = expected[start - 4];
            actual[start - 3] = expected[start - 3];
            assertThat(actual).isEqualTo(expected);
            changedPackets += changed ? 1 : 0;
        }
        assertThat(changedPackets).isGreaterThan(10_000);
    }
}
