package io.aggr.schedule;

import io.aggr.link.LinkState;

/**
 * Chooses the lines for each outgoing packet. A whole scheduler:
 *
 * <pre>{@code
 * public final class LowestRtt implements SchedulerProvider {
 *     public String name() { return "lowest-rtt"; }
 *
 *     public Scheduler create(ProviderConfig config) {
 *         return (packet, links, nowNanos, picks) -> {
 *             LinkView best = null;
 *             for (int i = 0; i < links.size(); i++) {
 *                 LinkView link = links.get(i);
 *                 if (link.accepts(packet) && (best == null || link.rttNanos() < best.rttNanos())) {
 *                     best = link;
 *                 }
 *             }
 *             if (best != null) {
 *                 picks.add(best.index());
 *             }
 *         };
 *     }
 * }
 * }</pre>
 *
 * <p><b>Duty.</b> A scheduler can be slow but never wrong: sequence numbers, pacing, queues, repair and the states of lines belong to the core.
 * An answer of nothing parks the packet's flow only; other flows are asked about meanwhile. A line with a long backlog is no place for a
 * packet that can wait: what is handed to a line early cannot be moved for free when the line fails.
 *
 * <p><b>Threading.</b> All methods of one instance are called serially with happens-before between calls, not necessarily by one thread. An
 * instance belongs to one peer. No locking is needed. Never block, log or allocate in {@link #select}.
 *
 * <p><b>Failure.</b> A throw, a pick out of range or of a line that does not accept is counted and named in the status, and the packet goes
 * to the built-in scheduler. After repeated throws the plugin is no longer asked. The bond stays up.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Scheduler extends AutoCloseable {

    /**
     * Chooses for one packet or run.
     *
     * @param packet what is to be sent; valid during the call
     * @param links all lines to the peer; valid during the call
     * @param nowNanos monotonic time in nanoseconds, origin arbitrary
     * @param picks takes the answer; valid during the call
     */
    void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks);

    /**
     * A line changed its state, or appeared (previous state {@link LinkState#DOWN}).
     *
     * @param link the line
     * @param previous the state before
     * @param nowNanos monotonic time in nanoseconds
     */
    default void onLinkState(LinkView link, LinkState previous, long nowNanos) {}

    /**
     * The peer reported what has arrived; delay, loss and rate of the line are fresh.
     *
     * @param link the line
     * @param nowNanos monotonic time in nanoseconds
     */
    default void onFeedback(LinkView link, long nowNanos) {}

    /**
     * Whether {@link OutgoingPacket#answeredLink} is asked for. Asked once, before the first packet; what comes in is looked at only then.
     *
     * @return false unless overridden
     */
    default boolean followsAnswers() {
        return false;
    }

    /** Called once when the peer goes or another scheduler takes over. */
    @Override
    default void close() {}
}
