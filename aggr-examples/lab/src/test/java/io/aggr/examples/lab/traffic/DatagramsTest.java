package io.aggr.examples.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DatagramsTest {

    @Test
    void what_does_not_come_is_lost_and_what_comes_late_is_overtaken() {
        Datagrams.Counter counter = new Datagrams.Counter(2);
        for (int number : List.of(0, 1, 2, 4, 3, 3, 6)) {
            counter.onDatagram(number);
        }
        assertThat(counter.counts()).isEqualTo(new DatagramCounts(5, 4, 1, 1));
        counter.onEnd(10);
        assertThat(counter.counts()).isEqualTo(new DatagramCounts(8, 4, 1, 1));
        assertThat(counter.counts().lostShare()).isEqualTo(0.5);
        assertThat(counter.counts().overtakenShare()).isEqualTo(0.125);
    }

    @Test
    void nothing_sent_is_nothing_lost() {
        Datagrams.Counter counter = new Datagrams.Counter(100);
        counter.onDatagram(3);
        assertThat(counter.counts()).isEqualTo(new DatagramCounts(0, 0, 0, 0));
        assertThat(DatagramCounts.NONE.lostShare()).isZero();
    }

    @Test
    void the_begin_that_does_not_count_is_counted_in_datagrams() {
        DatagramPlan plan = new DatagramPlan(9_600_000, 1_200, Duration.ofSeconds(2));
        assertThat(plan.intervalNanos()).isCloseTo(1e6, within(1e-6));
        assertThat(plan.firstCounted()).isEqualTo(2_000);
    }

    @Test
    void the_counts_are_read_from_what_the_receiver_prints() {
        TransferResult result = TransferResult.parse(
                List.of("listening", "4 start 100", "4 sample 200 1200 50", "4 datagrams 20 19 2 1", "4 done 1200 200"),
                4,
                TransferResult.KernelCounts.UNKNOWN);
        assertThat(result.datagrams()).isEqualTo(new DatagramCounts(20, 19, 2, 1));
        assertThat(result.totalBytes()).isEqualTo(1_200);
    }
}
