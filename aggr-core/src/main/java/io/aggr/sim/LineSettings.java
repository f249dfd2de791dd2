package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What one direction of a line does to packets.
 *
 * <p>Immutable. Sizes are IP bytes: header and payload of the packet that the line carries, nothing below.
 *
 * @param rateBitsPerSecond rate, 1 to 10<sup>12</sup>, or {@link #UNLIMITED_RATE} for no serialisation time
 * @param delay mean time from the end of a packet's serialisation to its arrival, 0 to 1 hour
 * @param jitter how the delay varies; amplitude at most {@code delay}
 * @param loss which packets are lost behind the queue
 * @param queue size of the queue in front of the line
 * @param mtuBytes largest packet, 68 to 65535; larger ones are dropped
 * @param blackHole whether everything that the line takes vanishes without a sign
 * @since 0.1
 */
public record LineSettings(
        long rateBitsPerSecond,
        Duration delay,
        Jitter jitter,
        Loss loss,
        QueueLimit queue,
        int mtuBytes,
        boolean blackHole) {
    /** No serialisation time: the line is all delay. */
    public static final long UNLIMITED_RATE = Long.MAX_VALUE;

    private static final long MAX_RATE = 1_000_000_000_000L;

    /** Checks the parts. */
    public LineSettings {
        requireNonNull(delay, "line.delay");
        requireNonNull(jitter, "line.jitter");
        requireNonNull(loss, "line.loss");
        requireNonNull(queue, "line.queue");
        if ((rateBitsPerSecond < 1 || rateBitsPerSecond > MAX_RATE) && rateBitsPerSecond != UNLIMITED_RATE) {
            throw new IllegalArgumentException(
                    "line.rate must be 1 to " + MAX_RATE + " bit/s or unlimited, got " + rateBitsPerSecond);
        }
        if (delay.isNegative() || delay.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("line.delay must be 0 to 1 hour, got " + delay);
        }
        if (jitter.amplitude().compareTo(delay) > 0) {
            throw new IllegalArgumentException("line.jitter.amplitude must be at most the delay of " + delay + ", got "
                    + jitter.amplitude() + " (a packet cannot arrive before it was sent)");
        }
        if (mtuBytes < 68 || mtuBytes > 65_535) {
            throw new IllegalArgumentException("line.mtu must be 68 to 65535 bytes, got " + mtuBytes);
        }
    }

    /**
     * A clean line: constant delay, no loss, a queue of 200 ms but at least 64 kB, MTU 1500.
     *
     * @param rateBitsPerSecond rate, as the record's part
     * @param delay one-way delay
     * @return the settings
     */
    public static LineSettings of(long rateBitsPerSecond, Duration delay) {
        return new LineSettings(
                rateBitsPerSecond,
                delay,
                Jitter.none(),
                Loss.none(),
                QueueLimit.ofModem(rateBitsPerSecond, Duration.ofMillis(200), 64_000),
                1500,
                false);
    }

    /**
     * These settings with another rate; a queue limited in bytes keeps its bytes.
     *
     * @param bitsPerSecond new rate
     * @return new settings
     */
    public LineSettings withRateBitsPerSecond(long bitsPerSecond) {
        return new LineSettings(bitsPerSecond, delay, jitter, loss, queue, mtuBytes, blackHole);
    }

    /**
     * These settings with another delay.
     *
     * @param newDelay new mean delay, at least the jitter's amplitude
     * @return new settings
     */
    public LineSettings withDelay(Duration newDelay) {
        return new LineSettings(rateBitsPerSecond, newDelay, jitter, loss, queue, mtuBytes, blackHole);
    }

    /**
     * These settings with another jitter.
     *
     * @param newJitter new jitter
     * @return new settings
     */
    public LineSettings withJitter(Jitter newJitter) {
        return new LineSettings(rateBitsPerSecond, delay, newJitter, loss, queue, mtuBytes, blackHole);
    }

    /**
     * These settings with another loss.
     *
     * @param newLoss new loss
     * @return new settings
     */
    public LineSettings withLoss(Loss newLoss) {
        return new LineSettings(rateBitsPerSecond, delay, jitter, newLoss, queue, mtuBytes, blackHole);
    }

    /**
     * These settings with another queue.
     *
     * @param newQueue new limit; packets already queued beyond it stay
     * @return new settings
     */
    public LineSettings withQueue(QueueLimit newQueue) {
        return new LineSettings(rateBitsPerSecond, delay, jitter, loss, newQueue, mtuBytes, blackHole);
    }

    /**
     * These settings with another largest packet.
     *
     * @param bytes new largest packet
     * @return new settings
     */
    public LineSettings withMtuBytes(int bytes) {
        return new LineSettings(rateBitsPerSecond, delay, jitter, loss, queue, bytes, blackHole);
    }

    /**
     * These settings, dead or alive.
     *
     * @param dead whether packets vanish
     * @return new settings
     */
    public LineSettings withBlackHole(boolean dead) {
        return new LineSettings(rateBitsPerSecond, delay, jitter, loss, queue, mtuBytes, dead);
    }
}
