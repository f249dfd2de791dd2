package io.aggr.examples.lab.emulator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatenessHistogramTest {

    private static Lateness summary(LatenessHistogram... histograms) {
        long[] sums = LatenessHistogram.newSums();
        long maxNanos = 0;
        for (LatenessHistogram histogram : histograms) {
            maxNanos = histogram.addTo(sums, maxNanos);
        }
        return LatenessHistogram.summary(sums, maxNanos);
    }

    @Test
    void an_idle_line_was_never_late() {
        assertThat(summary(new LatenessHistogram())).isEqualTo(new Lateness(0, 0, 0, 0));
    }

    @Test
    void several_lines_are_taken_together() {
        LatenessHistogram punctual = new LatenessHistogram();
        for (int i = 0; i < 98; i++) {
            punctual.record(15_000);
        }
        LatenessHistogram late = new LatenessHistogram();
        late.record(2_000_000);
        late.record(500_000_000);

        Lateness both = summary(punctual, late);

        assertThat(both.packets()).isEqualTo(100);
        assertThat(both.p50Nanos()).isEqualTo(20_000);
        assertThat(both.p99Nanos()).isEqualTo(2_010_000);
        assertThat(both.maxNanos()).isEqualTo(500_000_000);
        assertThat(both.isTolerable()).isFalse();
        assertThat(summary(punctual).isTolerable()).isTrue();
    }
}
