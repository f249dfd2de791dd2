package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.PeerChanges;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.StartRate;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the daemon needs of a bond, so that its own behaviour can be tested without one. */
interface RunningBond extends AutoCloseable {

    /** Opens bonds. */
    interface Starter {

        /**
         * What this machine lacks to start it.
         *
         * @return one sentence, or empty if nothing is missing
         */
        default Optional<String> missingHere(BondConfig config, Providers providers) {
            return Preflight.missingHere(config, providers);
        }

        /**
         * Checks without opening anything.
         *
         * @throws IllegalArgumentException if something is wrong; the message is one sentence
         */
        void check(BondConfig config, Providers providers);

        /**
         * Opens and starts.
         *
         * @param startRates what its lines were found to carry before
         * @throws IllegalArgumentException if a setting is wrong
         * @throws IOException if the system refuses; the message is one sentence
         */
        RunningBond start(BondConfig config, Providers providers, BondListener listener, List<StartRate> startRates)
                throws IOException;
    }

    BondStats stats();

    /** What it is at present. */
    BondConfig config();

    /**
     * Changes its peers into these.
     *
     * @throws IllegalArgumentException if that cannot be; nothing has changed then
     */
    PeerChanges changePeers(List<PeerConfig> peers);

    /** Says what lines were found to carry, for peers that come from now on. */
    void startRates(List<StartRate> rates);

    /** Idempotent. */
    @Override
    void close();
}
