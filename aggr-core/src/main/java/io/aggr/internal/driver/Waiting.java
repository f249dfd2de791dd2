package io.aggr.internal.driver;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what another thread was asked to do. */
final class Waiting {

    private Waiting() {}

    /**
     * Waits until it is done, and throws what it has thrown.
     *
     * @param done completed by the other thread
     * @param seconds how long to wait
     * @param complaint what to say if it takes longer
     * @throws IllegalStateException if it takes longer, or this thread is interrupted, which stays noted
     */
    static void until(Future<?> done, long seconds, String complaint) {
        try {
            done.get(seconds, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(complaint, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
