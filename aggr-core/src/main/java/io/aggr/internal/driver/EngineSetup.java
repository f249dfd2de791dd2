package io.aggr.internal.driver;

import io.aggr.BondConfig;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PeerConfig;
import io.aggr.encap.Encapsulator;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.plugin.BondPlugins;
import io.aggr.link.Link;
import io.aggr.tun.TunDevice;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Tells the engine what a configuration means: its peers and lines, what takes the place of a plugin that fails, how much memory. */
final class EngineSetup {

    private static final String FALLBACK_SCHEDULER = "earliest-arrival";
    private static final String FALLBACK_REORDER = "gap";
    private static final String BARE_FALLBACK_REORDER = "none";

    private final BondConfig config;
    private final BondPlugins plugins;
    private final boolean framed;

    /**
     * What a configuration means.
     *
     * @param framed whether its encapsulation carries frames
     */
    EngineSetup(BondConfig config, BondPlugins plugins, boolean framed) {
        this.config = config;
        this.plugins = plugins;
        this.framed = framed;
    }

    /**
     * The whole bond.
     *
     * @param links those that listen, then those of each peer, in the order of the configuration
     */
    EngineSettings bond(
            TunDevice tun, List<Link> links, Encapsulator encapsulator, LongSupplier random, EngineEvents events) {
        List<PeerSettings> peers = new ArrayList<>();
        int nextLink = config.listen().size();
        for (PeerConfig peer : config.peers()) {
            List<PeerSettings.LineSettings> lines = new ArrayList<>();
            for (LinkConfig link : peer.links()) {
                lines.add(line(lines.size(), link, nextLink++));
            }
            peers.add(peer(peers.size(), peer, lines));
        }
        int arenaBytes = EngineSettings.arenaBytesFor(mostBitsPerSecond());
        return new EngineSettings(
                tun,
                links,
                encapsulator,
                peers,
                RunningPeers.routes(config),
                new FlowHash(random.getAsLong(), random.getAsLong()),
                config.clampMss(),
                arenaBytes,
                EngineSettings.slotsFor(arenaBytes),
                random,
                events);
    }

    /** One peer with its lines. */
    PeerSettings peer(int index, PeerConfig peer, List<PeerSettings.LineSettings> lines) {
        return new PeerSettings(
                index,
                peer.name(),
                peer.scheduler().name(),
                () -> plugins.scheduler(peer.scheduler()),
                () -> plugins.scheduler(PeerConfig.Plugin.named(FALLBACK_SCHEDULER)),
                peer.reorder().name(),
                capacity -> plugins.reorder(peer.reorder(), capacity),
                capacity -> plugins.reorder(
                        PeerConfig.Plugin.named(framed ? FALLBACK_REORDER : BARE_FALLBACK_REORDER), capacity),
                peer.repair(),
                framed ? peer.equalise() : PeerConfig.Equalise.OFF,
                lines);
    }

    private static PeerSettings.LineSettings line(int index, LinkConfig link, int localLink) {
        return new PeerSettings.LineSettings(
                index,
                link.name(),
                localLink,
                link.rates().upBitsPerSecond(),
                link.rates().downBitsPerSecond(),
                link.rates().maxUpBitsPerSecond(),
                link.rates().maxDownBitsPerSecond(),
                link.cost(),
                link.mtuBytes(),
                link.inner());
    }

    /** The most that all lines together may carry in one direction; 0 if nobody can tell. */
    private long mostBitsPerSecond() {
        long sum = 0;
        for (PeerConfig peer : config.peers()) {
            for (LinkConfig link : peer.links()) {
                long most = most(link.rates());
                if (most == 0) {
                    return 0;
                }
                sum += most;
            }
        }
        return sum;
    }

    /** The most that a line may carry in one direction: a bound holds, a rate may turn out to be too low; 0 if nobody can tell. */
    private static long most(LinkRates rates) {
        long up = most(rates.upBitsPerSecond(), rates.maxUpBitsPerSecond());
        long down = most(rates.downBitsPerSecond(), rates.maxDownBitsPerSecond());
        return up == 0 || down == 0 ? 0 : Math.max(up, down);
    }

    private static long most(long bitsPerSecond, long boundBitsPerSecond) {
        if (boundBitsPerSecond != LinkRates.UNKNOWN) {
            return boundBitsPerSecond;
        }
        return bitsPerSecond == LinkRates.UNLIMITED ? 0 : 2 * bitsPerSecond;
    }
}
