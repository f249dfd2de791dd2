package io.aggr.tun.openbsd.internal.libc;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.StampedLock;

/**
 * An open descriptor that some threads use while another may close it. The number of a closed descriptor can belong to another file a moment later,
 * so it is closed only after everybody has let go of it, and nobody gets it afterwards.
 *
 * <p>Using it is a read lock that is never waited for: once per batch, not per packet. Closing is the write lock, which is never given back.
 */
public final class Descriptor {

    private final Libc libc;
    private final int number;
    private final StampedLock users = new StampedLock();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Takes over an open descriptor. */
    public Descriptor(Libc libc, int number) {
        this.libc = libc;
        this.number = number;
    }

    /** The number; to be used between {@link #enter} and {@link #leave}, or for telling others. */
    public int number() {
        return number;
    }

    /**
     * Begins to use the descriptor.
     *
     * @return what {@link #leave} wants; 0 if the descriptor is closed, and then there is nothing to leave
     */
    public long enter() {
        return closed.get() ? 0 : users.tryReadLock();
    }

    /** Lets go of the descriptor. */
    public void leave(long entered) {
        users.unlockRead(entered);
    }

    /**
     * Closes the descriptor once nobody uses it any more.
     *
     * @param wakeup ends the waits of those who use it; they must not be inside for longer than it takes to notice
     * @return false if it has been closed before
     */
    public boolean close(Runnable wakeup) {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        wakeup.run();
        users.writeLock();
        // An interface that was destroyed meanwhile gives an error here, but the number is free all the same.
        libc.close(number);
        return true;
    }
}
