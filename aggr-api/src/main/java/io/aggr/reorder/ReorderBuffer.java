package io.aggr.reorder;

/**
 * Decides in which order and when arrived packets reach the network behind the tunnel. It holds ids, not bytes.
 *
 * <p><b>Duty.</b> Every packet offered is delivered exactly once: at once, or at the latest when {@link #nanosToDeadline} is over and
 * {@link #poll} is called. Nothing is lost, doubled or held for ever, whatever numbers a peer sends.
 *
 * <p><b>Proof of loss.</b> The core follows the lines' own counters and says what cannot come any more: one packet ({@link #onLost}), or
 * everything up to a point that has not come by then ({@link #onPassed}, the rule of RFC 1990 section 4.1: every line has delivered something
 * later). A packet so declared may still come; it is then offered like any other.
 *
 * <p><b>Threading.</b> All methods of one instance are called serially with happens-before between calls. An instance belongs to one peer. No
 * locking is needed. Never block, log or allocate per packet.
 *
 * <p><b>Failure.</b> After a throw, or a call that does not come back within a second or two, the core delivers what the instance held in order of
 * arrival and goes on without it; likewise if it holds a packet for longer than six seconds. This is counted, told once and named in the status. What a
 * call lets go reaches the network when the call has come back; ids that are not held are ignored.
 *
 * @since 0.1
 */
public interface ReorderBuffer extends AutoCloseable {

    /**
     * A packet has arrived.
     *
     * @param packet valid during the call
     * @param nowNanos monotonic time in nanoseconds, origin arbitrary, never running backwards
     * @param out takes this packet and whatever it frees
     */
    void offer(ArrivedPacket packet, long nowNanos, Release out);

    /**
     * A packet is lost and will not be repaired.
     *
     * @param sequence its sequence
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes what waited for it
     */
    void onLost(long sequence, long nowNanos, Release out);

    /**
     * Every packet up to a sequence that has not arrived is lost.
     *
     * @param sequence the last sequence of which this is true; never falls
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes what waited
     */
    void onPassed(long sequence, long nowNanos, Release out);

    /**
     * Time has passed.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes what has waited long enough
     */
    void poll(long nowNanos, Release out);

    /**
     * When {@link #poll} has to be called next.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @return distance in nanoseconds, 0 or less if it is due; {@link Long#MAX_VALUE} when nothing is held
     */
    long nanosToDeadline(long nowNanos);

    /**
     * The core's memory is short: lets at least the packet go that was held longest, with what comes before it.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes the packets
     */
    void releaseOldest(long nowNanos, Release out);

    /**
     * The peer begins a new numbering: everything held goes, in order, and the state is as new.
     *
     * @param nowNanos monotonic time in nanoseconds
     * @param out takes the packets
     */
    void reset(long nowNanos, Release out);

    /**
     * Nothing has come from the peer for some seconds, and nothing is held. Memory that is only needed while packets come may be given back; it is taken
     * again when they do. What has not arrived by now counts as lost. A hub has a thousand peers most of which are idle. Does nothing by default.
     *
     * @param nowNanos monotonic time in nanoseconds
     */
    default void onIdle(long nowNanos) {}

    /**
     * How many packets are held.
     *
     * @return packets
     */
    int heldPackets();

    /** Called once at the end. Holds nothing then, after a {@link #reset}. */
    @Override
    default void close() {}
}
