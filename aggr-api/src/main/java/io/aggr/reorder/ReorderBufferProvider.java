package io.aggr.reorder;

import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;

/**
 * Makes reorder buffers of one kind.
 *
 * @since 0.1
 */
public interface ReorderBufferProvider extends Provider {

    /**
     * Whether the buffer goes by the sequence of {@link ArrivedPacket#sequence}. If so it cannot be used with an encapsulation that carries
     * none.
     *
     * @return true unless the order comes from somewhere else
     */
    default boolean needsSequence() {
        return true;
    }

    /**
     * Makes a reorder buffer for one peer.
     *
     * @param config its options; read them all here
     * @param maxPackets most packets that the core will let it hold before it calls {@link ReorderBuffer#releaseOldest}
     * @return a new instance
     * @throws IllegalArgumentException if an option is wrong
     */
    ReorderBuffer create(ProviderConfig config, int maxPackets);
}
