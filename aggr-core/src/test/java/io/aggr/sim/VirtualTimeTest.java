package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SimulatedTest
class VirtualTimeTest {

    private final VirtualTime time = new VirtualTime();
    private final List<String> log = new ArrayList<>();

    @Test
    void runs_events_in_order_of_time() {
        time.schedule(30, () -> log.add("c"));
        time.schedule(10, () -> log.add("a"));
        time.schedule(20, () -> log.add("b"));

        time.runUntil(20);
        assertThat(log).containsExactly("a", "b");
        assertThat(time.nowNanos()).isEqualTo(20);

        time.runUntil(100);
        assertThat(log).containsExactly("a", "b", "c");
        assertThat(time.nowNanos()).isEqualTo(100);
    }

    @Test
    void runs_events_of_one_instant_in_the_order_of_scheduling() {
        for (int i = 0; i < 100; i++) {
            String name = "e" + i;
            time.schedule(5, () -> log.add(name));
        }
        time.runUntil(5);
        for (int i = 0; i < 100; i++) {
            assertThat(log.get(i)).isEqualTo("e" + i);
        }
    }

    @Test
    void runs_an_event_of_the_past_now() {
        time.runUntil(50);
        time.schedule(10, () -> log.add("at " + time.nowNanos()));
        time.runUntil(50);
        assertThat(log).containsExactly("at 50");
    }

    @Test
    void lets_an_event_schedule_another_for_the_same_instant() {
        time.schedule(1, () -> time.schedule(1, () -> log.add("second")));
        time.runUntil(1);
        assertThat(log).containsExactly("second");
    }

    @Test
    void moves_and_cancels_a_timer() {
        VirtualTime.Timer moved = time.timer(() -> log.add("moved at " + time.nowNanos()));
        VirtualTime.Timer cancelled = time.timer(() -> log.add("cancelled"));
        moved.at(10);
        cancelled.at(20);
        moved.at(40);
        assertThat(moved.isSet()).isTrue();
        cancelled.cancel();
        cancelled.cancel();

        time.runFor(Duration.ofNanos(100));
        assertThat(log).containsExactly("moved at 40");
        assertThat(moved.isSet()).isFalse();
        assertThat(time.pendingEvents()).isZero();
    }

    @Test
    void goes_on_over_the_wrap_of_the_counter() {
        VirtualTime late = new VirtualTime(Long.MAX_VALUE - 5);
        late.schedule(Long.MIN_VALUE + 10, () -> log.add("after"));
        late.schedule(Long.MAX_VALUE, () -> log.add("before"));
        late.runFor(Duration.ofNanos(100));
        assertThat(log).containsExactly("before", "after");
    }

    @Test
    void keeps_the_order_of_a_plain_sorted_list_under_random_use() {
        long seed = Seeds.next("VirtualTimeTest");
        SeededRandom random = new SeededRandom(seed);
        List<Long> fired = new ArrayList<>();
        List<VirtualTime.Timer> timers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            timers.add(time.timer(() -> fired.add(time.nowNanos())));
        }
        for (int step = 0; step < 20_000; step++) {
            VirtualTime.Timer timer = timers.get(random.nextInt(timers.size()));
            switch (random.nextInt(4)) {
                case 0 -> timer.cancel();
                case 1 -> time.runUntil(time.nowNanos() + random.nextInt(20));
                default -> timer.at(time.nowNanos() + random.nextInt(1000));
            }
            long set = timers.stream().filter(VirtualTime.Timer::isSet).count();
            assertThat(time.pendingEvents()).as("seed %d", seed).isEqualTo((int) set);
            long next = timers.stream()
                    .filter(VirtualTime.Timer::isSet)
                    .mapToLong(VirtualTime.Timer::atNanos)
                    .min()
                    .orElse(Long.MAX_VALUE);
            assertThat(next).as("seed %d", seed).isGreaterThanOrEqualTo(time.nowNanos());
        }
        assertThat(fired).as("seed %d", seed).isSorted().isNotEmpty();
    }
}
