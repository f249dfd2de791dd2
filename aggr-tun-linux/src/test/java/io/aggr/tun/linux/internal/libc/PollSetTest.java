package io.aggr.tun.linux.internal.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.linux.OnLinux;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@OnLinux
class PollSetTest {

    private static final long SECOND = 1_000_000_000L;

    /** An eventfd that is readable from the start if its count is above 0. */
    private static int event(int count) {
        return Libc.eventfd(count, Libc.O_NONBLOCK | Libc.O_CLOEXEC);
    }

    @Test
    void finds_the_descriptors_that_have_something() throws IOException {
        int quiet = event(0);
        int ready = event(1);
        try (PollSet set = new PollSet()) {
            set.add(quiet, Libc.POLLIN);
            set.add(ready, Libc.POLLIN);

            assertThat(set.await(30 * SECOND)).isEqualTo(1);
            assertThat(set.found(0)).isZero();
            assertThat(set.found(1)).isEqualTo(Libc.POLLIN);
            set.watch(1, (short) 0);
            assertThat(set.await(0)).isZero();
        } finally {
            Libc.close(quiet);
            Libc.close(ready);
        }
    }

    @Test
    void grows_and_shrinks_without_mixing_descriptors_up() throws IOException {
        int[] events = new int[40];
        try (PollSet set = new PollSet()) {
            for (int i = 0; i < events.length; i++) {
                events[i] = event(i % 2);
                set.add(events[i], Libc.POLLIN);
            }
            assertThat(set.await(0)).isEqualTo(20);
            for (int i = 1; i < events.length; i += 2) {
                set.removeAt(set.indexOf(events[i]));
            }
            assertThat(set.size()).isEqualTo(20);
            assertThat(set.await(0)).isZero();
            assertThat(set.indexOf(events[1])).isEqualTo(-1);
            assertThat(set.indexOf(events[38])).isNotEqualTo(-1);
        } finally {
            for (int event : events) {
                Libc.close(event);
            }
        }
    }

    @Test
    void waits_for_the_whole_time_when_nothing_happens() throws IOException {
        try (PollSet set = new PollSet()) {
            long start = System.nanoTime();
            assertThat(set.await(3_000_000)).isZero();
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
        }
    }

    @Test
    void a_wakeup_ends_the_next_wait_only() throws IOException {
        try (PollSet set = new PollSet()) {
            set.wakeup();
            set.wakeup();
            long start = System.nanoTime();
            assertThat(set.await(30 * SECOND)).isZero();
            assertThat(System.nanoTime() - start).isLessThan(20 * SECOND);

            start = System.nanoTime();
            set.await(3_000_000);
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(3_000_000);
        }
    }

    @Test
    void no_wakeup_is_lost_in_a_race_with_the_beginning_of_a_wait() throws Exception {
        try (PollSet set = new PollSet()) {
            int rounds = 5_000;
            CompletableFuture<Long> waiter = CompletableFuture.supplyAsync(() -> {
                long longest = 0;
                try {
                    for (int i = 0; i < rounds; i++) {
                        long start = System.nanoTime();
                        set.await(20 * SECOND);
                        longest = Math.max(longest, System.nanoTime() - start);
                    }
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
                return longest;
            });
            while (!waiter.isDone()) {
                set.wakeup();
                Thread.onSpinWait();
            }
            assertThat(waiter.get()).isLessThan(10 * SECOND);
        }
    }

    @Test
    void close_ends_a_wait_for_good() throws Exception {
        PollSet set = new PollSet();
        CompletableFuture<Integer> waiter = CompletableFuture.supplyAsync(() -> {
            try {
                return set.await(30 * SECOND);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        set.close();
        set.close();
        set.wakeup();
        assertThat(waiter.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(set.await(30 * SECOND)).isZero();
    }
}
