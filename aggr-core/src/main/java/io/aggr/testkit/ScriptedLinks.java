package io.aggr.testkit;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.OutgoingPacket;
import java.util.ArrayList;
import java.util.List;

/**
 * Lines that a test makes up, with a clock of their own. What is sent over a line makes a backlog that drains at its rate as the clock advances.
 *
 * <pre>{@code
 * ScriptedLinks links = new ScriptedLinks(2);
 * links.get(0).setRateBitsPerSecond(16_000_000).setDelayNanos(0);
 * links.get(1).setRateBitsPerSecond(6_000_000).setDelayNanos(20_000_000);
 * }</pre>
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class ScriptedLinks implements LinkSet {

    private final List<ScriptedLink> lines = new ArrayList<>();
    private long nowNanos;

    /**
     * Makes equal lines: up, measured, 10 Mbit/s, no relative delay, 30 ms of round-trip time.
     *
     * @param count how many, 1 to 16
     */
    public ScriptedLinks(int count) {
        resize(count);
    }

    /**
     * Changes how many lines there are. New ones are like those of the constructor.
     *
     * @param count how many, 1 to 16
     */
    public void resize(int count) {
        if (count < 1 || count > 16) {
            throw new IllegalArgumentException("a peer has 1..16 lines, got " + count);
        }
        while (lines.size() > count) {
            lines.remove(lines.size() - 1);
        }
        while (lines.size() < count) {
            lines.add(new ScriptedLink(this, lines.size()));
        }
    }

    @Override
    public int size() {
        return lines.size();
    }

    @Override
    public ScriptedLink get(int index) {
        return lines.get(index);
    }

    /**
     * The clock of the lines.
     *
     * @return nanoseconds; what a scheduler is given
     */
    public long nowNanos() {
        return nowNanos;
    }

    /**
     * Sets the clock without letting time pass on the lines.
     *
     * @param newNowNanos any value; a monotonic clock may have any origin
     */
    public void setNowNanos(long newNowNanos) {
        for (ScriptedLink line : lines) {
            line.shift(newNowNanos - nowNanos);
        }
        nowNanos = newNowNanos;
    }

    /**
     * Lets time pass.
     *
     * @param nanos nanoseconds, 0 or more
     */
    public void advance(long nanos) {
        nowNanos += nanos;
    }

    /**
     * How long until the next line becomes free.
     *
     * @return nanoseconds above 0, or {@link Long#MAX_VALUE} if all are free
     */
    public long nanosUntilNextFree() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < lines.size(); i++) {
            long nanos = lines.get(i).nanosUntilFree(nowNanos);
            if (nanos > 0) {
                least = Math.min(least, nanos);
            }
        }
        return least;
    }

    /**
     * Whether a line accepts a packet.
     *
     * @param packet what is to be sent
     * @return whether one does
     */
    public boolean anyAccepts(OutgoingPacket packet) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).accepts(packet)) {
                return true;
            }
        }
        return false;
    }
}
