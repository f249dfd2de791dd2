package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class FrameCursorTest {

    private final FrameCursor cursor = new FrameCursor();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(4096);

    @Test
    void a_new_cursor_is_empty() {
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.hasIp()).isFalse();
        assertThat(cursor.type()).isEqualTo(FrameType.UNKNOWN);
    }

    @Test
    void walks_over_all_frames_in_order() {
        Random random = Seeded.random();
        RandomFrames frames = new RandomFrames(random);
        for (int i = 0; i < 5_000; i++) {
            int start = random.nextInt(50);
            int at = start;
            boolean hasIp = random.nextBoolean();
            at += hasIp ? frames.put(FrameType.IP, buffer, at) : 0;
            List<FrameType> types = new ArrayList<>();
            List<Integer> offsets = new ArrayList<>();
            for (int k = random.nextInt(8); k > 0 || at == start; k--) {
                types.add(RandomFrames.CONTROL[random.nextInt(RandomFrames.CONTROL.length)]);
                offsets.add(at);
                at += frames.put(types.get(types.size() - 1), buffer, at);
            }

            assertThat(cursor.begin(buffer, start, at - start)).isEqualTo(FrameVerdict.OK);
            assertThat(cursor.hasIp()).isEqualTo(hasIp);
            if (hasIp) {
                assertThat(cursor.ip().packetOffset()).isEqualTo(start + IpFrame.HEADER_BYTES);
            }
            for (int k = 0; k < types.size(); k++) {
                assertThat(cursor.next()).isTrue();
                assertThat(cursor.type()).isEqualTo(types.get(k));
                assertThat(cursor.offset()).isEqualTo(offsets.get(k));
                int next = k + 1 < offsets.size() ? offsets.get(k + 1) : at;
                assertThat(cursor.lengthBytes()).isEqualTo(next - cursor.offset());
            }
            assertThat(cursor.next()).isFalse();
        }
    }

    @Test
    void a_bad_tail_hides_the_good_head() {
        Random random = Seeded.random();
        int size = new RandomFrames(random).put(FrameType.IP, buffer, 0);
        size += CloseFrame.put(buffer, size, CloseFrame.Reason.SHUTDOWN);
        buffer.put(size, (byte) 0x3F);
        assertThat(cursor.begin(buffer, 0, size)).isEqualTo(FrameVerdict.OK);
        assertThat(cursor.begin(buffer, 0, size + 1)).isEqualTo(FrameVerdict.UNKNOWN_TYPE);
        assertThat(cursor.hasIp()).isFalse();
        assertThat(cursor.next()).isFalse();
    }

    @Test
    void writing_and_reading_allocates_nothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Work work = new Work(buffer);
        work.repeat(2_000);
        long before = threads.getCurrentThreadAllocatedBytes();
        work.repeat(20_000);
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        // The measuring itself, and a compiler that gives a frame back to the interpreter, may cost a few bytes; one
        // object per round is 320 000.
        assertThat(bytes).isLessThan(20_000);
        assertThat(work.sum).isNotZero();
    }

    /** A datagram with an inner packet, FEEDBACK, PROBE, NACK and GONE, written and read. */
    private static final class Work {
        private final ByteBuffer buffer;
        private final FrameCursor cursor = new FrameCursor();
        private final FeedbackWriter feedbackWriter = new FeedbackWriter();
        private final FeedbackReader feedbackReader = new FeedbackReader();
        private final GoneWriter goneWriter = new GoneWriter();
        private final GoneReader goneReader = new GoneReader();
        private long sum;

        Work(ByteBuffer buffer) {
            this.buffer = buffer;
        }

        void repeat(int times) {
            for (int i = 1; i <= times; i++) {
                read(write(i));
            }
        }

        private int write(long i) {
            int at = DataHeader.put(buffer, 0, 3, 77, i);
            at += IpFrame.put(buffer, at, IpFrame.BULK, i, i, i & 0xFF, i & 0x7F, i & 0xFFFF);
            buffer.put(at, (byte) 0x45);
            BigEndian.put16(buffer, at + 2, 40);
            at += 40;
            feedbackWriter.begin(buffer, at, 200, i, 0);
            feedbackWriter.addLink(1, i, i, i, i, i, i, i, i);
            feedbackWriter.addLink(2, i, i, i, i, i, i, i, 0);
            at += feedbackWriter.finish();
            at += ProbeFrame.put(buffer, at, false, (int) i, i, i, i, i);
            at += NackFrame.put(buffer, at, 1, i, 5);
            goneWriter.begin(buffer, at, 100);
            goneWriter.add(i, i + 3);
            at += goneWriter.finish();
            return at;
        }

        private void read(int end) {
            int start = DataHeader.BYTES;
            if (DataHeader.kind(buffer, 0, end, 0) != DatagramKind.DATA
                    || cursor.begin(buffer, start, end - start) != FrameVerdict.OK) {
                throw new AssertionError("refused what was written");
            }
            sum += Serial.counter(sum, DataHeader.counterLow(buffer, 0));
            sum += Serial.sequence(1, cursor.ip().sequenceLow()) + cursor.ip().stamp();
            while (cursor.next()) {
                int at = cursor.offset();
                switch (cursor.type()) {
                    case FEEDBACK -> {
                        feedbackReader.begin(buffer, at);
                        while (feedbackReader.next()) {
                            sum += feedbackReader.missing();
                        }
                    }
                    case PROBE -> sum += ProbeFrame.rttMicros(buffer, at, sum);
                    case NACK -> sum += NackFrame.firstCounterLow(buffer, at);
                    case GONE -> {
                        goneReader.begin(buffer, at);
                        while (goneReader.next()) {
                            sum += goneReader.lastSequence();
                        }
                    }
                    default -> throw new AssertionError("unexpected " + cursor.type());
                }
            }
            sum &= Long.MAX_VALUE;
        }
    }
}
