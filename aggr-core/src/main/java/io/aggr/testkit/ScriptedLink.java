package io.aggr.testkit;

import io.aggr.link.LinkState;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;

/**
 * One of {@link ScriptedLinks}. Every property has a setter that returns the line.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class ScriptedLink implements LinkView {

    private static final int OVERHEAD_BYTES = 63;
    private static final double NANOS_PER_BYTE_AT_ONE_BIT = 8e9;

    private final ScriptedLinks set;
    private final int index;
    private LinkState state = LinkState.UP;
    private boolean measured = true;
    private long rateBitsPerSecond = 10_000_000;
    private long delayNanos;
    private long rttNanos = 30_000_000;
    private double lossRatio;
    private int costTier;
    private int weight;
    private int maxPacketBytes = 1437;
    private int backlogLimitBytes = 64 * 1024;
    private boolean refusing;
    private long sentBytes;
    private long sentPackets;

    // The backlog drains like a liquid from pacerAt on; at freeAt all of it has left.
    private long pacerAtNanos;
    private long freeAtNanos;

    ScriptedLink(ScriptedLinks set, int index) {
        this.set = set;
        this.index = index;
        pacerAtNanos = set.nowNanos();
        freeAtNanos = pacerAtNanos;
    }

    void shift(long nanos) {
        pacerAtNanos += nanos;
        freeAtNanos += nanos;
    }

    /**
     * Does what the core does when the line is picked: the packet leaves, or joins the backlog.
     *
     * @param packet what is sent
     */
    public void send(OutgoingPacket packet) {
        long now = set.nowNanos();
        long serialization = serializationNanos(packet);
        if (now - freeAtNanos >= 0) {
            pacerAtNanos = now + serialization;
            freeAtNanos = pacerAtNanos;
        } else {
            freeAtNanos += serialization;
        }
        sentBytes += packet.totalBytes();
        sentPackets += packet.count();
    }

    /**
     * What was sent over the line.
     *
     * @return bytes of inner packets
     */
    public long sentBytes() {
        return sentBytes;
    }

    /**
     * What was sent over the line.
     *
     * @return packets
     */
    public long sentPackets() {
        return sentPackets;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return "line";
    }

    @Override
    public LinkState state() {
        return state;
    }

    /**
     * Sets the state.
     *
     * @param newState the state
     * @return this
     */
    public ScriptedLink setState(LinkState newState) {
        state = newState;
        return this;
    }

    @Override
    public boolean isMeasured() {
        return measured;
    }

    /**
     * Says whether delay and round-trip time are measured. If not, the round-trip time reads {@link LinkView#ASSUMED_RTT_NANOS}.
     *
     * @param newMeasured whether they are
     * @return this
     */
    public ScriptedLink setMeasured(boolean newMeasured) {
        measured = newMeasured;
        return this;
    }

    @Override
    public long rateBitsPerSecond() {
        return rateBitsPerSecond;
    }

    /**
     * Sets the rate. What is in the backlog leaves as it would have before.
     *
     * @param newRateBitsPerSecond bit/s above 0, or {@link LinkView#UNLIMITED}
     * @return this
     */
    public ScriptedLink setRateBitsPerSecond(long newRateBitsPerSecond) {
        rateBitsPerSecond = newRateBitsPerSecond;
        return this;
    }

    @Override
    public long delayNanos() {
        return delayNanos;
    }

    /**
     * Sets the delay behind the fastest line.
     *
     * @param newDelayNanos nanoseconds, 0 or more
     * @return this
     */
    public ScriptedLink setDelayNanos(long newDelayNanos) {
        delayNanos = newDelayNanos;
        return this;
    }

    @Override
    public long rttNanos() {
        return measured ? rttNanos : ASSUMED_RTT_NANOS;
    }

    /**
     * Sets the round-trip time.
     *
     * @param newRttNanos nanoseconds above 0
     * @return this
     */
    public ScriptedLink setRttNanos(long newRttNanos) {
        rttNanos = newRttNanos;
        return this;
    }

    @Override
    public double lossRatio() {
        return lossRatio;
    }

    /**
     * Sets the loss.
     *
     * @param newLossRatio 0.0 to 1.0
     * @return this
     */
    public ScriptedLink setLossRatio(double newLossRatio) {
        lossRatio = newLossRatio;
        return this;
    }

    @Override
    public int backlogBytes() {
        if (rateBitsPerSecond == UNLIMITED) {
            return 0;
        }
        long from = set.nowNanos() - pacerAtNanos > 0 ? set.nowNanos() : pacerAtNanos;
        long nanos = Math.max(0, freeAtNanos - from);
        return (int) Math.min(Integer.MAX_VALUE, nanos * (double) rateBitsPerSecond / NANOS_PER_BYTE_AT_ONE_BIT);
    }

    /**
     * Puts a backlog in front of the line, with an open pacer.
     *
     * @param newBacklogBytes bytes on the line
     * @return this
     */
    public ScriptedLink setBacklogBytes(int newBacklogBytes) {
        pacerAtNanos = set.nowNanos();
        freeAtNanos = pacerAtNanos
                + (rateBitsPerSecond == UNLIMITED
                        ? 0
                        : (long) (newBacklogBytes * NANOS_PER_BYTE_AT_ONE_BIT / rateBitsPerSecond));
        return this;
    }

    @Override
    public int costTier() {
        return costTier;
    }

    /**
     * Sets the cost tier.
     *
     * @param newCostTier 0 to 255
     * @return this
     */
    public ScriptedLink setCostTier(int newCostTier) {
        costTier = newCostTier;
        return this;
    }

    @Override
    public int weight() {
        if (weight > 0) {
            return weight;
        }
        return rateBitsPerSecond == UNLIMITED
                ? 1
                : (int) Math.max(1, Math.min(Integer.MAX_VALUE, rateBitsPerSecond / 1000));
    }

    /**
     * Sets the weight.
     *
     * @param newWeight 1 or more; 0 for the rate in kbit/s
     * @return this
     */
    public ScriptedLink setWeight(int newWeight) {
        weight = newWeight;
        return this;
    }

    @Override
    public int maxPacketBytes() {
        return maxPacketBytes;
    }

    /**
     * Sets the longest packet that fits.
     *
     * @param newMaxPacketBytes bytes
     * @return this
     */
    public ScriptedLink setMaxPacketBytes(int newMaxPacketBytes) {
        maxPacketBytes = newMaxPacketBytes;
        return this;
    }

    /**
     * Sets the backlog from which on the line accepts nothing.
     *
     * @param newBacklogLimitBytes bytes above 0
     * @return this
     */
    public ScriptedLink setBacklogLimitBytes(int newBacklogLimitBytes) {
        backlogLimitBytes = newBacklogLimitBytes;
        return this;
    }

    /**
     * Makes the line accept nothing, whatever its state and backlog.
     *
     * @param newRefusing whether it refuses
     * @return this
     */
    public ScriptedLink setRefusing(boolean newRefusing) {
        refusing = newRefusing;
        return this;
    }

    @Override
    public boolean accepts(OutgoingPacket packet) {
        return !refusing
                && state.carriesTraffic()
                && packet.lengthBytes() <= maxPacketBytes
                && backlogBytes() < backlogLimitBytes;
    }

    @Override
    public long nanosUntilFree(long nowNanos) {
        return Math.max(0, freeAtNanos - nowNanos);
    }

    @Override
    public long serializationNanos(OutgoingPacket packet) {
        if (rateBitsPerSecond == UNLIMITED) {
            return 0;
        }
        long bytes = packet.totalBytes() + (long) packet.count() * OVERHEAD_BYTES;
        return (long) (bytes * NANOS_PER_BYTE_AT_ONE_BIT / rateBitsPerSecond);
    }
}
