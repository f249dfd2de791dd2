package io.aggr.sim;

import io.aggr.TunnelAddresses;
import io.aggr.encap.Encapsulator;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.path.Pacer;
import io.aggr.tun.IpPrefix;
import java.net.Inet4Address;
import java.util.ArrayList;
import java.util.List;

/** What the two ends of a simulated bond are told: of their lines, of each other, of their plugins. */
final class SimSettings {
    private final Simulation simulation;
    private final SimPlugins plugins;

    SimSettings(Simulation simulation) {
        this.simulation = simulation;
        plugins = simulation.plugins();
    }

    /** All that the engine of one end has to know. */
    EngineSettings of(
            SimPlace place,
            SimTun tun,
            List<SimLink> links,
            Encapsulator encapsulator,
            SeededRandom random,
            EngineEvents events) {
        PeerSettings peer = peer(place);
        int arenaBytes = EngineSettings.arenaBytesFor(sumOfRates(peer.lines()));
        return new EngineSettings(
                tun,
                List.copyOf(links),
                encapsulator,
                List.of(peer),
                place.networksOfOther(),
                new FlowHash(random.nextLong(), random.nextLong()),
                true,
                arenaBytes,
                EngineSettings.slotsFor(arenaBytes),
                random::nextLong,
                events);
    }

    private PeerSettings peer(SimPlace place) {
        return new PeerSettings(
                0,
                place.other().text(),
                plugins.schedulerName(),
                plugins::newScheduler,
                plugins::newFallbackScheduler,
                plugins.reorderName(),
                plugins::newReorderBuffer,
                plugins::newFallbackReorderBuffer,
                simulation.isRepair(),
                simulation.equalise(),
                lines(place));
    }

    /** The hub learns its lines from the site, unless they are bare. */
    private List<PeerSettings.LineSettings> lines(SimPlace place) {
        List<PeerSettings.LineSettings> lines = new ArrayList<>();
        if (place == SimPlace.SITE || plugins.isBare()) {
            for (LineSpec spec : simulation.lines().lines()) {
                lines.add(line(lines.size(), spec, place == SimPlace.SITE));
            }
        }
        return lines;
    }

    private PeerSettings.LineSettings line(int index, LineSpec spec, boolean atSite) {
        long out = configured(atSite ? spec.up() : spec.down());
        long in = configured(atSite ? spec.down() : spec.up());
        return new PeerSettings.LineSettings(
                index + 1,
                spec.name(),
                index,
                out,
                in,
                bound(out),
                bound(in),
                simulation.cost(spec.name()),
                simulation.pinnedMtuBytes(),
                plugins.isBare() ? inner(index, atSite) : null);
    }

    private static TunnelAddresses inner(int index, boolean atSite) {
        Inet4Address near = address("172.16.251." + (1 + index));
        Inet4Address far = address("172.16.251." + (50 + index));
        return atSite ? new TunnelAddresses(near, far) : new TunnelAddresses(far, near);
    }

    private static Inet4Address address(String text) {
        return (Inet4Address) IpPrefix.parse(text).address();
    }

    private long bound(long bitsPerSecond) {
        return simulation.hasExactRates() && bitsPerSecond != Pacer.UNLIMITED ? bitsPerSecond : 0;
    }

    private long configured(LineSettings direction) {
        return direction.rateBitsPerSecond() == LineSettings.UNLIMITED_RATE
                ? Pacer.UNLIMITED
                : Math.round(direction.rateBitsPerSecond() * simulation.configuredShare());
    }

    /** What a driver would be told of the lines: nothing at the end that learns them from its peer. */
    private static long sumOfRates(List<PeerSettings.LineSettings> lines) {
        long sum = 0;
        for (PeerSettings.LineSettings line : lines) {
            long rate = Math.max(line.upBitsPerSecond(), line.downBitsPerSecond());
            if (rate == 0 || rate == Pacer.UNLIMITED) {
                return 0;
            }
            sum += rate;
        }
        return sum;
    }
}
