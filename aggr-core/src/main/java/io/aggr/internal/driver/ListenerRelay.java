package io.aggr.internal.driver;

import io.aggr.BondListener;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.link.LinkState;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the engine's events to the log and to the listener, whose thread is its own: a slow listener loses the oldest events and slows nobody.
 * Also passes wake-ups on to the driver, and failures of lines to the keeper of the links.
 */
final class ListenerRelay implements EngineEvents, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ListenerRelay.class);
    private static final int QUEUE = 1_024;

    private final BondListener listener;
    private final ThreadPoolExecutor executor;
    private final AtomicLong lost = new AtomicLong();
    private volatile @Nullable BondDriver driver;
    private volatile @Nullable LinkKeeper keeper;

    ListenerRelay(BondListener listener, ThreadFactory threads, String name) {
        this.listener = listener;
        executor = new ThreadPoolExecutor(
                1,
                1,
                5,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(QUEUE),
                work -> {
                    Thread thread = threads.newThread(work);
                    thread.setName("aggr-" + name + "-events");
                    return thread;
                },
                (event, queue) -> {
                    queue.getQueue().poll();
                    lost.incrementAndGet();
                    if (!queue.isShutdown()) {
                        queue.execute(event);
                    }
                });
        executor.allowCoreThreadTimeOut(true);
    }

    void driver(BondDriver newDriver) {
        driver = newDriver;
    }

    /** Events that a slow listener did not get. */
    long lostEvents() {
        return lost.get();
    }

    private void tell(Consumer<BondListener> event) {
        executor.execute(() -> {
            try {
                event.accept(listener);
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
                LOG.warn("a listener failed: {}", e.toString());
            }
        });
    }

    void keeper(LinkKeeper newKeeper) {
        keeper = newKeeper;
    }

    @Override
    public void onLinkFailed(int localLink) {
        LinkKeeper target = keeper;
        if (target != null) {
            target.onLinkFailed(localLink);
        }
    }

    @Override
    public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
        LinkKeeper target = keeper;
        if (target != null) {
            target.onLineState(link, state, System.nanoTime());
        }
        tell(l -> {
            LOG.info("line {} of {} is {}, was {}", link, peer, state, previous);
            l.onLinkState(peer, link, previous, state);
        });
    }

    @Override
    public void onSession(String peer) {
        tell(l -> {
            LOG.info("new association with {}", peer);
            l.onSession(peer);
        });
    }

    @Override
    public void onWarning(String message) {
        tell(l -> {
            LOG.warn("{}", message);
            l.onWarning(message);
        });
    }

    /** A thread beside those that carry packets has come to its end. The bond cannot go on without it. */
    void onThreadError(String what, Error cause) {
        BondDriver target = driver;
        if (target != null) {
            target.fail(what + " failed: " + cause, cause);
        }
    }

    void onFailure(String message) {
        tell(l -> l.onFailure(message));
    }

    @Override
    public void wakeIngress() {
        BondDriver target = driver;
        if (target != null) {
            target.wakeIngress();
        }
    }

    @Override
    public void wakeEgress() {
        BondDriver target = driver;
        if (target != null) {
            target.wakeEgress();
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
