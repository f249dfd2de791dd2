package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What goes in comes out again, within the width of the field. */
class FrameRoundTripTest {

    private static final int ROUNDS = 20_000;
    private static final int AT = 13;

    // The wrong byte order on purpose: the codec must not care.
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(1024).order(ByteOrder.LITTLE_ENDIAN);
    private final Random random = Seeded.random();

    @Test
    void numbers_of_every_width() {
        for (int i = 0; i < ROUNDS; i++) {
            long value = random.nextLong();
            BigEndian.put8(buffer, AT, (int) value);
            assertThat(BigEndian.u8(buffer, AT)).isEqualTo((int) (value & 0xFF));
            BigEndian.put16(buffer, AT, (int) value);
            assertThat(BigEndian.u16(buffer, AT)).isEqualTo((int) (value & 0xFFFF));
            BigEndian.put24(buffer, AT, (int) value);
            assertThat(BigEndian.u24(buffer, AT)).isEqualTo((int) (value & 0xFF_FFFF));
            BigEndian.put32(buffer, AT, (int) value);
            assertThat(BigEndian.u32(buffer, AT)).isEqualTo(value & 0xFFFF_FFFFL);
            assertThat(BigEndian.i32(buffer, AT)).isEqualTo((int) value);
            BigEndian.put48(buffer, AT, value);
            assertThat(BigEndian.u48(buffer, AT)).isEqualTo(value & 0xFFFF_FFFF_FFFFL);
            BigEndian.put64(buffer, AT, value);
            assertThat(BigEndian.i64(buffer, AT)).isEqualTo(value);
            for (int k = 0; k < 8; k++) {
                assertThat(buffer.get(AT + k)).isEqualTo((byte) (value >>> (56 - 8 * k)));
            }
        }
        assertThat(buffer.position()).isZero();
        assertThat(buffer.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    }

    @Test
    void data_header() {
        for (int i = 0; i < ROUNDS; i++) {
            int link = random.nextInt(256);
            int receiver = random.nextInt();
            long counter = random.nextLong() >>> 1;
            DataHeader.put(buffer, AT, link, receiver, counter);
            assertThat(DataHeader.linkId(buffer, AT)).isEqualTo(link);
            assertThat(DataHeader.receiverIndex(buffer, AT)).isEqualTo(receiver);
            assertThat(Serial.counter(counter, DataHeader.counterLow(buffer, AT)))
                    .isEqualTo(counter);
        }
    }

    @Test
    void datagrams_are_told_apart_by_type_and_length() {
        for (int type = 0; type < 256; type++) {
            buffer.put(AT, (byte) type);
            for (int length = 0; length < 40; length++) {
                for (int trailer : new int[] {0, 16}) {
                    DatagramKind expected = length == 0 ? DatagramKind.SHORT : DatagramKind.UNKNOWN;
                    if (length > 0 && type >= 1 && type <= 3) {
                        expected = DatagramKind.HANDSHAKE;
                    } else if (length > 0 && type == 4) {
                        expected = length >= 11 + trailer ? DatagramKind.DATA : DatagramKind.SHORT;
                    }
                    assertThat(DataHeader.kind(buffer, AT, length, trailer)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void ip_frame() {
        IpFrame frame = new IpFrame();
        for (int i = 0; i < ROUNDS; i++) {
            int flags = random.nextInt(256);
            long sequence = 1 + (random.nextLong(Serial.MAX_SEQUENCE) >>> random.nextInt(40));
            long ticks = random.nextLong();
            int waitMillis = random.nextInt(400);
            int previous = random.nextInt(300) - 1;
            int flow = random.nextInt(200_000) >>> random.nextInt(16);
            IpFrame.put(buffer, AT, flags, sequence, ticks, waitMillis, previous, flow);
            buffer.put(AT + 9, (byte) 0x45);
            BigEndian.put16(buffer, AT + 11, 20 + random.nextInt(1000));
            frame.read(buffer, AT);

            assertThat(frame.isFree()).isEqualTo((flags & IpFrame.FREE) != 0);
            assertThat(frame.isRepair()).isEqualTo((flags & IpFrame.RETX) != 0);
            assertThat(frame.isBulk()).isEqualTo((flags & IpFrame.BULK) != 0);
            assertThat(frame.isMarked()).isEqualTo((flags & IpFrame.CE) != 0);
            assertThat(frame.isLast()).isEqualTo((flags & IpFrame.LAST) != 0);
            assertThat(frame.isInChain()).isEqualTo(previous >= 0);
            assertThat(Serial.sequence(sequence, frame.sequenceLow())).isEqualTo(sequence);
            assertThat(Serial.unwrap(ticks + 1000, frame.stamp(), Ticks.STAMP_BITS))
                    .isEqualTo(ticks);
            assertThat(frame.waitMillis()).isEqualTo(Math.min(waitMillis, 255));
            boolean isNamed = previous > 0 && previous <= 255 && previous < sequence;
            assertThat(frame.previousOnLink(sequence)).isEqualTo(isNamed ? sequence - previous : IpFrame.NO_SEQUENCE);
            boolean hasPredecessor = !frame.isFree() && flow > 0 && flow < LogDistance.LIMIT && flow < sequence;
            if (hasPredecessor) {
                assertThat(frame.predecessorMin(sequence)).isBetween(1L, sequence - flow);
                assertThat(frame.predecessorMax(sequence)).isBetween(sequence - flow, sequence - 1);
            } else if (frame.isFree() || flow == 0 || flow >= LogDistance.LIMIT) {
                assertThat(frame.predecessorMin(sequence)).isEqualTo(IpFrame.NO_SEQUENCE);
                assertThat(frame.predecessorMax(sequence)).isEqualTo(IpFrame.NO_SEQUENCE);
            }
            assertThat(frame.packetOffset()).isEqualTo(AT + 9);
        }
    }

    @Test
    void a_distance_beyond_the_beginning_is_no_predecessor() {
        IpFrame frame = new IpFrame();
        IpFrame.put(buffer, AT, 0, 5, 0, 0, 5, 5);
        frame.read(buffer, AT);
        assertThat(frame.previousOnLink(5)).isEqualTo(IpFrame.NO_SEQUENCE);
        assertThat(frame.predecessorMin(5)).isEqualTo(IpFrame.NO_SEQUENCE);
        assertThat(frame.predecessorMax(5)).isEqualTo(IpFrame.NO_SEQUENCE);
        assertThat(frame.previousOnLink(6)).isEqualTo(1);
        assertThat(frame.predecessorMin(6)).isEqualTo(1);

        IpFrame.put(buffer, AT, 0, 130, 0, 0, 0, 129);
        frame.read(buffer, AT);
        assertThat(frame.isInChain()).isTrue();
        assertThat(frame.predecessorMin(130)).isEqualTo(1);
        assertThat(frame.predecessorMax(130)).isEqualTo(2);
    }

    @Test
    void a_packet_that_waited_a_negative_time_waited_none() {
        IpFrame frame = new IpFrame();
        IpFrame.put(buffer, AT, 0, 1, 0, -3, -1, 0);
        frame.read(buffer, AT);
        assertThat(frame.waitMillis()).isZero();
    }

    @Test
    void probe() {
        for (int i = 0; i < ROUNDS; i++) {
            boolean isAnswer = random.nextBoolean();
            int number = random.nextInt();
            long time = random.nextLong();
            long echo = random.nextLong();
            long hold = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(1 << 30);
            long sent = random.nextLong(Serial.MAX_SEQUENCE + 1);
            long rtt = random.nextInt(70_000_000);
            ProbeFrame.put(buffer, AT, isAnswer, number, time, echo, hold, sent);
            assertThat(ProbeFrame.isAnswer(buffer, AT)).isEqualTo(isAnswer);
            assertThat(ProbeFrame.number(buffer, AT)).isEqualTo(number & Integer.MAX_VALUE);
            assertThat(ProbeFrame.timeMicros(buffer, AT)).isEqualTo(time);
            assertThat(ProbeFrame.sentSequence(buffer, AT)).isEqualTo(sent);
            if (hold >= 0 && hold < ProbeFrame.NO_ECHO) {
                assertThat(ProbeFrame.echoMicros(buffer, AT)).isEqualTo(echo);
                assertThat(ProbeFrame.holdMicros(buffer, AT)).isEqualTo(hold);
                assertThat(ProbeFrame.rttMicros(buffer, AT, echo + hold + rtt))
                        .isEqualTo(rtt <= 60_000_000 ? rtt : ProbeFrame.NO_RTT);
                assertThat(ProbeFrame.rttMicros(buffer, AT, echo + hold - 1)).isEqualTo(ProbeFrame.NO_RTT);
            } else {
                assertThat(ProbeFrame.holdMicros(buffer, AT)).isEqualTo(ProbeFrame.NO_ECHO);
                assertThat(ProbeFrame.rttMicros(buffer, AT, echo)).isEqualTo(ProbeFrame.NO_RTT);
            }
        }
    }

    @Test
    void feedback_says_what_fits_and_refuses_the_rest() {
        FeedbackWriter writer = new FeedbackWriter();
        FeedbackReader reader = new FeedbackReader();
        for (int i = 0; i < ROUNDS / 4; i++) {
            int room = random.nextInt(FeedbackWriter.MAX_BYTES + 40);
            long ticks = random.nextLong();
            boolean fits = writer.begin(buffer, AT, room, ticks, 70_000);
            assertThat(fits).isEqualTo(room >= FeedbackWriter.MIN_BYTES);
            List<long[]> added = new ArrayList<>();
            int expectedBytes = fits ? FeedbackWriter.MIN_BYTES : 0;
            for (int k = random.nextInt(20); k > 0; k--) {
                long[] v = {
                    random.nextInt(256),
                    random.nextLong() >>> 1,
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(80_000) - 1000,
                    random.nextLong(),
                    random.nextLong(),
                    random.nextLong(),
                    random.nextInt(4) == 0 ? 0 : random.nextLong() >>> random.nextInt(64)
                };
                int blockBytes = 21 + (64 - Long.numberOfLeadingZeros(v[8]) + 7) / 8;
                boolean expected = fits && added.size() < 16 && expectedBytes + blockBytes <= room;
                assertThat(writer.addLink((int) v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]))
                        .isEqualTo(expected);
                if (expected) {
                    added.add(v);
                    expectedBytes += blockBytes;
                }
            }
            assertThat(writer.finish()).isEqualTo(expectedBytes);
            if (!fits) {
                continue;
            }
            assertThat(FrameCheck.check(buffer, AT, expectedBytes)).isEqualTo(FrameVerdict.OK);
            reader.begin(buffer, AT);
            assertThat(Serial.unwrap(ticks - 5, reader.receiverTicksLow(), Ticks.FEEDBACK_BITS))
                    .isEqualTo(ticks);
            assertThat(reader.fill()).isEqualTo(65_535);
            for (long[] v : added) {
                assertThat(reader.next()).isTrue();
                assertThat(reader.linkId()).isEqualTo((int) v[0]);
                assertThat(Serial.counter(v[1], reader.highestCounterLow())).isEqualTo(v[1]);
                assertThat(reader.bytesLow()).isEqualTo(v[2] & 0xFFFF_FFFFL);
                assertThat(reader.packetsLow()).isEqualTo((int) (v[3] & 0xFF_FFFF));
                assertThat(reader.ageTicks()).isEqualTo((int) Math.max(0, Math.min(65_535, v[4])));
                assertThat(reader.minDelayTicks()).isEqualTo((int) (v[5] & 0xFFFF));
                assertThat(reader.lastDelayTicks()).isEqualTo((int) (v[6] & 0xFFFF));
                assertThat(reader.markedLow()).isEqualTo((int) (v[7] & 0xFFFF));
                assertThat(reader.missing()).isEqualTo(v[8]);
            }
            assertThat(reader.next()).isFalse();
        }
    }

    @Test
    void link() {
        RandomFrames frames = new RandomFrames(random);
        for (int i = 0; i < ROUNDS; i++) {
            LinkAnnouncement link = frames.announcement();
            int size = LinkFrame.put(buffer, AT, link);
            assertThat(FrameCheck.check(buffer, AT, size)).isEqualTo(FrameVerdict.OK);
            assertThat(LinkFrame.announcement(buffer, AT)).isEqualTo(link);
        }
    }

    @Test
    void an_acknowledged_link_says_only_which() {
        int size = LinkFrame.putAck(buffer, AT, 200, 17);
        assertThat(FrameCheck.check(buffer, AT, size)).isEqualTo(FrameVerdict.OK);
        assertThat(LinkFrame.announcement(buffer, AT))
                .isEqualTo(new LinkAnnouncement(200, 17, LinkFrame.State.ACK, 0, false, 0, 0, 0, 0, 0, ""));
    }

    @Test
    void a_long_name_is_cut_between_characters() {
        LinkAnnouncement link = named("é".repeat(30));
        int size = LinkFrame.put(buffer, AT, link);
        assertThat(size).isEqualTo(LinkFrame.MAX_BYTES - 1);
        assertThat(LinkFrame.announcement(buffer, AT).name()).isEqualTo("é".repeat(15));
    }

    @Test
    void a_name_cannot_carry_control_characters_or_broken_text() {
        int size = LinkFrame.put(buffer, AT, named("a\u001b[2J\u202eb\nc"));
        assertThat(LinkFrame.announcement(buffer, AT).name()).isEqualTo("a?[2J?b?c");
        buffer.put(AT + size - 1, (byte) 0xC3);
        assertThat(LinkFrame.announcement(buffer, AT).name()).isEqualTo("a?[2J?b??");
    }

    @Test
    void an_absurd_mtu_is_not_believed() {
        for (int bytes : new int[] {1, 575, 65_535}) {
            LinkFrame.put(buffer, AT, named("x"));
            BigEndian.put16(buffer, AT + 8, bytes);
            assertThat(LinkFrame.announcement(buffer, AT).mtuBytes()).isEqualTo(LinkAnnouncement.MTU_UNKNOWN);
        }
        assertThatThrownBy(() -> new LinkAnnouncement(0, 0, LinkFrame.State.ANNOUNCE, 0, false, 575, 0, 0, 0, 0, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("mtu must be 576..65534 bytes, or 0, got 575");
        assertThatThrownBy(() -> new LinkAnnouncement(256, 0, LinkFrame.State.ANNOUNCE, 0, false, 0, 0, 0, 0, 0, ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("link of a link must be 0..255, got 256");
    }

    private static LinkAnnouncement named(String name) {
        return new LinkAnnouncement(1, 2, LinkFrame.State.STANDBY, 3, false, 1500, 4, 5, 6, 7, name);
    }

    @Test
    void an_unknown_reason_to_close_is_unspecified() {
        for (CloseFrame.Reason reason : CloseFrame.Reason.values()) {
            CloseFrame.put(buffer, AT, reason);
            assertThat(CloseFrame.reason(buffer, AT)).isEqualTo(reason);
        }
        buffer.put(AT + 1, (byte) 4);
        assertThat(CloseFrame.reason(buffer, AT)).isEqualTo(CloseFrame.Reason.UNSPECIFIED);
        buffer.put(AT + 1, (byte) 0xFF);
        assertThat(CloseFrame.reason(buffer, AT)).isEqualTo(CloseFrame.Reason.UNSPECIFIED);
    }

    @Test
    void gone_carries_any_rising_ranges_that_fit() {
        GoneWriter writer = new GoneWriter();
        GoneReader reader = new GoneReader();
        for (int i = 0; i < ROUNDS / 4; i++) {
            writer.begin(buffer, AT, random.nextInt(GoneWriter.MAX_BYTES + 20));
            List<Long> wanted = new ArrayList<>();
            long sequence = 1 + (random.nextLong(Serial.MAX_SEQUENCE - 1_000_000) >>> random.nextInt(46));
            for (int k = random.nextInt(30); k > 0; k--) {
                long first = sequence + random.nextInt(300);
                long last = first + (random.nextInt(4) == 0 ? random.nextInt(3000) : random.nextInt(3));
                if (writer.add(first, last)) {
                    for (long s = first; s <= last; s++) {
                        wanted.add(s);
                    }
                    sequence = last + 1;
                }
            }
            int size = writer.finish();
            assertThat(size == 0).isEqualTo(wanted.isEmpty());
            if (size == 0) {
                continue;
            }
            assertThat(FrameCheck.check(buffer, AT, size)).isEqualTo(FrameVerdict.OK);
            reader.begin(buffer, AT);
            List<Long> got = new ArrayList<>();
            while (reader.next()) {
                for (long s = reader.firstSequence(); s <= reader.lastSequence(); s++) {
                    got.add(s);
                }
            }
            assertThat(got).isEqualTo(wanted);
        }
    }

    @Test
    void gone_refuses_what_it_cannot_say() {
        GoneWriter writer = new GoneWriter();
        writer.begin(buffer, AT, GoneWriter.MIN_BYTES - 1);
        assertThat(writer.add(1, 1)).isFalse();
        assertThat(writer.finish()).isZero();

        writer.begin(buffer, AT, GoneWriter.MAX_BYTES);
        assertThat(writer.add(0, 1)).isFalse();
        assertThat(writer.add(5, 4)).isFalse();
        assertThat(writer.add(Serial.MAX_SEQUENCE, Serial.MAX_SEQUENCE + 1)).isFalse();
        assertThat(writer.add(10, 10 + 64 * 255)).isFalse();
        assertThat(writer.add(10, 20)).isTrue();
        assertThat(writer.add(20, 21)).isFalse();
        assertThat(writer.add(21 + 256, 21 + 256)).isFalse();
        assertThat(writer.add(21 + 255, 21 + 255)).isTrue();
        assertThat(writer.finish()).isEqualTo(GoneWriter.MIN_BYTES + 2);

        writer.begin(buffer, AT, GoneWriter.MAX_BYTES);
        assertThat(writer.add(10, 9 + 64 * 255)).isTrue();
        assertThat(writer.finish()).isEqualTo(GoneWriter.MAX_BYTES);
    }

    @Test
    void padding_fills_exactly_its_range() {
        for (int length = 0; length < 40; length++) {
            for (int k = 0; k < 64; k++) {
                buffer.put(k, (byte) 0x55);
            }
            PadFrame.put(buffer, AT, length);
            for (int k = 0; k < 64; k++) {
                assertThat(buffer.get(k)).isEqualTo((byte) (k >= AT && k < AT + length ? 0 : 0x55));
            }
        }
    }
}
