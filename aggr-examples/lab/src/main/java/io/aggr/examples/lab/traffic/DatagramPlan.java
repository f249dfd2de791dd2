package io.aggr.examples.lab.traffic;

import java.time.Duration;

/**
 * Datagrams of one size at a constant rate in place of TCP.
 *
 * @param bitsPerSecond rate of their payload
 * @param payloadBytes payload of each, at least 16
 * @param settling how much of the begin is not counted as lost or overtaken
 */
public record DatagramPlan(long bitsPerSecond, int payloadBytes, Duration settling) {

    /** Checks the parts. */
    public DatagramPlan {
        if (bitsPerSecond < 1) {
            throw new IllegalArgumentException("datagrams.rate must be at least 1 bit/s, got " + bitsPerSecond);
        }
        if (payloadBytes < Datagrams.HEADER_BYTES || payloadBytes > 65_000) {
            throw new IllegalArgumentException(
                    "datagrams.payload must be " + Datagrams.HEADER_BYTES + " to 65000 bytes, got " + payloadBytes);
        }
        if (settling.isNegative()) {
            throw new IllegalArgumentException("datagrams.settling must not be negative, got " + settling);
        }
    }

    /** Time between two datagrams. */
    double intervalNanos() {
        return payloadBytes * 8e9 / bitsPerSecond;
    }

    /**
     * Number of the first datagram that counts; they are numbered from 0.
     *
     * @return at least 0
     */
    public long firstCounted() {
        return (long) Math.ceil(settling.toNanos() / intervalNanos());
    }
}
