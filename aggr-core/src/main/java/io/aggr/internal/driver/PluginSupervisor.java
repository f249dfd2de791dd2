package io.aggr.internal.driver;

import io.aggr.internal.engine.PluginWatch;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks twice a second whether a scheduler hangs, and has the sending thread replaced if one does. A scheduler that comes back each time, but is at
 * work nearly always when somebody looks, is not asked any more either.
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

    private final List<PluginWatch> watches;
    private final Runnable replaceSender;
    private final long[] calls;
    private final int[] sameCall;
    private final int[] atWork;
    private final Object lock = new Object();
    private final Thread thread;
    private boolean closed;

    /**
     * Prepares the thread.
     *
     * @param watches what to look at
     * @param replaceSender starts another sending thread; called when the present one hangs and has lost its work
     * @param threads makes the thread, given its name by {@code setName}
     * @param name the bond's name
     */
    PluginSupervisor(List<PluginWatch> watches, Runnable replaceSender, ThreadFactory threads, String name) {
        this.watches = List.copyOf(watches);
        this.replaceSender = replaceSender;
        calls = new long[watches.size()];
        sameCall = new int[watches.size()];
        atWork = new int[watches.size()];
        thread = threads.newThread(this::run);
        thread.setName("aggr-" + name + "-watch");
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
            look();
        }
    }

    /** Looks at all watches once. */
    void look() {
        for (int i = 0; i < calls.length; i++) {
            PluginWatch watch = watches.get(i);
            long call = watch.call();
            sameCall[i] = call != 0 && call == calls[i] ? sameCall[i] + 1 : call == 0 ? 0 : 1;
            calls[i] = call;
            atWork[i] = (atWork[i] << 1 | (call == 0 ? 0 : 1)) & ((1 << WINDOW_LOOKS) - 1);
            if (sameCall[i] >= HUNG_LOOKS && watch.abandon(call)) {
                LOG.error("a scheduler does not come back; another thread goes on without it");
                sameCall[i] = 0;
                replaceSender.run();
            } else if (Integer.bitCount(atWork[i]) >= SLOW_LOOKS) {
                LOG.error("a scheduler takes nearly all of the sending thread's time; it is not asked any more");
                atWork[i] = 0;
                watch.distrust();
            }
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
