package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aggr.internal.engine.PluginWatch;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** When the supervisor takes a scheduler for one that hangs, and when for one that is too slow. */
@Isolated
class PluginSupervisorTest {

    private final PluginWatch watch = new PluginWatch();
    private final AtomicInteger replaced = new AtomicInteger();
    private final PluginSupervisor supervisor = new PluginSupervisor(
            List.of(new PluginSupervisor.Ward(watch, replaced::incrementAndGet)), Thread::new, "test", error -> {
                throw error;
            });

    private void lookTimes(int times) {
        for (int i = 0; i < times; i++) {
            supervisor.look();
        }
    }

    @Test
    void row_69_a_call_that_is_still_the_same_after_a_second_has_lost_its_work() {
        long call = watch.enter();
        lookTimes(2);
        assertThat(replaced).hasValue(0);
        lookTimes(1);
        assertThat(replaced).hasValue(1);
        assertThat(watch.isDistrusted()).isTrue();
        assertThatExceptionOfType(PluginWatch.TakenOver.class).isThrownBy(() -> watch.leave(call));
        // The thread that has taken over calls other plugins under the same watch.
        long next = watch.enter();
        assertThatExceptionOfType(PluginWatch.TakenOver.class).isThrownBy(() -> watch.leave(call));
        watch.leave(next);
        lookTimes(10);
        assertThat(replaced).hasValue(1);
    }

    @Test
    void row_69_a_scheduler_that_is_nearly_always_at_work_is_not_asked_any_more() {
        for (int i = 0; i < 8; i++) {
            assertThat(watch.isDistrusted()).isFalse();
            long call = watch.enter();
            supervisor.look();
            watch.leave(call);
        }
        assertThat(watch.isDistrusted()).isTrue();
        assertThat(replaced).as("it comes back each time").hasValue(0);
    }

    @Test
    void a_scheduler_that_is_at_work_now_and_then_is_left_alone() {
        for (int i = 0; i < 100; i++) {
            long call = watch.enter();
            if (i % 2 == 0) {
                supervisor.look();
            }
            watch.leave(call);
            supervisor.look();
        }
        assertThat(watch.isDistrusted()).isFalse();
        assertThat(replaced).hasValue(0);
    }
}
