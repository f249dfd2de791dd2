package io.aggr.sim;

/**
 * What a {@link Line} has done so far. Every offered packet is in exactly one of the other counts, see
 * {@link #accountedPackets()}.
 *
 * @param offeredPackets packets offered
 * @param offeredBytes bytes offered
 * @param deliveredPackets packets handed out at the far end
 * @param deliveredBytes bytes handed out at the far end
 * @param queueFullPackets packets that met a full queue
 * @param tooLargePackets packets larger than the MTU
 * @param lostPackets packets lost behind the queue
 * @param vanishedPackets packets that a black hole took
 * @param queuedPackets packets in the queue, the one that is being sent among them
 * @param queuedBytes bytes in the queue
 * @param flyingPackets packets that have left the queue and not been handed out, as delivered or as lost
 * @param peakQueuedBytes largest queue seen
 * @since 0.1
 */
public record LineStats(
        long offeredPackets,
        long offeredBytes,
        long deliveredPackets,
        long deliveredBytes,
        long queueFullPackets,
        long tooLargePackets,
        long lostPackets,
        long vanishedPackets,
        int queuedPackets,
        long queuedBytes,
        int flyingPackets,
        long peakQueuedBytes) {

    /**
     * Sum of all places where an offered packet can be.
     *
     * @return always {@link #offeredPackets()}
     */
    public long accountedPackets() {
        return deliveredPackets + droppedPackets() + queuedPackets + flyingPackets;
    }

    /**
     * Packets that will never be delivered.
     *
     * @return sum over all reasons
     */
    public long droppedPackets() {
        return queueFullPackets + tooLargePackets + lostPackets + vanishedPackets;
    }
}
