package io.aggr.examples.lab;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Tells a failure from the end that somebody has asked for: after Ctrl-C the programs of a run end one by one, each of which looks like a failure to
 * whoever waits for it.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class Stopping {

    /** What a program returns that was stopped from the keyboard, as a shell has it: 128 and the number of the signal. */
    public static final int EXIT_CODE = 130;

    /** The programs of a run may be gone before this one has noticed the same signal. */
    private static final long NOTICE_MILLIS = 500;

    private final CountDownLatch underWay = new CountDownLatch(1);

    private Stopping() {}

    /**
     * Watches for the end of this process from now on.
     *
     * @return tells
     */
    public static Stopping watch() {
        Stopping stopping = new Stopping();
        Runtime.getRuntime().addShutdownHook(new Thread(stopping.underWay::countDown, "stopping"));
        return stopping;
    }

    /**
     * To be asked after a failure.
     *
     * @return whether this process is about to end; waits for up to half a second for that
     */
    public boolean isUnderWay() {
        try {
            return underWay.await(NOTICE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }
}
