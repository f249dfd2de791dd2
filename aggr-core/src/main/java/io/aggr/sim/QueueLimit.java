package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * The size of the queue in front of a line, behind which arriving packets are dropped.
 *
 * <p>The packet that is being sent counts. A line that is idle takes any packet, so no limit is too small to send.
 *
 * @param bytes fixed part of the limit, at least 0
 * @param time part of the limit that follows the rate: the bytes that the line sends in this time; not negative. The
 *     larger of both parts holds
 * @since 0.1
 */
public record QueueLimit(long bytes, Duration time) {
    /** Checks the parts. */
    public QueueLimit {
        requireNonNull(time, "queue.time");
        if (bytes < 0) {
            throw new IllegalArgumentException("queue.bytes must be at least 0, got " + bytes);
        }
        if (time.isNegative() || time.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("queue.time must be 0 to 1 hour, got " + time);
        }
    }

    /**
     * A limit that does not depend on the rate. A line that becomes slower then holds its packets for longer, as modems do.
     *
     * @param bytes limit in IP bytes, at least 0
     * @return the limit
     */
    public static QueueLimit ofBytes(long bytes) {
        return new QueueLimit(bytes, Duration.ZERO);
    }

    /**
     * A limit that follows the rate.
     *
     * @param time longest stay in the queue
     * @return the limit
     */
    public static QueueLimit ofTime(Duration time) {
        return new QueueLimit(0, time);
    }

    /**
     * The queue of a usual modem: so many milliseconds of its nominal rate, but not less than a floor, fixed in bytes.
     *
     * @param rateBitsPerSecond nominal rate
     * @param time time that the queue holds at the nominal rate
     * @param floorBytes least size
     * @return the limit in bytes
     */
    public static QueueLimit ofModem(long rateBitsPerSecond, Duration time, long floorBytes) {
        return ofBytes(Math.max(floorBytes, bytesIn(time, rateBitsPerSecond)));
    }

    long bytesAt(long rateBitsPerSecond) {
        return Math.max(bytes, bytesIn(time, rateBitsPerSecond));
    }

    private static long bytesIn(Duration time, long rateBitsPerSecond) {
        double inTime = time.toNanos() / 8e9 * rateBitsPerSecond;
        return inTime >= Long.MAX_VALUE ? Long.MAX_VALUE : Math.round(inTime);
    }
}
