package io.aggr.examples.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TransferResultTest {

    private static final long MS = 1_000_000;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private Meter meter(long durationNanos) {
        return new Meter(7, durationNanos, new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    private List<String> lines() {
        return printed.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private TransferResult result() {
        return TransferResult.parse(lines(), 7, new TransferResult.KernelCounts(3, 1));
    }

    @Test
    void counts_from_the_first_byte_to_the_end_of_its_time() {
        Meter meter = meter(1000 * MS);
        for (long t = 5000 * MS; t <= 6200 * MS; t += 10 * MS) {
            meter.received(t, 1000);
        }
        meter.finish(6300 * MS);

        TransferResult result = result();
        assertThat(result.startNanos()).isEqualTo(5000 * MS);
        assertThat(result.endNanos()).isEqualTo(6000 * MS);
        assertThat(result.totalBytes()).isEqualTo(100_000);
        assertThat(result.goodputBitsPerSecond()).isCloseTo(800_000, within(1.0));
        assertThat(result.goodputBitsPerSecond(500 * MS, 1000 * MS)).isCloseTo(800_000, within(1.0));
        assertThat(result.kernel().retransmittedSegments()).isEqualTo(3);
    }

    @Test
    void without_a_time_it_ends_with_the_last_byte() {
        Meter meter = meter(0);
        meter.received(0, 1000);
        meter.received(250 * MS, 1000);
        meter.finish(900 * MS);

        assertThat(result().endNanos()).isEqualTo(250 * MS);
        assertThat(result().totalBytes()).isEqualTo(2000);
        assertThat(result().longestGapNanos(0, 1000 * MS)).isEqualTo(250 * MS);
    }

    @Test
    void silence_shows_as_empty_samples_and_as_a_gap_where_it_ends() {
        Meter meter = meter(1000 * MS);
        meter.received(0, 1000);
        meter.received(450 * MS, 1000);
        meter.finish(1000 * MS);

        TransferResult result = result();
        assertThat(result.samples()).extracting(TransferResult.Sample::bytes).startsWith(1000L, 0L, 0L, 0L, 1000L, 0L);
        assertThat(result.longestGapNanos(0, 600 * MS)).isEqualTo(450 * MS);
        assertThat(result.longestGapNanos(0, Long.MAX_VALUE / 2)).isEqualTo(550 * MS);
    }

    @Test
    void a_border_inside_a_stall_moves_to_where_bytes_come_evenly() {
        Meter meter = meter(4000 * MS);
        for (long t = 0; t <= 4000 * MS; t += 10 * MS) {
            // Nothing from 0.9 to 1.3 s, then all of it at once.
            boolean stalled = t >= 900 * MS && t < 1300 * MS;
            meter.received(t, stalled ? 0 : t == 1300 * MS ? 41_000 : 1000);
        }
        meter.finish(4000 * MS);

        TransferResult result = result();
        TransferResult.Window window = result.steadyWindow(1000 * MS);
        assertThat(window).isEqualTo(new TransferResult.Window(1700 * MS, 4000 * MS));
        assertThat(result.goodputBitsPerSecond(window.fromNanos(), window.toNanos()))
                .isCloseTo(800_000, within(1.0));
    }

    @Test
    void a_transfer_that_never_began_is_done_with_nothing() {
        meter(1000 * MS).finish(5000 * MS);

        assertThat(TransferResult.isDone(lines(), 7)).isTrue();
        assertThat(TransferResult.isDone(lines(), 8)).isFalse();
        assertThat(result().goodputBitsPerSecond()).isZero();
    }
}
