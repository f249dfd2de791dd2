package io.aggr.encap;

import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;
import java.util.function.LongSupplier;

/**
 * Makes encapsulators of one kind.
 *
 * @since 0.1
 */
public interface EncapsulatorProvider extends Provider {

    /**
     * Whether the encapsulation proves who sent a packet. One that does not needs an explicit acknowledgement in the configuration of each peer.
     *
     * @return true if it authenticates
     */
    boolean authenticates();

    /**
     * Makes an encapsulator for one socket's worth of peers.
     *
     * @param config options that hold for all peers; read them all here
     * @param random 64 random bits at each call: from a secure source in a real bond, seeded in a simulation
     * @return a new instance without peers
     * @throws IllegalArgumentException if an option is wrong
     */
    Encapsulator create(ProviderConfig config, LongSupplier random);
}
