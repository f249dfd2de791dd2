package io.aggr.tun.linux.internal.poll;

import io.aggr.link.Poller;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.PollSet;
import java.io.IOException;

/**
 * Waits with ppoll(2). A descriptor that was closed without having been removed is reported once and forgotten, so that it neither keeps the
 * waiter busy nor hides the others.
 */
public final class LinuxPoller implements Poller {

    private final PollSet set = new PollSet();

    /**
     * Makes a poller without descriptors.
     *
     * @throws IOException if the system gives no eventfd
     */
    public LinuxPoller() throws IOException {}

    @Override
    public void add(int descriptor) {
        if (set.indexOf(descriptor) < 0) {
            set.add(descriptor, Libc.POLLIN);
        }
    }

    @Override
    public void remove(int descriptor) {
        int index = set.indexOf(descriptor);
        if (index >= 0) {
            set.removeAt(index);
        }
    }

    @Override
    public boolean await(long timeoutNanos) throws IOException {
        if (set.await(timeoutNanos) <= 0) {
            return false;
        }
        for (int i = set.size() - 1; i >= 0; i--) {
            if ((set.found(i) & Libc.POLLNVAL) != 0) {
                set.removeAt(i);
            }
        }
        return true;
    }

    @Override
    public void wakeup() {
        set.wakeup();
    }

    @Override
    public void close() {
        set.close();
    }
}
