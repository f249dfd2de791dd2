package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.Arrays;

/**
 * An ICMP echo of 84 bytes at a fixed interval, and what came of it.
 *
 * <p>Times {@code from} and {@code to} of the questions below select by the time at which a request was sent, from
 * inclusive, to exclusive.
 *
 * @since 0.1
 */
public final class Ping {
    /** Size of a request and of a reply, IP header included. */
    public static final int PACKET_BYTES = 84;

    private static final long UNANSWERED = -1;

    private final ModelHost host;
    private final int target;
    private final int id;
    private final long intervalNanos;
    private final VirtualTime.Timer timer;
    private long[] sentNanos = new long[256];
    private long[] rttNanos = new long[256];
    private int sent;
    private long duplicates;

    private Ping(ModelHost host, int target, long intervalNanos) {
        this.host = host;
        this.target = target;
        this.intervalNanos = intervalNanos;
        this.id = host.add(this);
        this.timer = host.time().timer(this::sendOne);
    }

    /**
     * Starts now and goes on until {@link #stop}.
     *
     * @param from who asks
     * @param to who answers
     * @param interval time between two requests, positive
     * @return the running ping
     */
    public static Ping start(ModelHost from, ModelHost to, Duration interval) {
        requireNonNull(from, "from");
        long nanos = interval.toNanos();
        if (nanos <= 0) {
            throw new IllegalArgumentException("ping.interval must be positive, got " + interval);
        }
        Ping ping = new Ping(from, to.addressBits(), nanos);
        ping.timer.at(from.time().nowNanos());
        return ping;
    }

    /** Sends no more requests. Answers still count. */
    public void stop() {
        timer.cancel();
    }

    /**
     * Requests sent.
     *
     * @return count since the start
     */
    public int sentPackets() {
        return sent;
    }

    /**
     * Replies that came a second time.
     *
     * @return count since the start
     */
    public long duplicateReplies() {
        return duplicates;
    }

    /**
     * Requests without a reply. One whose reply is still under way counts, so end the span a little before now.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return count
     */
    public int unanswered(long fromNanos, long toNanos) {
        int count = 0;
        for (int i = 0; i < sent; i++) {
            if (isWithin(i, fromNanos, toNanos) && rttNanos[i] == UNANSWERED) {
                count++;
            }
        }
        return count;
    }

    /**
     * A quantile of the round-trip times.
     *
     * @param quantile 0 (smallest) to 1 (largest); 0.5 is the median
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return nanoseconds, or -1 if nothing of the span was answered
     */
    public long rttNanos(double quantile, long fromNanos, long toNanos) {
        if (!(quantile >= 0 && quantile <= 1)) {
            throw new IllegalArgumentException("quantile must be 0 to 1, got " + quantile);
        }
        long[] values = new long[sent];
        int count = 0;
        for (int i = 0; i < sent; i++) {
            if (isWithin(i, fromNanos, toNanos) && rttNanos[i] != UNANSWERED) {
                values[count++] = rttNanos[i];
            }
        }
        if (count == 0) {
            return -1;
        }
        Arrays.sort(values, 0, count);
        // Nearest rank: the smallest value that at least this share of the values does not exceed.
        return values[Math.max(0, (int) Math.ceil(quantile * count) - 1)];
    }

    /**
     * Round-trip times over time.
     *
     * @return a series of milliseconds over the time of sending; unanswered requests are absent
     */
    public Series rtt() {
        Series series = new Series("ping");
        for (int i = 0; i < sent; i++) {
            if (rttNanos[i] != UNANSWERED) {
                series.add(sentNanos[i], rttNanos[i] / 1e6);
            }
        }
        return series;
    }

    /** A reply has come. The sequence number has 16 bits; the stamp in the payload tells rounds apart. */
    void onReply(int sequence, long stampNanos) {
        int index = (sent - 1) - ((sent - 1 - sequence) & 0xFFFF);
        if (index < 0 || sentNanos[index] != stampNanos) {
            host.countCorrupt();
        } else if (rttNanos[index] != UNANSWERED) {
            duplicates++;
        } else {
            rttNanos[index] = host.time().nowNanos() - stampNanos;
        }
    }

    private void sendOne() {
        if (sent == sentNanos.length) {
            sentNanos = Arrays.copyOf(sentNanos, sent * 2);
            rttNanos = Arrays.copyOf(rttNanos, sent * 2);
        }
        long nowNanos = host.time().nowNanos();
        sentNanos[sent] = nowNanos;
        rttNanos[sent] = UNANSWERED;
        host.sendEchoRequest(target, id, sent++ & 0xFFFF);
        timer.at(nowNanos + intervalNanos);
    }

    private boolean isWithin(int index, long fromNanos, long toNanos) {
        return sentNanos[index] - fromNanos >= 0 && sentNanos[index] - toNanos < 0;
    }
}
