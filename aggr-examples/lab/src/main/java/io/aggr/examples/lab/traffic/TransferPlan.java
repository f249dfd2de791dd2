package io.aggr.examples.lab.traffic;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Bulk TCP between the two hosts of the lab, or datagrams at a constant rate.
 *
 * @param direction which way the bytes go
 * @param connections how many TCP connections at once, 1 to 256
 * @param duration how long the receiver counts, from its first byte on; zero for no limit
 * @param bytes how many bytes over all connections; 0 for no limit
 * @param datagrams what is sent in place of TCP, which then needs a duration; empty for TCP
 */
public record TransferPlan(
        Direction direction, int connections, Duration duration, long bytes, Optional<DatagramPlan> datagrams) {

    /** Which way. */
    public enum Direction {
        /** From lan-b to lan-a. */
        DOWN,
        /** From lan-a to lan-b. */
        UP
    }

    /** Checks the parts. */
    public TransferPlan {
        Objects.requireNonNull(direction, "direction");
        Objects.requireNonNull(duration, "duration");
        Objects.requireNonNull(datagrams, "datagrams");
        if (connections < 1 || connections > 256) {
            throw new IllegalArgumentException("transfer.connections must be 1..256, got " + connections);
        }
        if (duration.isNegative() || bytes < 0 || (duration.isZero() && bytes == 0)) {
            throw new IllegalArgumentException(
                    "a transfer needs a positive duration or number of bytes, got " + duration + " and " + bytes);
        }
    }

    /**
     * TCP.
     *
     * @param direction which way the bytes go
     * @param connections how many TCP connections at once, 1 to 256
     * @param duration how long the receiver counts; zero for no limit
     * @param bytes how many bytes over all connections; 0 for no limit
     */
    public TransferPlan(Direction direction, int connections, Duration duration, long bytes) {
        this(direction, connections, duration, bytes, Optional.empty());
    }

    /**
     * One connection from lan-b to lan-a.
     *
     * @param duration how long the receiver counts
     * @return the plan
     */
    public static TransferPlan download(Duration duration) {
        return new TransferPlan(Direction.DOWN, 1, duration, 0);
    }

    /**
     * One connection from lan-a to lan-b.
     *
     * @param duration how long the receiver counts
     * @return the plan
     */
    public static TransferPlan upload(Duration duration) {
        return new TransferPlan(Direction.UP, 1, duration, 0);
    }

    /**
     * The same over several connections.
     *
     * @param count connections
     * @return a changed copy
     */
    public TransferPlan withConnections(int count) {
        return new TransferPlan(direction, count, duration, bytes, datagrams);
    }

    /**
     * The same, over when so much has arrived.
     *
     * @param count bytes over all connections
     * @return a changed copy
     */
    public TransferPlan withBytes(long count) {
        return new TransferPlan(direction, connections, duration, count, datagrams);
    }

    /**
     * The same with datagrams in place of TCP.
     *
     * @param plan what is sent
     * @return a changed copy
     */
    public TransferPlan withDatagrams(DatagramPlan plan) {
        return new TransferPlan(direction, connections, duration, bytes, Optional.of(plan));
    }
}
