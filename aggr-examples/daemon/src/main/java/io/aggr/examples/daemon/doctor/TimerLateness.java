package io.aggr.examples.daemon.doctor;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/**
 * How late a thread wakes up that asked to be woken: what a bond's pacing has to make good afterwards.
 *
 * @param medianNanos half of all sleeps end at most this late
 * @param p99Nanos all but one in a hundred
 */
public record TimerLateness(long medianNanos, long p99Nanos) {

    private static final long SLEEP_NANOS = 1_000_000;

    /**
     * Measures.
     *
     * @param sleeps how many sleeps of a millisecond each, 1 and up
     * @return the lateness here and now; more on a busy machine
     */
    public static TimerLateness measure(int sleeps) {
        long[] late = new long[sleeps];
        for (int i = 0; i < sleeps; i++) {
            long beginNanos = System.nanoTime();
            LockSupport.parkNanos(SLEEP_NANOS);
            late[i] = Math.max(0, System.nanoTime() - beginNanos - SLEEP_NANOS);
        }
        Arrays.sort(late);
        return new TimerLateness(late[sleeps / 2], late[Math.min(sleeps - 1, sleeps * 99 / 100)]);
    }
}
