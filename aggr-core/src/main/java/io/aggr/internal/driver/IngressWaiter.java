package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.Poller;
import io.aggr.link.Watch;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits over all links of a bond, whatever kind they are: channels by a selector, descriptors by the platform's poller, pushing links by a
 * wake-up. Where channels and descriptors occur together, a feeder thread waits for the descriptors and wakes the selector.
 *
 * <p>{@link #await} belongs to the thread that receives; {@link #wakeup} to any.
 */
final class IngressWaiter implements AutoCloseable {

    private static final long MILLI = 1_000_000;

    private final @Nullable Selector selector;
    private final @Nullable Poller poller;
    private final @Nullable Thread feeder;
    private final Object handOver = new Object();
    private final Queue<Runnable> changes = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private boolean fed;

    /**
     * Registers all links.
     *
     * @param links the links
     * @param pollers makes a poller if one is needed
     * @param feederName name of the feeder thread
     * @throws IOException if a link cannot be watched
     */
    IngressWaiter(List<Link> links, Supplier<Poller> pollers, String feederName) throws IOException {
        boolean channels = links.stream().anyMatch(link -> link.watch() instanceof Watch.Channel);
        boolean descriptors = links.stream().anyMatch(link -> link.watch() instanceof Watch.FileDescriptor);
        // A link without a socket may get one of either kind.
        boolean waiting = links.stream().anyMatch(link -> link instanceof RenewableLink some && some.isWaiting());
        poller = descriptors ? pollers.get() : waiting ? pollerIfAny(pollers) : null;
        selector = channels || waiting || !descriptors ? Selector.open() : null;
        for (Link link : links) {
            register(link);
        }
        if (selector != null && poller != null) {
            Poller fed = poller;
            feeder = new Thread(() -> feed(fed), feederName);
            feeder.setDaemon(true);
            feeder.start();
        } else {
            feeder = null;
        }
    }

    private static @Nullable Poller pollerIfAny(Supplier<Poller> pollers) {
        try {
            return pollers.get();
        } catch (RuntimeException e) {
            // A platform without one has no links that need it.
            return null;
        }
    }

    private void register(Link link) throws ClosedChannelException {
        Watch watch = link.watch();
        if (watch instanceof Watch.Channel channel && selector != null) {
            SelectableChannel selectable = channel.channel();
            selectable.register(selector, SelectionKey.OP_READ);
        } else if (watch instanceof Watch.FileDescriptor descriptor && poller != null) {
            poller.add(descriptor.descriptor());
        } else if (watch instanceof Watch.Push push) {
            push.source().onReady(this::wakeup);
        }
    }

    /**
     * Lets a link use another socket, and waits for that one instead. Called by the thread that receives.
     *
     * @param link the link
     * @param next its new socket, owned by the link from now on
     */
    void exchange(RenewableLink link, Link next) {
        if (feeder == null) {
            exchangeNow(link, next);
        } else {
            changes.add(() -> exchangeNow(link, next));
            if (poller != null) {
                poller.wakeup();
            }
        }
    }

    private void exchangeNow(RenewableLink link, Link next) {
        if (link.watch() instanceof Watch.FileDescriptor descriptor && poller != null) {
            poller.remove(descriptor.descriptor());
        }
        link.exchange(next).close();
        try {
            register(link);
        } catch (ClosedChannelException e) {
            // The bond is being closed.
            next.close();
        }
    }

    /** Waits until a link may have something, {@link #wakeup} is called, or the time is over. */
    void await(long timeoutNanos) throws IOException {
        Selector channels = selector;
        if (channels == null) {
            if (poller != null) {
                poller.await(timeoutNanos);
            }
            return;
        }
        if (timeoutNanos <= 0) {
            channels.selectNow(IngressWaiter::ignore);
        } else {
            channels.select(IngressWaiter::ignore, Math.max(1, timeoutNanos / MILLI));
        }
        if (feeder != null) {
            synchronized (handOver) {
                fed = false;
                handOver.notifyAll();
            }
        }
    }

    private static void ignore(SelectionKey key) {}

    /** The feeder: tells of readable descriptors, and waits until they have been looked at before it looks again. */
    private void feed(Poller descriptors) {
        while (!closed) {
            for (Runnable change = changes.poll(); change != null; change = changes.poll()) {
                change.run();
            }
            try {
                if (!descriptors.await(1_000 * MILLI) || closed) {
                    continue;
                }
                synchronized (handOver) {
                    fed = true;
                    wakeup();
                    while (fed && !closed) {
                        handOver.wait(100);
                    }
                }
            } catch (IOException e) {
                return;
            } catch (InterruptedException e) {
                // Nobody interrupts this thread on purpose; it ends with the waiter.
                Thread.interrupted();
            }
        }
    }

    void wakeup() {
        if (selector != null) {
            selector.wakeup();
        } else if (poller != null) {
            poller.wakeup();
        }
    }

    @Override
    public void close() {
        closed = true;
        synchronized (handOver) {
            handOver.notifyAll();
        }
        if (poller != null) {
            poller.wakeup();
        }
        if (feeder != null) {
            try {
                feeder.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            if (selector != null) {
                selector.close();
            }
        } catch (IOException e) {
            // Nothing is left to be done with it.
        }
        if (poller != null) {
            poller.close();
        }
    }
}
