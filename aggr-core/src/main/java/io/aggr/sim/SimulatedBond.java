package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.StartRate;
import io.aggr.encap.Encapsulator;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A bond in virtual time while it runs: a site whose lines end behind modems that translate addresses, a hub with a public address that learns the
 * lines from its peer, and a host behind each. What happens to it during a run is done through this; it is handed to the events of a {@link
 * Simulation}.
 *
 * <p><b>Threading.</b> The thread that runs the simulation.
 *
 * @since 0.1
 */
public final class SimulatedBond {
    private static final long WALL_NANOS = 1_700_000_000_000_000_000L;
    private static final long CLOCK_RANGE_NANOS = 1L << 50;

    private final Simulation simulation;
    private final VirtualTime time;
    private final SeededRandom random;
    private final SimSizes sizes;
    private final SimSettings settings;
    private final SimNetwork network;
    private final Map<String, LineSpec> alive = new LinkedHashMap<>();
    private final SimClock siteClock;
    private final SimClock hubClock;
    private final SimTun siteTun;
    private final SimTun hubTun;
    private final Plug sitePlug;
    private final Plug hubPlug;
    private final ModelHost siteHost;
    private final ModelHost hubHost;
    private final List<SimEnd> siteEnds = new ArrayList<>();
    private final List<SimEnd> hubEnds = new ArrayList<>();
    private final Capacity capacity;
    private long siteClockNanos;
    private long hubClockNanos;
    private SimEnd site;
    private SimEnd hub;

    SimulatedBond(Simulation simulation, VirtualTime time) {
        this.simulation = simulation;
        this.time = time;
        random = new SeededRandom(simulation.seed());
        sizes = new SimSizes(simulation);
        settings = new SimSettings(simulation);
        network = new SimNetwork(time, simulation.lines(), simulation.plugins().isBare(), sizes.outerBytes(), random);
        simulation.lines().lines().forEach(spec -> alive.put(spec.name(), spec));
        siteClock = new SimClock(time, origin(), 0);
        hubClock = new SimClock(time, origin(), simulation.driftPpm());
        siteTun = new SimTun("site0", sizes.tunMtuBytes());
        hubTun = new SimTun("hub0", sizes.tunMtuBytes());
        capacity = new Capacity(time, network.lines(), sizes.payloadShare());
        site = startSite(List.of());
        hub = startHub(List.of());
        sitePlug = new Plug(siteTun);
        hubPlug = new Plug(hubTun);
        siteHost = host(sitePlug, "10.1.0.1");
        hubHost = host(hubPlug, "10.2.0.1");
    }

    private long origin() {
        return random.nextLong() % CLOCK_RANGE_NANOS;
    }

    private ModelHost host(Plug plug, String address) {
        int mtuBytes = network.lines().get(0).spec().down().mtuBytes();
        return simulation.isIpv6Inside()
                ? new ModelHost(time, new Ipv6Port(plug), address, mtuBytes - SimSizes.IPV6_OVER_IPV4_BYTES)
                : new ModelHost(time, plug, address, mtuBytes);
    }

    /** Between a host and its device: whoever keeps a flow keeps the host, but not the whole bond, once it is pulled. */
    private static final class Plug implements PacketPort {
        private @Nullable PacketPort device;

        Plug(PacketPort device) {
            this.device = device;
        }

        @Override
        public void send(ByteBuffer packet) {
            if (device != null) {
                device.send(packet);
            }
        }

        @Override
        public void receiveWith(Receiver receiver) {
            if (device != null) {
                device.receiveWith(receiver);
            }
        }
    }

    /** The rate of inner packets of a size that fills all lines as they are at the start. */
    double datagramBitsPerSecond(int packetBytes) {
        LineSet set = simulation.lines();
        double sum = simulation.isDown() ? set.downBitsPerSecond() : set.upBitsPerSecond();
        return sizes.innerBitsPerSecond(sum, packetBytes);
    }

    /** What an end hands on to the next one in its place. */
    private List<StartRate> kept(SimEnd end) {
        return simulation.keepsRates() ? StartRate.of(end.stats()) : List.of();
    }

    private SimEnd startSite(List<StartRate> rates) {
        SimEnd end = start(SimPlace.SITE, siteClock, siteTun, network.siteLinks(), rates);
        siteEnds.add(end);
        return end;
    }

    private SimEnd startHub(List<StartRate> rates) {
        SimEnd end = start(SimPlace.HUB, hubClock, hubTun, network.hubLinks(), rates);
        hubEnds.add(end);
        return end;
    }

    private SimEnd start(SimPlace place, SimClock clock, SimTun tun, List<SimLink> links, List<StartRate> rates) {
        SeededRandom own = new SeededRandom(random.nextLong());
        SimEnd end = new SimEnd(place.text(), time, clock, tun, links, simulation.probe(), events -> {
            Encapsulator encapsulator = simulation
                    .plugins()
                    .encapsulator(
                            place,
                            own::nextLong,
                            () -> WALL_NANOS
                                    + time.nowNanos()
                                    + (place == SimPlace.SITE ? siteClockNanos : hubClockNanos));
            return settings.of(place, tun, links, encapsulator, own, events);
        });
        end.startRates(rates);
        end.start();
        return end;
    }

    /**
     * The time in which the bond lives.
     *
     * @return always the same
     */
    public VirtualTime time() {
        return time;
    }

    /**
     * The host behind the site.
     *
     * @return for traffic of one's own
     */
    public ModelHost siteHost() {
        return siteHost;
    }

    /**
     * The host behind the hub.
     *
     * @return for traffic of one's own
     */
    public ModelHost hubHost() {
        return hubHost;
    }

    /**
     * What a line is at present.
     *
     * @param name the line
     * @return its description
     */
    public LineSpec line(String name) {
        return network.line(name).spec();
    }

    /**
     * Lets everything that a line takes vanish from now on, in both directions, without a sign.
     *
     * @param name the line
     */
    public void cut(String name) {
        change(network.line(name).spec().withBlackHole(true));
    }

    /**
     * Makes a line as it was at the start, or after the last {@link #change} that was not a cut.
     *
     * @param name the line
     */
    public void restore(String name) {
        network.line(name);
        LineSpec spec = alive.get(name);
        if (spec != null) {
            change(spec);
        }
    }

    /**
     * Makes a line another one: rate, delay, loss, whatever.
     *
     * @param line what it is from now on; its name says which one
     */
    public void change(LineSpec line) {
        SimLine found = network.line(line.name());
        if (!line.down().blackHole() && !line.up().blackHole()) {
            alive.put(line.name(), line);
        }
        capacity.beforeChange();
        found.change(line);
    }

    /**
     * Ends the address mappings of a line's modem: the next datagrams come from other ports.
     *
     * @param name the line
     */
    public void rebind(String name) {
        network.modem(name).rebind();
    }

    /**
     * As {@link #rebind(String)}, and the modem gets another address.
     *
     * @param name the line
     * @param address four decimal numbers with dots
     */
    public void rebind(String name, String address) {
        network.modem(name).rebind(address);
    }

    /** Kills the site and starts it again, without a word, and without memory unless {@link Simulation#keepRates} says so. */
    public void restartSite() {
        List<StartRate> rates = kept(site);
        site.stop(false);
        site = startSite(rates);
    }

    /** Kills the hub and starts it again, as {@link #restartSite}. */
    public void restartHub() {
        List<StartRate> rates = kept(hub);
        hub.stop(false);
        hub = startHub(rates);
    }

    /**
     * The clock on the wall of the site's machine is set, which its monotonic clock does not notice. A machine that has slept sees its clock go ahead so.
     *
     * @param step by how much; negative to set it back
     * @since 0.1
     */
    public void stepSiteClock(Duration step) {
        siteClockNanos += step.toNanos();
    }

    /**
     * As {@link #stepSiteClock}, at the hub.
     *
     * @param step by how much; negative to set it back
     * @since 0.1
     */
    public void stepHubClock(Duration step) {
        hubClockNanos += step.toNanos();
    }

    /**
     * The site's threads get no time for a while, as on a host that is busy with other things.
     *
     * @param sending how long the one that sends does not run
     * @param receiving how long the one that receives does not run
     * @since 0.1
     */
    public void stallSite(Duration sending, Duration receiving) {
        site.stall(sending.toNanos(), receiving.toNanos());
    }

    /**
     * As {@link #stallSite}, at the hub.
     *
     * @param sending how long the one that sends does not run
     * @param receiving how long the one that receives does not run
     * @since 0.1
     */
    public void stallHub(Duration sending, Duration receiving) {
        hub.stall(sending.toNanos(), receiving.toNanos());
    }

    /** Kills the site; {@link #restartSite} starts it again. */
    public void stopSite() {
        site.stop(false);
    }

    /** Kills the hub; {@link #restartHub} starts it again. */
    public void stopHub() {
        hub.stop(false);
    }

    /**
     * What the site's bond says of itself.
     *
     * @return a picture of this moment
     */
    public BondStats siteStats() {
        return site.stats();
    }

    /**
     * What the hub's bond says of itself.
     *
     * @return a picture of this moment
     */
    public BondStats hubStats() {
        return hub.stats();
    }

    List<SimLine> simLines() {
        return network.lines();
    }

    Capacity capacity() {
        return capacity;
    }

    SimTun siteTun() {
        return siteTun;
    }

    SimTun hubTun() {
        return hubTun;
    }

    /** All that the site was, one per start. */
    List<SimEnd> siteEnds() {
        return siteEnds;
    }

    /** All that the hub was, one per start. */
    List<SimEnd> hubEnds() {
        return hubEnds;
    }

    long unroutedDatagrams() {
        return network.unroutedDatagrams();
    }

    long natRefusedDatagrams() {
        return network.natRefusedDatagrams();
    }

    SimEnd site() {
        return site;
    }

    SimEnd hub() {
        return hub;
    }

    /** Ends everything and lets go of it; flows and pings can still be asked what they have seen. */
    void stop() {
        site.stop(false);
        hub.stop(false);
        sitePlug.device = null;
        hubPlug.device = null;
        time.clear();
    }
}
