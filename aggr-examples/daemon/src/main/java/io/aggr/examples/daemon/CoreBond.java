package io.aggr.examples.daemon;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.PeerChanges;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.StartRate;
import java.io.IOException;
import java.util.List;

/** A bond of the library. */
record CoreBond(Bond bond) implements RunningBond {

    /** Opens bonds of the library. */
    static final class Opener implements RunningBond.Starter {

        @Override
        public void check(BondConfig config, Providers providers) {
            Bond.check(config, providers);
        }

        @Override
        public RunningBond start(
                BondConfig config, Providers providers, BondListener listener, List<StartRate> startRates)
                throws IOException {
            return new CoreBond(Bond.builder(config)
                    .providers(providers)
                    .listener(listener)
                    .startRates(startRates)
                    .start());
        }
    }

    @Override
    public BondStats stats() {
        return bond.stats();
    }

    @Override
    public BondConfig config() {
        return bond.config();
    }

    @Override
    public PeerChanges changePeers(List<PeerConfig> peers) {
        return bond.changePeers(peers);
    }

    @Override
    public void startRates(List<StartRate> rates) {
        bond.startRates(rates);
    }

    @Override
    public void close() {
        bond.close();
    }
}
