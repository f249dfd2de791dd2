package io.aggr.examples.lab;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Lets time pass while programs do their work. */
public final class Pause {

    private Pause() {}

    /**
     * Waits.
     *
     * @param duration how long
     * @throws IOException if the thread is interrupted, which stays noted
     */
    public static void of(Duration duration) throws IOException {
        try {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * Waits until an instant, not at all if it has passed.
     *
     * @param atNanos the instant, by {@link System#nanoTime}
     * @throws IOException if the thread is interrupted, which stays noted
     */
    public static void until(long atNanos) throws IOException {
        of(Duration.ofNanos(Math.max(0, atNanos - System.nanoTime())));
    }
}
