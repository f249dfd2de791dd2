package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameCheckTest {

    private static final String IPV4 = "80 000001 0000 00 00 00" + "4500001400000000400100000a0000010a000002";
    private static final String IPV6 = "80 000001 0000 00 00 00" + "60000000 0000 3b40" + "00".repeat(32);
    private static final String HELLO = "01 0016 00 0000000000000001 0000000000000000 00000000 00";
    private static final String LINK = "06 0017 03 00 00 00 00 0000 00000000 00000000 00000000 00000000";
    private static final String BLOCK = "01 00 00000000 00000000 000000 0000 0000 0000 0000";

    @Test
    void an_empty_plaintext_is_refused() {
        assertThat(verdict("")).isEqualTo(FrameVerdict.EMPTY);
        assertThat(FrameCheck.check(ByteBuffer.allocate(4), 2, -1)).isEqualTo(FrameVerdict.EMPTY);
    }

    @Test
    void unknown_control_frames_refuse_the_packet_and_ignorable_ones_do_not() {
        for (int type = 0x0B; type < 0x40; type++) {
            assertThat(verdict("%02x 0000".formatted(type))).isEqualTo(FrameVerdict.UNKNOWN_TYPE);
            assertThat(verdict("07 00 %02x 0000".formatted(type))).isEqualTo(FrameVerdict.UNKNOWN_TYPE);
        }
        for (int type = 0x40; type < 0x80; type++) {
            assertThat(verdict("%02x 0000 07 00".formatted(type))).isEqualTo(FrameVerdict.OK);
            assertThat(verdict("%02x 0001".formatted(type))).isEqualTo(FrameVerdict.TRUNCATED);
        }
    }

    @Test
    void an_ip_frame_stands_first_or_not_at_all() {
        assertThat(verdict(IPV4)).isEqualTo(FrameVerdict.OK);
        assertThat(verdict(IPV6)).isEqualTo(FrameVerdict.OK);
        assertThat(verdict(IPV4 + "07 00")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("07 00" + IPV4)).isEqualTo(FrameVerdict.MISPLACED);
        assertThat(verdict(IPV4 + IPV4)).isEqualTo(FrameVerdict.MISPLACED);
    }

    @Test
    void a_hello_is_alone_but_for_padding() {
        assertThat(verdict(HELLO)).isEqualTo(FrameVerdict.OK);
        assertThat(verdict(HELLO + "00 00 00")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict(HELLO + "07 00")).isEqualTo(FrameVerdict.MISPLACED);
        assertThat(verdict(HELLO + HELLO)).isEqualTo(FrameVerdict.MISPLACED);
        assertThat(verdict("07 00" + HELLO)).isEqualTo(FrameVerdict.MISPLACED);
        assertThat(verdict(IPV4 + HELLO)).isEqualTo(FrameVerdict.MISPLACED);
    }

    @Test
    void sixty_four_control_frames_are_enough() {
        assertThat(verdict("07 00".repeat(64))).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("07 00".repeat(65))).isEqualTo(FrameVerdict.TOO_MANY);
        assertThat(verdict(IPV4 + "07 00".repeat(64))).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("07 00".repeat(10_000))).isEqualTo(FrameVerdict.TOO_MANY);
    }

    @Test
    void padding_may_hold_anything() {
        assertThat(verdict("00")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("00 ff 01 3f 80")).isEqualTo(FrameVerdict.OK);
    }

    @Test
    void reserved_bits_have_to_be_zero() {
        assertThat(verdict(IPV4.replaceFirst("80", "81"))).isEqualTo(FrameVerdict.RESERVED);
        assertThat(verdict(LINK)).isEqualTo(FrameVerdict.OK);
        for (int bit = 1; bit < 8; bit++) {
            byte[] link = bytes(LINK);
            link[7] = (byte) (1 << bit);
            assertThat(FrameCheck.check(ByteBuffer.wrap(link), 0, link.length)).isEqualTo(FrameVerdict.RESERVED);
        }
        assertThat(verdict("05 001b 00000000 0000" + BLOCK.replaceFirst("01 00", "01 10")))
                .isEqualTo(FrameVerdict.RESERVED);
    }

    @Test
    void a_distance_on_the_link_needs_its_flag() {
        assertThat(verdict(IPV4.replaceFirst("0000 00 00 00", "0000 00 05 00"))).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict(IPV4.replaceFirst("80", "82").replaceFirst("0000 00 00 00", "0000 00 05 00")))
                .isEqualTo(FrameVerdict.OK);
    }

    @Test
    void the_inner_packet_says_how_long_it_is() {
        assertThat(verdict("80 000001 0000 00 00 00")).isEqualTo(FrameVerdict.TRUNCATED);
        assertThat(verdict("80 000001 0000 00 00 00 45")).isEqualTo(FrameVerdict.INNER_LENGTH);
        for (int version = 0; version < 16; version++) {
            FrameVerdict expected =
                    version == 4 || version == 6 ? FrameVerdict.INNER_LENGTH : FrameVerdict.INNER_VERSION;
            assertThat(verdict("80 000001 0000 00 00 00 %x5 00 00 14".formatted(version)))
                    .isEqualTo(expected);
        }
        assertThat(verdict(IPV4.replace("45000014", "45000013"))).isEqualTo(FrameVerdict.INNER_LENGTH);
        assertThat(verdict(IPV4.replace("45000014", "45000015"))).isEqualTo(FrameVerdict.INNER_LENGTH);
        assertThat(verdict(IPV4.replace("45000014", "4500ffff"))).isEqualTo(FrameVerdict.INNER_LENGTH);
        assertThat(verdict(IPV6.replace("0000 3b40", "0001 3b40"))).isEqualTo(FrameVerdict.INNER_LENGTH);
        assertThat(verdict(IPV6.replace("0000 3b40", "ffff 3b40"))).isEqualTo(FrameVerdict.INNER_LENGTH);
        // One byte less than the packet says: what is behind it is read as a frame, and is none.
        assertThat(verdict(IPV4 + "3f")).isEqualTo(FrameVerdict.UNKNOWN_TYPE);
    }

    @Test
    void a_hello_with_wrong_contents_is_refused() {
        assertThat(verdict(HELLO.replaceFirst("0016 00", "0016 03"))).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict(HELLO.replaceFirst("0000000000000001", "0000000000000000")))
                .isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict("01 0015" + "01".repeat(21))).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict(HELLO.replaceFirst("00$", "01"))).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict(HELLO.replaceFirst("0016", "0017").replaceFirst("00$", "01 07")))
                .isEqualTo(FrameVerdict.OK);
        assertThat(verdict(HELLO.replaceFirst("0016", "0027").replaceFirst("00$", "11" + "07".repeat(17))))
                .isEqualTo(FrameVerdict.BAD_VALUE);
    }

    @Test
    void feedback_with_blocks_that_do_not_fit_is_refused() {
        assertThat(verdict("05 0005 00000000 00")).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("05 0006 00000000 0000")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("05 0007 00000000 0000 01")).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("05 001b 00000000 0000" + BLOCK)).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("05 001b 00000000 0000" + BLOCK.replaceFirst("01 00", "01 01")))
                .isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("05 001b 00000000 0000" + BLOCK.replaceFirst("01 00", "01 09")))
                .isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict("05 0156 00000000 0000" + BLOCK.repeat(16))).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("05 016b 00000000 0000" + BLOCK.repeat(17))).isEqualTo(FrameVerdict.BAD_VALUE);
    }

    @Test
    void a_link_with_wrong_contents_is_refused() {
        assertThat(verdict(LINK.replaceFirst("03 00 00", "03 00 04"))).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict(LINK.replaceFirst("0017", "0036") + "61".repeat(31))).isEqualTo(FrameVerdict.OK);
        assertThat(verdict(LINK.replaceFirst("0017", "0037") + "61".repeat(32))).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("06 0016" + "00".repeat(22))).isEqualTo(FrameVerdict.BAD_LENGTH);
    }

    @Test
    void gone_with_wrong_ranges_is_refused() {
        assertThat(verdict("0a 0008 000000000001 0001")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("0a 0008 000000000000 0001")).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict("0a 0008 000000000001 0101")).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict("0a 0008 000000000001 0000")).isEqualTo(FrameVerdict.BAD_VALUE);
        assertThat(verdict("0a 0006 000000000001")).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("0a 0007 000000000001 00")).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("0a 0088 000000000001" + "0001".repeat(65))).isEqualTo(FrameVerdict.BAD_LENGTH);
        assertThat(verdict("0a 0008 ffffffffffff 0001")).isEqualTo(FrameVerdict.OK);
        assertThat(verdict("0a 0008 ffffffffffff 0002")).isEqualTo(FrameVerdict.BAD_VALUE);
    }

    @Test
    void every_beginning_of_every_frame_is_refused() {
        Random random = Seeded.random();
        RandomFrames frames = new RandomFrames(random);
        ByteBuffer buffer = ByteBuffer.allocate(1024);
        for (FrameType type : FrameType.values()) {
            if (type == FrameType.PAD || type == FrameType.UNKNOWN) {
                continue;
            }
            for (int i = 0; i < 200; i++) {
                int size = frames.put(type, buffer, 0);
                assertThat(checkExactly(buffer, size)).isEqualTo(FrameVerdict.OK);
                for (int length = 0; length < size; length++) {
                    FrameVerdict verdict = checkExactly(buffer, length);
                    if (verdict == FrameVerdict.OK) {
                        assertThat(verdict)
                                .as("%s of %d bytes cut to %d", type, size, length)
                                .isNotEqualTo(FrameVerdict.OK);
                    }
                }
            }
        }
    }

    @Test
    void random_bytes_cause_no_exception_and_no_read_outside() {
        Random random = Seeded.random();
        RandomFrames frames = new RandomFrames(random);
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        FrameCursor cursor = new FrameCursor();
        FeedbackReader feedback = new FeedbackReader();
        GoneReader gone = new GoneReader();
        byte[] noise = new byte[128];
        EnumSet<FrameVerdict> seen = EnumSet.noneOf(FrameVerdict.class);
        int accepted = 0;
        for (int i = 0; i < 1_000_000; i++) {
            int size;
            if (i % 2 == 0) {
                random.nextBytes(noise);
                size = random.nextInt(noise.length + 1);
                buffer.put(0, noise, 0, size);
            } else {
                // A good datagram with up to three bytes changed or the end cut off comes deeper into the code.
                size = frames.putDatagram(buffer, 0);
                for (int k = random.nextInt(4); k > 0; k--) {
                    buffer.put(random.nextInt(size), (byte) random.nextInt());
                }
                size -= random.nextInt(3) == 0 ? random.nextInt(size) : 0;
            }
            // Reading before index 0 or behind the limit would throw.
            buffer.limit(size);
            FrameVerdict verdict = cursor.begin(buffer, 0, size);
            seen.add(verdict);
            int walked = cursor.hasIp() ? IpFrame.HEADER_BYTES + cursor.ip().packetBytes() : 0;
            while (cursor.next()) {
                walked += cursor.lengthBytes();
                readAll(cursor, buffer, feedback, gone);
            }
            if (walked != (verdict == FrameVerdict.OK ? size : 0)) {
                assertThat(walked).as("string %d", i).isEqualTo(size);
            }
            accepted += verdict == FrameVerdict.OK ? 1 : 0;
            buffer.clear();
        }
        assertThat(seen)
                .contains(FrameVerdict.OK, FrameVerdict.EMPTY, FrameVerdict.TRUNCATED, FrameVerdict.UNKNOWN_TYPE);
        assertThat(seen).contains(FrameVerdict.MISPLACED, FrameVerdict.RESERVED, FrameVerdict.BAD_LENGTH);
        assertThat(seen).contains(FrameVerdict.BAD_VALUE, FrameVerdict.INNER_VERSION, FrameVerdict.INNER_LENGTH);
        assertThat(accepted).isGreaterThan(100_000);
    }

    private static void readAll(FrameCursor cursor, ByteBuffer buffer, FeedbackReader feedback, GoneReader gone) {
        int at = cursor.offset();
        switch (cursor.type()) {
            case HELLO -> {
                HelloFrame.step(buffer, at);
                for (int i = 0; i < HelloFrame.linkCount(buffer, at); i++) {
                    HelloFrame.linkId(buffer, at, i);
                }
            }
            case CHALLENGE, ANSWER -> TokenFrame.token(buffer, at);
            case PROBE -> {
                long rtt = ProbeFrame.rttMicros(buffer, at, 1L << 40);
                if (rtt < ProbeFrame.NO_RTT || rtt > 60_000_000) {
                    throw new AssertionError("round-trip time " + rtt);
                }
                ProbeFrame.sentSequence(buffer, at);
            }
            case FEEDBACK -> {
                feedback.begin(buffer, at);
                while (feedback.next()) {
                    feedback.markedLow();
                    feedback.missing();
                }
            }
            case LINK -> LinkFrame.announcement(buffer, at);
            case CLOSE -> CloseFrame.reason(buffer, at);
            case MTU -> MtuFrame.triedBytes(buffer, at);
            case NACK -> NackFrame.more(buffer, at);
            case GONE -> {
                gone.begin(buffer, at);
                long last = 0;
                while (gone.next()) {
                    if (gone.firstSequence() <= last || gone.lastSequence() < gone.firstSequence()) {
                        throw new AssertionError("ranges out of order");
                    }
                    last = gone.lastSequence();
                }
            }
            case PAD, IGNORABLE -> {}
            case IP, UNKNOWN -> throw new AssertionError("the cursor stands on " + cursor.type());
        }
    }

    @Test
    void what_lies_around_a_packet_does_not_matter() {
        Random random = Seeded.random();
        RandomFrames frames = new RandomFrames(random);
        ByteBuffer plain = ByteBuffer.allocate(4096);
        ByteBuffer inside = ByteBuffer.allocateDirect(8192);
        for (int i = 0; i < 20_000; i++) {
            int size = frames.putDatagram(plain, 0);
            plain.put(random.nextInt(size), (byte) random.nextInt());
            int length = 1 + random.nextInt(size);
            int offset = random.nextInt(64);
            for (int k = 0; k < 16; k++) {
                inside.put(offset + length + k, (byte) random.nextInt());
            }
            inside.put(offset, plain, 0, length);
            assertThat(FrameCheck.check(inside, offset, length)).isEqualTo(FrameCheck.check(plain, 0, length));
        }
    }

    private static FrameVerdict checkExactly(ByteBuffer buffer, int length) {
        buffer.limit(length);
        try {
            return FrameCheck.check(buffer, 0, length);
        } finally {
            buffer.clear();
        }
    }

    private static FrameVerdict verdict(String hex) {
        byte[] bytes = bytes(hex);
        return FrameCheck.check(ByteBuffer.wrap(bytes), 0, bytes.length);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
