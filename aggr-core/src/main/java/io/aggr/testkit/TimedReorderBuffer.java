package io.aggr.testkit;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import java.util.function.LongSupplier;

/** Passes all calls on to a reorder buffer, and lets {@link Patience} see which is under way. */
final class TimedReorderBuffer implements ReorderBuffer {

    private final ReorderBuffer real;
    private final Patience patience;

    TimedReorderBuffer(ReorderBuffer real, Patience patience) {
        this.real = real;
        this.patience = patience;
    }

    private void call(String name, Runnable call) {
        patience.enter(name);
        try {
            call.run();
        } finally {
            patience.leave();
        }
    }

    /** What only answers has no other place where a throw would be named. */
    private long ask(String name, LongSupplier call) {
        patience.enter(name);
        try {
            return call.getAsLong();
        } catch (RuntimeException | StackOverflowError | AssertionError e) {
            throw new BrokenRule(ReorderBufferRule.THROWS_NOTHING, name + " threw " + e + ".", e);
        } finally {
            patience.leave();
        }
    }

    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        patience.enter("offer");
        try {
            real.offer(packet, nowNanos, out);
        } finally {
            patience.leave();
        }
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {
        call("onLost", () -> real.onLost(sequence, nowNanos, out));
    }

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {
        call("onPassed", () -> real.onPassed(sequence, nowNanos, out));
    }

    @Override
    public void poll(long nowNanos, Release out) {
        patience.enter("poll");
        try {
            real.poll(nowNanos, out);
        } finally {
            patience.leave();
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        return ask("nanosToDeadline", () -> real.nanosToDeadline(nowNanos));
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {
        call("releaseOldest", () -> real.releaseOldest(nowNanos, out));
    }

    @Override
    public void reset(long nowNanos, Release out) {
        call("reset", () -> real.reset(nowNanos, out));
    }

    @Override
    public int heldPackets() {
        return (int) ask("heldPackets", real::heldPackets);
    }

    @Override
    public void close() {
        call("close", real::close);
    }
}
