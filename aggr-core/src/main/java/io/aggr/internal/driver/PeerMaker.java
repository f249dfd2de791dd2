package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.internal.engine.PeerSettings;
import java.util.List;

/** Checks and makes the peers that come to a bond while it runs. */
final class PeerMaker implements RunningPeers.Maker {

    private final BondConfig config;
    private final Providers providers;
    private final EngineSetup setup;

    /** Peers of a bond that was started with a configuration. */
    PeerMaker(BondConfig config, Providers providers, EngineSetup setup) {
        this.config = config;
        this.providers = providers;
        this.setup = setup;
    }

    @Override
    public void check(PeerConfig peer) {
        checkAll(config.withPeers(List.of(peer)));
    }

    @Override
    public void checkAll(BondConfig next) {
        String encapsulation = config.peers().get(0).encapsulation().name();
        PeerConfig first = next.peers().get(0);
        if (!first.encapsulation().name().equals(encapsulation)) {
            throw new IllegalArgumentException("peer " + first.name()
                    + ": all peers of a bond must use the same encapsulation, here " + encapsulation);
        }
        BondCheck.check(next, providers, false);
    }

    @Override
    public PeerSettings settings(int number, PeerConfig peer) {
        return setup.peer(number, peer, List.of());
    }
}
