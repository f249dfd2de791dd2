package io.aggr.testkit;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Runs checks on a thread of its own and sees whether the plugin's calls come back. A plugin that does not leaves that thread behind; it does not keep
 * the program alive.
 */
final class Patience {

    /** Fewer calls in so long a time mean that each takes a quarter of a second, which is a hundred times what any machine needs. */
    private static final int LEAST_CALLS = 20;

    private final long millis;
    private final AtomicLong calls = new AtomicLong();
    private volatile @Nullable String call;

    /**
     * For so long.
     *
     * @param millis how long a call may take; also the time in which {@value #LEAST_CALLS} of them have to come back
     */
    Patience(long millis) {
        this.millis = millis;
    }

    /** The plugin is called. */
    void enter(String what) {
        call = what;
    }

    /** The plugin has come back. */
    void leave() {
        call = null;
        calls.incrementAndGet();
    }

    /**
     * Runs checks.
     *
     * @param checks call {@link #enter} and {@link #leave}
     * @param rule what a plugin breaks that does not come back
     * @throws BrokenRule if it does not; what the checks throw is thrown on
     */
    void run(Runnable checks, Rule rule) {
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        checks.run();
                    } catch (RuntimeException | Error e) {
                        thrown.set(e);
                    }
                },
                "conformance");
        thread.setDaemon(true);
        thread.start();
        long before = 0;
        while (true) {
            try {
                thread.join(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted during the checks", e);
            }
            if (!thread.isAlive()) {
                break;
            }
            String present = call;
            long count = calls.get();
            if (present != null && count - before < LEAST_CALLS) {
                throw new BrokenRule(
                        rule,
                        count == before
                                ? present + " has not come back after " + millis + " ms."
                                : "in " + millis + " ms " + (count - before) + " calls came back.");
            }
            before = count;
        }
        Throwable end = thrown.get();
        if (end instanceof RuntimeException e) {
            throw e;
        }
        if (end instanceof Error e) {
            throw e;
        }
    }
}
