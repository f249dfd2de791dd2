package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.StartRate;
import io.aggr.TunnelAddresses;
import io.aggr.encap.Encapsulator;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.path.Pacer;
import io.aggr.tun.IpPrefix;
import java.net.Inet4Address;
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
    private static final String HUB_ADDRESS = "192.0.2.1";
    private static final int HUB_PORT = 5080;
    private static final int SITE_PORT = 5080;
    private static final Duration NAT_IDLE = Duration.ofSeconds(30);
    private static final int FRAME_HEADER_BYTES = 9;
    private static final int IPV6_OVER_IPV4_BYTES = 20;
    private static final long WALL_NANOS = 1_700_000_000_000_000_000L;
    private static final long CLOCK_RANGE_NANOS = 1L << 50;

    private final Simulation simulation;
    private final VirtualTime time;
    private final SeededRandom random;
    private final Internet internet;
    private final int outerBytes;
    private final List<SimLine> lines = new ArrayList<>();
    private final List<Nat> nats = new ArrayList<>();
    /** One for each line if it carries nothing but packets. */
    private final List<BareWire> wires = new ArrayList<>();

    private final Map<String, LineSpec> alive = new LinkedHashMap<>();
    private final DatagramPort hubPort;
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
    private int siteStarts;
    private long siteClockNanos;
    private long hubClockNanos;
    private SimEnd site;
    private SimEnd hub;

    SimulatedBond(Simulation simulation, VirtualTime time) {
        this.simulation = simulation;
        this.time = time;
        random = new SeededRandom(simulation.seed());
        outerBytes = simulation.isBare()
                ? BareWire.HEADER_BYTES
                : simulation.isIpv6Outside() ? Internet.IPV6_UDP_BYTES : Internet.IPV4_UDP_BYTES;
        internet = new Internet(time, outerBytes);
        for (LineSpec spec : simulation.lines().lines()) {
            lines.add(new SimLine(time, spec, random.nextLong()));
            String modem = "198.51.100." + lines.size();
            nats.add(new Nat(modem, NAT_IDLE));
            if (simulation.isBare()) {
                wires.add(new BareWire(lines.get(lines.size() - 1), modem, HUB_ADDRESS));
            }
            alive.put(spec.name(), spec);
        }
        hubPort = internet.host(HUB_ADDRESS, HUB_PORT);
        siteClock = new SimClock(time, origin(), 0);
        hubClock = new SimClock(time, origin(), simulation.driftPpm());
        int mtuBytes = tunMtuBytes();
        siteTun = new SimTun("site0", mtuBytes);
        hubTun = new SimTun("hub0", mtuBytes);
        capacity = new Capacity(time, lines, payloadShare());
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
        int mtuBytes = lines.get(0).spec().down().mtuBytes();
        return simulation.isIpv6Inside()
                ? new ModelHost(time, new Ipv6Port(plug), address, mtuBytes - IPV6_OVER_IPV4_BYTES)
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

    /** The largest inner packet that fits the lines as they are at the start, unless the simulation says something else. */
    private int tunMtuBytes() {
        if (simulation.tunMtuBytes() > 0) {
            return simulation.tunMtuBytes();
        }
        int least = Integer.MAX_VALUE;
        for (LineSpec line : simulation.lines().lines()) {
            least = Math.min(least, Math.min(line.down().mtuBytes(), line.up().mtuBytes()));
        }
        Encapsulator sample = simulation.encapsulator(SimKeys.SITE, () -> 1, () -> 1);
        try {
            int frameBytes = simulation.isBare() ? 0 : FRAME_HEADER_BYTES;
            return least - outerBytes - sample.traits().overheadBytes() - frameBytes;
        } finally {
            sample.close();
        }
    }

    /** What a full packet on a line carries for the application, as a share of its bytes. */
    private double payloadShare() {
        int headers = TcpSegment.DATA_HEADER_BYTES + (simulation.isIpv6Inside() ? IPV6_OVER_IPV4_BYTES : 0);
        int lineMtu = simulation.lines().lines().get(0).down().mtuBytes();
        return (double) (tunMtuBytes() - headers) / lineMtu;
    }

    /** The rate of inner packets of a size that fills all lines as they are at the start. */
    double datagramBitsPerSecond(int packetBytes) {
        LineSet set = simulation.lines();
        double sum = simulation.isDown() ? set.downBitsPerSecond() : set.upBitsPerSecond();
        int overheadBytes = set.lines().get(0).down().mtuBytes() - tunMtuBytes();
        return sum * packetBytes / (packetBytes + overheadBytes);
    }

    /** What an end hands on to the next one in its place. */
    private List<StartRate> kept(SimEnd end) {
        return simulation.keepsRates() ? StartRate.of(end.stats()) : List.of();
    }

    private SimEnd startSite(List<StartRate> rates) {
        siteStarts++;
        List<SimLink> links = new ArrayList<>();
        List<PeerSettings.LineSettings> settings = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            links.add(simulation.isBare() ? wires.get(i).newNearLink() : behindModem(i));
            settings.add(lineSettings(i, true));
        }
        SimEnd end = start("site", siteClock, siteTun, links, "hub", "10.2.0.0/16", "fd00:2::/32", settings, rates);
        siteEnds.add(end);
        return end;
    }

    /** Another process gets another port, and from the modem another mapping. */
    private SimLink behindModem(int index) {
        SimLine line = lines.get(index);
        DatagramPort port =
                internet.behind(line, nats.get(index), "192.168." + (index + 1) + ".2", SITE_PORT + siteStarts - 1);
        return new SimLink(line.name(), port, outerBytes, hubPort.localAddress());
    }

    private PeerSettings.LineSettings lineSettings(int index, boolean atSite) {
        LineSpec spec = simulation.lines().lines().get(index);
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
                simulation.isBare() ? inner(index, atSite) : null);
    }

    private static TunnelAddresses inner(int index, boolean atSite) {
        Inet4Address near = address("172.16.251." + (1 + index));
        Inet4Address far = address("172.16.251." + (50 + index));
        return atSite ? new TunnelAddresses(near, far) : new TunnelAddresses(far, near);
    }

    private static Inet4Address address(String text) {
        return (Inet4Address) IpPrefix.parse(text).address();
    }

    private SimEnd startHub(List<StartRate> rates) {
        List<SimLink> links = new ArrayList<>();
        List<PeerSettings.LineSettings> settings = new ArrayList<>();
        if (simulation.isBare()) {
            for (int i = 0; i < lines.size(); i++) {
                links.add(wires.get(i).newFarLink());
                settings.add(lineSettings(i, false));
            }
        } else {
            links.add(new SimLink("listen", hubPort, outerBytes, Endpoint.NONE));
        }
        SimEnd end = start("hub", hubClock, hubTun, links, "site", "10.1.0.0/16", "fd00:1::/32", settings, rates);
        hubEnds.add(end);
        return end;
    }

    private long bound(long bitsPerSecond) {
        return simulation.hasExactRates() && bitsPerSecond != Pacer.UNLIMITED ? bitsPerSecond : 0;
    }

    private long configured(LineSettings direction) {
        return direction.rateBitsPerSecond() == LineSettings.UNLIMITED_RATE
                ? Pacer.UNLIMITED
                : Math.round(direction.rateBitsPerSecond() * simulation.configuredShare());
    }

    private SimEnd start(
            String name,
            SimClock clock,
            SimTun tun,
            List<SimLink> links,
            String peer,
            String prefix4,
            String prefix6,
            List<PeerSettings.LineSettings> lineSettings,
            List<StartRate> rates) {
        SeededRandom own = new SeededRandom(random.nextLong());
        SimEnd end = new SimEnd(name, time, clock, tun, links, simulation.probe(), events -> {
            Encapsulator encapsulator = simulation.encapsulator(
                    name.equals("site") ? SimKeys.SITE : SimKeys.HUB,
                    own::nextLong,
                    () -> WALL_NANOS + time.nowNanos() + (name.equals("site") ? siteClockNanos : hubClockNanos));
            return settings(tun, links, encapsulator, peerSettings(peer, lineSettings), prefix4, prefix6, own, events);
        });
        end.startRates(rates);
        end.start();
        return end;
    }

    private PeerSettings peerSettings(String peer, List<PeerSettings.LineSettings> lineSettings) {
        return new PeerSettings(
                0,
                peer,
                simulation.schedulerName(),
                simulation::newScheduler,
                simulation::newFallbackScheduler,
                simulation.reorderName(),
                simulation::newReorderBuffer,
                simulation::newFallbackReorderBuffer,
                simulation.isRepair(),
                simulation.equalise(),
                lineSettings);
    }

    private static EngineSettings settings(
            SimTun tun,
            List<SimLink> links,
            Encapsulator encapsulator,
            PeerSettings peer,
            String prefix4,
            String prefix6,
            SeededRandom random,
            EngineEvents events) {
        int arenaBytes = EngineSettings.arenaBytesFor(sumOfRates(peer.lines()));
        return new EngineSettings(
                tun,
                List.copyOf(links),
                encapsulator,
                List.of(peer),
                AllowedIps.of(List.of(
                        new AllowedIps.Entry(CidrPrefix.parse(prefix4), 0, peer.name()),
                        new AllowedIps.Entry(CidrPrefix.parse(prefix6), 0, peer.name()))),
                new FlowHash(random.nextLong(), random.nextLong()),
                true,
                arenaBytes,
                EngineSettings.slotsFor(arenaBytes),
                random::nextLong,
                events);
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
        return find(name).spec();
    }

    /**
     * Lets everything that a line takes vanish from now on, in both directions, without a sign.
     *
     * @param name the line
     */
    public void cut(String name) {
        change(find(name).spec().withBlackHole(true));
    }

    /**
     * Makes a line as it was at the start, or after the last {@link #change} that was not a cut.
     *
     * @param name the line
     */
    public void restore(String name) {
        find(name);
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
        SimLine found = find(line.name());
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
        nats.get(lines.indexOf(find(name))).rebind();
    }

    /**
     * As {@link #rebind(String)}, and the modem gets another address.
     *
     * @param name the line
     * @param address four decimal numbers with dots
     */
    public void rebind(String name, String address) {
        nats.get(lines.indexOf(find(name))).rebind(address);
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

    private SimLine find(String name) {
        for (SimLine line : lines) {
            if (line.name().equals(name)) {
                return line;
            }
        }
        throw new IllegalArgumentException("no line " + name + "; lines are " + alive.keySet());
    }

    List<SimLine> simLines() {
        return lines;
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
        return internet.unroutedDatagrams();
    }

    long natRefusedDatagrams() {
        return nats.stream().mapToLong(Nat::refusedDatagrams).sum();
    }

    SimEnd site() {
        return site;
    }

    SimEnd hub() {
        return hub;
    }

    int segmentBytes() {
        return tunMtuBytes() - TcpSegment.DATA_HEADER_BYTES - (simulation.isIpv6Inside() ? IPV6_OVER_IPV4_BYTES : 0);
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
