package io.aggr.internal.driver;

import io.aggr.internal.engine.PluginWatch;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second whether a plugin hangs, and has the thread that is in it replaced if one does. A plugin that comes back each time, but is at work
 * nearly always when somebody looks, is not asked any more either.
 *
 * <p><b>Threading.</b> A thread of its own, from {@link #start} to {@link #close}.
 */
final class PluginSupervisor implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginSupervisor.class);

    private static final long LOOK_MILLIS = 500;

    /** In the same call at so many looks: it does not come back. */
    private static final int HUNG_LOOKS = 3;

    /** At work at so many of the last {@link #WINDOW_LOOKS} looks: it is too slow. */
    private static final int SLOW_LOOKS = 8;

    private static final int WINDOW_LOOKS = 10;

    /** A plugin that is looked after. Confined to the supervisor's thread. */
    static final class Ward {
        private final PluginWatch watch;
        private final Runnable replaceThread;
        private long call;
        private int sameCall;
        private int atWork;

        /**
         * Has a plugin looked after.
         *
         * @param watch shows what the plugin does
         * @param replaceThread starts another thread; called when the present one hangs in the plugin and has lost its work
         */
        Ward(PluginWatch watch, Runnable replaceThread) {
            this.watch = watch;
            this.replaceThread = replaceThread;
        }

        private void look() {
            long now = watch.call();
            sameCall = now == 0 ? 0 : now == call ? sameCall + 1 : 1;
            call = now;
            atWork = (atWork << 1 | (now == 0 ? 0 : 1)) & ((1 << WINDOW_LOOKS) - 1);
            if (sameCall >= HUNG_LOOKS && watch.abandon(now)) {
                LOG.error("a plugin does not come back; another thread goes on without it");
                sameCall = 0;
                replaceThread.run();
            } else if (Integer.bitCount(atWork) >= SLOW_LOOKS && !watch.isDistrusted()) {
                LOG.error("a plugin takes nearly all of its thread's time; it is not asked any more");
                atWork = 0;
                watch.distrust();
            }
        }
    }

    private final List<Ward> wards = new CopyOnWriteArrayList<>();
    private final Object lock = new Object();
    private final Thread thread;
    private final Consumer<Error> onError;
    private boolean closed;

    /**
     * Prepares the thread.
     *
     * @param wards what to look at
     * @param threads makes the thread, given its name by {@code setName}
     * @param name the bond's name
     * @param onError hears why the thread has ended, such as for want of memory; called by it
     */
    PluginSupervisor(List<Ward> wards, ThreadFactory threads, String name, Consumer<Error> onError) {
        this.onError = onError;
        this.wards.addAll(wards);
        thread = threads.newThread(this::run);
        thread.setName("aggr-" + name + "-watch");
    }

    /** Another plugin is there. Any thread. */
    void lookAfter(Ward ward) {
        wards.add(ward);
    }

    /** A plugin is not there any more. Any thread. */
    void forget(PluginWatch watch) {
        wards.removeIf(ward -> ward.watch == watch);
    }

    void start() {
        thread.start();
    }

    private void run() {
        while (true) {
            synchronized (lock) {
                if (closed) {
                    return;
                }
                try {
                    lock.wait(LOOK_MILLIS);
                } catch (InterruptedException e) {
                    // Nobody interrupts this thread on purpose; it ends with the supervisor.
                    Thread.interrupted();
                }
                if (closed) {
                    return;
                }
            }
            try {
                look();
            } catch (Error e) {
                // Nobody would notice any more that a plugin hangs.
                onError.accept(e);
                return;
            }
        }
    }

    /** Looks at all plugins once. */
    void look() {
        for (Ward ward : wards) {
            ward.look();
        }
    }

    @Override
    public void close() {
        synchronized (lock) {
            closed = true;
            lock.notifyAll();
        }
    }
}
