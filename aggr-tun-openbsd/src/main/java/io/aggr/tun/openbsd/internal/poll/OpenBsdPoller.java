package io.aggr.tun.openbsd.internal.poll;

import io.aggr.link.Poller;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Waiter;
import java.io.IOException;

/** Waits with ppoll(2). A descriptor that turns out to be closed is told of once and then left out, so that it does not keep the waiter awake. */
public final class OpenBsdPoller implements Poller {

    private final Waiter waiter;

    /**
     * Makes a poller without descriptors.
     *
     * @throws IOException if the system gives no pipe
     */
    public OpenBsdPoller(Libc libc) throws IOException {
        waiter = new Waiter(libc);
    }

    @Override
    public void add(int descriptor) {
        remove(descriptor);
        waiter.add(descriptor, Abi.POLLIN);
    }

    @Override
    public void remove(int descriptor) {
        for (int i = waiter.size() - 1; i >= 0; i--) {
            if (waiter.descriptor(i) == descriptor) {
                waiter.remove(i);
            }
        }
    }

    @Override
    public boolean await(long timeoutNanos) throws IOException {
        boolean ready = waiter.await(timeoutNanos);
        if (ready) {
            for (int i = waiter.size() - 1; i >= 0; i--) {
                if ((waiter.found(i) & Abi.POLLNVAL) != 0) {
                    waiter.remove(i);
                }
            }
        }
        return ready;
    }

    @Override
    public void wakeup() {
        waiter.wakeup();
    }

    @Override
    public void close() {
        waiter.close();
    }
}
