package io.aggr.schedule;

import io.aggr.spi.Provider;
import io.aggr.spi.ProviderConfig;

/**
 * Makes schedulers of one kind.
 *
 * @since 0.1
 */
public interface SchedulerProvider extends Provider {

    /**
     * Makes a scheduler for one peer.
     *
     * @param config its options; read them all here
     * @return a new instance
     * @throws IllegalArgumentException if an option is wrong
     */
    Scheduler create(ProviderConfig config);
}
