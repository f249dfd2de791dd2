package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import io.aggr.PeerChanges;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import io.aggr.StartRate;
import io.aggr.link.LinkState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A bond that opens nothing. */
final class FakeBond implements RunningBond {

    private BondConfig config;
    final AtomicInteger closes = new AtomicInteger();
    final List<StartRate> startRates;
    long found;

    private FakeBond(BondConfig config, List<StartRate> startRates) {
        this.config = config;
        this.startRates = new ArrayList<>(startRates);
    }

    @Override
    public BondStats stats() {
        List<PeerStats> peers = config.peers().stream()
                .map(peer -> new PeerStats(
                        peer.name(),
                        true,
                        false,
                        peer.scheduler().name(),
                        peer.reorder().name(),
                        1,
                        100,
                        2,
                        200,
                        0,
                        0,
                        0,
                        0,
                        peer.links().stream()
                                .map(link -> new LinkStats(
                                        0,
                                        link.name(),
                                        LinkState.UP,
                                        "",
                                        String.valueOf(link.settings().remote()),
                                        link.rates().upBitsPerSecond(),
                                        found,
                                        40_000_000,
                                        0,
                                        0,
                                        1,
                                        120,
                                        2,
                                        240,
                                        0,
                                        0,
                                        0,
                                        1_500,
                                        link.cost().tier(),
                                        link.cost().metered(),
                                        link.cost().backup(),
                                        0,
                                        0,
                                        Map.of(),
                                        Map.of()))
                                .toList(),
                        Map.of(),
                        Map.of()))
                .toList();
        return new BondStats(config.name(), config.tun().name(), 1_000_000_000L, peers, Map.of(), List.of());
    }

    @Override
    public BondConfig config() {
        return config;
    }

    @Override
    public PeerChanges changePeers(List<PeerConfig> peers) {
        List<String> before = config.peers().stream().map(PeerConfig::name).toList();
        List<String> after = peers.stream().map(PeerConfig::name).toList();
        config = config.withPeers(peers);
        return new PeerChanges(
                after.stream().filter(name -> !before.contains(name)).toList(),
                before.stream().filter(name -> !after.contains(name)).toList(),
                List.of(),
                List.of());
    }

    @Override
    public void startRates(List<StartRate> rates) {
        startRates.clear();
        startRates.addAll(rates);
    }

    @Override
    public void close() {
        closes.incrementAndGet();
    }

    /** Opens fake bonds, or fails as told. */
    static final class Starter implements RunningBond.Starter {

        @Nullable
        IllegalArgumentException refusal;

        @Nullable
        IOException failure;

        @Nullable
        FakeBond started;

        @Nullable
        String missing;

        @Nullable
        String endsBy;

        @Override
        public Optional<String> missingHere(BondConfig config, Providers providers) {
            return Optional.ofNullable(missing);
        }

        @Override
        public void check(BondConfig config, Providers providers) {
            if (refusal != null) {
                throw refusal;
            }
        }

        @Override
        public RunningBond start(
                BondConfig config, Providers providers, BondListener listener, List<StartRate> startRates)
                throws IOException {
            check(config, providers);
            if (failure != null) {
                throw failure;
            }
            if (endsBy != null) {
                listener.onFailure(endsBy);
            }
            FakeBond bond = new FakeBond(config, startRates);
            started = bond;
            return bond;
        }
    }
}
