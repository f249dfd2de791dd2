package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of a reorder buffer that is not our own, and lets nothing of it reach the engine before its call has come back. So a buffer that
 * hangs can be left behind with the thread that is in it: should it ever go on, it finds nothing here that matters any more.
 *
 * <p>Keeps account of what the buffer holds by itself. What the buffer lets go twice, or never got, is counted and goes nowhere; a buffer that keeps
 * packets over a reset throws; one that is always due is asked two thousand times a second at most.
 *
 * <p>Confined to the thread that receives, and given up with it. Allocates nothing in steady state.
 */
final class ReorderGuard implements ReorderBuffer {

    /** So often at most does a buffer have its way that calls itself due after it was polled. */
    private static final long LEAST_DISTANCE_NANOS = 500_000;

    private static final byte HELD = 1;
    private static final byte LET_GO = 2;

    private final ReorderBuffer plugin;
    private final PluginWatch watch;
    private final Tally<Event> events;
    private final Release collector = this::collect;

    private byte[] places = new byte[1_024];
    private int[] letGo = new int[1_024];
    private int letGoCount;
    private int unknown;
    private int held;
    private boolean polled;
    private long polledNanos;
    private @Nullable Thread caller;

    /**
     * Guards a buffer.
     *
     * @param plugin the buffer; owned by this from now on
     * @param watch shows others that a call is under way
     * @param events counts what goes wrong
     */
    ReorderGuard(ReorderBuffer plugin, PluginWatch watch, Tally<Event> events) {
        this.plugin = plugin;
        this.watch = watch;
        this.events = events;
    }

    /** What the buffer lets go waits here until the call is over. Anything that comes at another time or from elsewhere is ignored. */
    private void collect(int id) {
        if (Thread.currentThread() != caller) {
            return;
        }
        if (id >= 0 && id < places.length && places[id] == HELD) {
            places[id] = LET_GO;
            letGo[letGoCount++] = id;
        } else {
            unknown++;
        }
    }

    private long enter() {
        letGoCount = 0;
        unknown = 0;
        caller = Thread.currentThread();
        return watch.enter();
    }

    /** The call is over, with or without a throw: what it has let go goes. Throws if another thread has taken over meanwhile. */
    private void leave(long call, @Nullable Release out) {
        caller = null;
        watch.leave(call);
        if (Thread.interrupted()) {
            // An interrupt closes the channels that the thread uses next.
            events.count(Event.PLUGIN_INTERRUPTED);
        }
        if (unknown > 0) {
            events.count(Event.REORDER_RELEASED_UNKNOWN, unknown);
        }
        for (int i = 0; i < letGoCount; i++) {
            int id = letGo[i];
            if (out == null) {
                // It was not asked for any.
                places[id] = HELD;
                events.count(Event.REORDER_RELEASED_UNKNOWN);
            } else {
                places[id] = 0;
                held--;
                out.deliver(id);
            }
        }
    }

    private void hold(int id) {
        if (id >= places.length) {
            int size = Integer.highestOneBit(id) * 2;
            places = Arrays.copyOf(places, size);
            letGo = Arrays.copyOf(letGo, size);
        }
        places[id] = HELD;
        held++;
    }

    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        hold(packet.id());
        long call = enter();
        try {
            plugin.offer(packet, nowNanos, collector);
        } finally {
            leave(call, out);
        }
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {
        long call = enter();
        try {
            plugin.onLost(sequence, nowNanos, collector);
        } finally {
            leave(call, out);
        }
    }

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {
        long call = enter();
        try {
            plugin.onPassed(sequence, nowNanos, collector);
        } finally {
            leave(call, out);
        }
    }

    @Override
    public void poll(long nowNanos, Release out) {
        polled = true;
        polledNanos = nowNanos;
        long call = enter();
        try {
            plugin.poll(nowNanos, collector);
        } finally {
            leave(call, out);
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        if (held == 0) {
            return Long.MAX_VALUE;
        }
        long distance;
        long call = enter();
        try {
            distance = plugin.nanosToDeadline(nowNanos);
        } finally {
            leave(call, null);
        }
        return polled ? Math.max(distance, polledNanos + LEAST_DISTANCE_NANOS - nowNanos) : Math.max(0, distance);
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {
        long call = enter();
        try {
            plugin.releaseOldest(nowNanos, collector);
        } finally {
            leave(call, out);
        }
    }

    /**
     * Begins anew.
     *
     * @throws IllegalStateException if the buffer has kept something
     */
    @Override
    public void reset(long nowNanos, Release out) {
        long call = enter();
        try {
            plugin.reset(nowNanos, collector);
        } finally {
            leave(call, out);
        }
        if (held > 0) {
            throw new IllegalStateException("packets were kept over a reset");
        }
    }

    @Override
    public void onIdle(long nowNanos) {
        long call = enter();
        try {
            plugin.onIdle(nowNanos);
        } finally {
            leave(call, null);
        }
    }

    /** As this guard has counted; the buffer is not asked. */
    @Override
    public int heldPackets() {
        return held;
    }

    @Override
    public void close() {
        long call = enter();
        try {
            plugin.close();
        } finally {
            leave(call, null);
        }
    }
}
