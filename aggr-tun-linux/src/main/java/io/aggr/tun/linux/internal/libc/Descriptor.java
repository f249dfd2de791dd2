package io.aggr.tun.linux.internal.libc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An open descriptor that several threads use and any thread may close. A number that has been closed can belong to another file a moment
 * later, so nobody may use it after that: users count themselves in and out, and the last one out of a closed descriptor closes the number.
 *
 * <p>Counting costs two atomic additions per batch, not per packet.
 */
public final class Descriptor {

    private static final VarHandle USERS;

    static {
        try {
            USERS = MethodHandles.lookup().findVarHandle(Descriptor.class, "users", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Set in {@link #users} once closed; the rest of the bits still count. */
    private static final int CLOSED = 1 << 31;

    /** Users leave at once when woken; this only bounds the wait for a thread that the system does not let run. */
    private static final long LEAVE_SECONDS = 1;

    private final int number;
    private final CountDownLatch gone = new CountDownLatch(1);

    @SuppressWarnings("unused") // Through USERS.
    private volatile int users;

    /** Takes over an open descriptor. */
    public Descriptor(int number) {
        this.number = number;
    }

    /** The number; to be used only between {@link #acquire} and {@link #release}. */
    public int number() {
        return number;
    }

    /**
     * Counts a user in.
     *
     * @return false if the descriptor is closed; then there is nothing to release
     */
    public boolean acquire() {
        int old;
        do {
            old = users;
            if (old < 0) {
                return false;
            }
        } while (!USERS.compareAndSet(this, old, old + 1));
        return true;
    }

    /** Counts a user out. */
    public void release() {
        if ((int) USERS.getAndAdd(this, -1) == CLOSED + 1) {
            closeNumber();
        }
    }

    /** Whether {@link #close} has been called. */
    public boolean isClosed() {
        return users < 0;
    }

    /**
     * Closes the descriptor: no user gets in any more, and those inside are waited for. Does nothing the second time.
     *
     * @param wakeup ends the waits of those inside
     */
    public void close(Runnable wakeup) {
        // The closer counts itself in as well, so that the number cannot be closed before it has woken the others.
        int old;
        do {
            old = users;
            if (old < 0) {
                return;
            }
        } while (!USERS.compareAndSet(this, old, (old + 1) | CLOSED));
        if (old > 0) {
            wakeup.run();
        }
        release();
        boolean interrupted = false;
        long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LEAVE_SECONDS);
        while (true) {
            try {
                // After the time the last user closes the number, whenever it leaves.
                boolean closed = gone.await(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
                if (closed || deadlineNanos - System.nanoTime() <= 0) {
                    return;
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }

    private void closeNumber() {
        Libc.close(number);
        gone.countDown();
    }
}
