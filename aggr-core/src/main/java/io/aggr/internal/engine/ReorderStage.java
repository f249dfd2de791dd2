package io.aggr.internal.engine;

import io.aggr.PeerConfig;
import io.aggr.internal.count.Tally;
import io.aggr.internal.path.EvenDelay;
import io.aggr.internal.reorder.BuiltIn;
import io.aggr.internal.reorder.EqualisingReorderBuffer;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.util.function.IntFunction;

/**
 * Where the packets of one peer wait for their order: the reorder buffer that was chosen, behind it the equaliser, if there is one, and a built-in
 * buffer in place of both when somebody else's has failed. What a buffer that has failed held is left behind; {@link Delivery} sees to it.
 *
 * <p>Confined to the thread that receives. Allocates nothing but when a buffer is replaced.
 */
final class ReorderStage {

    private static final int FULL = 0xFFFF;

    private final PeerSettings settings;
    private final int holdCapacity;
    private final EvenDelay even;
    private final Release release;
    private final Tally<Event> events;
    private final EngineEvents tell;
    private final PluginWatch watch = new PluginWatch();
    private ReorderBuffer reorder;
    private boolean plugin;
    private boolean replaced;
    private boolean orphans;

    /**
     * The buffer that the settings name.
     *
     * @param settings of the peer
     * @param holdCapacity most packets that may be held
     * @param even says the equaliser how old packets have to be
     * @param release is called for each packet whose turn has come
     * @param events counts what happens
     * @param tell hears that a buffer has failed
     */
    ReorderStage(
            PeerSettings settings,
            int holdCapacity,
            EvenDelay even,
            Release release,
            Tally<Event> events,
            EngineEvents tell) {
        this.settings = settings;
        this.holdCapacity = holdCapacity;
        this.even = even;
        this.release = release;
        this.events = events;
        this.tell = tell;
        reorder = equalised(this::watched);
    }

    private ReorderBuffer watched(int capacity) {
        ReorderBuffer made = settings.reorder().apply(capacity);
        plugin = !(made instanceof BuiltIn);
        return plugin ? new ReorderGuard(made, watch, events) : made;
    }

    private ReorderBuffer equalised(IntFunction<ReorderBuffer> maker) {
        ReorderBuffer made = maker.apply(holdCapacity);
        return settings.equalise() == PeerConfig.Equalise.OFF
                ? made
                : new EqualisingReorderBuffer(made, holdCapacity, even::ageNanos);
    }

    /** Packets that are held. */
    int held() {
        return reorder.heldPackets();
    }

    /** Packets that are held because one in front of them is missing, as a share of the places in the unit of reports. */
    int fill() {
        int waiting = reorder instanceof EqualisingReorderBuffer equaliser
                ? equaliser.waitingForOrder()
                : reorder.heldPackets();
        return (int) Math.min(FULL, (long) FULL * waiting / holdCapacity);
    }

    /** A packet takes its place in the order. */
    void offer(ArrivedPacket packet, long nowNanos) {
        try {
            reorder.offer(packet, nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** A packet will not come any more. */
    void onLost(long sequence, long nowNanos) {
        try {
            reorder.onLost(sequence, nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** What has not come up to a sequence will not come any more. */
    void onPassed(long sequence, long nowNanos) {
        try {
            reorder.onPassed(sequence, nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** Does what time demands. */
    void poll(long nowNanos) {
        try {
            if (reorder.nanosToDeadline(nowNanos) <= 0) {
                reorder.poll(nowNanos, release);
            }
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    long nanosToDeadline(long nowNanos) {
        try {
            return reorder.nanosToDeadline(nowNanos);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
            return Long.MAX_VALUE;
        }
    }

    /** Sequences begin again. */
    void reset(long nowNanos) {
        try {
            reorder.reset(nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** Nothing has come for a while. */
    void onIdle(long nowNanos) {
        try {
            reorder.onIdle(nowNanos);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
        }
    }

    /** Memory is short: the longest held packet of this peer has to go. Returns whether the buffer let anything go. */
    boolean releaseOldest(long nowNanos) {
        events.count(Event.HOLD_OVERFLOW);
        int before = reorder.heldPackets();
        try {
            reorder.releaseOldest(nowNanos, release);
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            replaceThrowing(e);
            return false;
        }
        return reorder.heldPackets() < before;
    }

    /** Nothing more comes. */
    void close() {
        try {
            reorder.close();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            events.count(Event.REORDER_THREW);
        }
    }

    private void replaceThrowing(Throwable thrown) {
        events.count(Event.REORDER_THREW);
        replace("failed (" + thrown.getClass().getSimpleName() + ")");
    }

    /** Memory is short and the buffer lets nothing go. */
    void replaceUnyielding() {
        replace("lets no packet go when memory is short");
    }

    /** A packet has been held for longer than any may be. */
    void replaceStarving() {
        events.count(Event.REORDER_STARVED);
        replace("holds packets for ever");
    }

    /** Whoever watches over plugins has found that this one hangs, or takes all the time; then it is not called any more. */
    void replaceIfDistrusted() {
        if (plugin && watch.isDistrusted()) {
            events.count(Event.REORDER_HUNG);
            replace("does not come back in time");
        }
    }

    private void replace(String why) {
        events.count(Event.REORDER_REPLACED);
        if (!replaced) {
            tell.onWarning("reorder buffer " + settings.reorderName() + " of peer " + settings.name() + " " + why
                    + "; a built-in one has taken over");
        }
        replaced = true;
        plugin = false;
        reorder = equalised(settings.fallbackReorder());
        orphans = true;
    }

    /** Whether packets were left behind by a buffer that has failed; asking clears it. */
    boolean takeOrphans() {
        boolean result = orphans;
        orphans = false;
        return result;
    }

    /** Whether somebody else's buffer is in use. */
    boolean isPlugin() {
        return plugin;
    }

    boolean isReplaced() {
        return replaced;
    }

    /** Whoever looks after the thread sees here what the buffer is doing. */
    PluginWatch watch() {
        return watch;
    }
}
