package io.aggr.reorder;

/**
 * Takes the packets that a reorder buffer lets go, in the order in which they shall reach the network.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Release {

    /**
     * Lets a packet go. The id means nothing to the buffer afterwards.
     *
     * @param id {@link ArrivedPacket#id} of a packet that is held or being offered
     */
    void deliver(int id);
}
