package io.aggr.internal.engine;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets somebody outside see that a thread is in a plugin, and take the work away from a thread that does not come back. The call that hangs is
 * given up by {@link #abandon}; from then on another thread may do what the first one did, and the first one, should it ever come back, is stopped by
 * an error before it touches anything.
 *
 * <p><b>Threading.</b> {@link #enter} and {@link #leave} belong to the thread that calls the plugin, the rest to any. What that thread did before it
 * entered happens before a successful {@link #abandon}.
 */
public final class PluginWatch {

    /** Ends a thread whose work another one has taken over. Has no stack trace, since nobody reads it. */
    public static final class TakenOver extends Error {
        private static final long serialVersionUID = 1L;

        private TakenOver() {
            super("another thread has taken over", null, false, false);
        }
    }

    // Odd while a plugin is at work, and another number at each call.
    private final AtomicLong state = new AtomicLong();
    private volatile boolean distrusted;

    /** Makes a watch over a plugin that is not at work. */
    public PluginWatch() {}

    /**
     * A plugin is called.
     *
     * @return the call's number, to be handed back to {@link #leave}
     */
    public long enter() {
        long call = state.get() + 1;
        state.setRelease(call);
        return call;
    }

    /**
     * A plugin has come back.
     *
     * @param call the call's number
     * @throws TakenOver if another thread does this one's work by now
     */
    public void leave(long call) {
        if (!state.compareAndSet(call, call + 1)) {
            throw new TakenOver();
        }
    }

    /**
     * What the plugin is doing.
     *
     * @return the number of the present call; 0 if the plugin is not at work
     */
    public long call() {
        long now = state.get();
        return (now & 1) == 0 ? 0 : now;
    }

    /**
     * Takes the work away from the thread that is in a call.
     *
     * @param call as {@link #call} said
     * @return false if the plugin has come back meanwhile
     */
    public boolean abandon(long call) {
        if (!state.compareAndSet(call, call + 1)) {
            return false;
        }
        distrusted = true;
        return true;
    }

    /** The plugin is too slow: it is not called any more. */
    public void distrust() {
        distrusted = true;
    }

    /**
     * Whether the plugin must not be called any more.
     *
     * @return true after {@link #abandon} or {@link #distrust}
     */
    public boolean isDistrusted() {
        return distrusted;
    }
}
