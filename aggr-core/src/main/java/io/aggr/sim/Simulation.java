package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.SchedulerProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Real bonds over modelled lines in virtual time: how good is a scheduler, a reorder buffer, a setting? Seconds of a run take milliseconds, and
 * the same seed gives the same result on every machine.
 *
 * <pre>{@code
 * SimulationReport report = Simulation.of(Profiles.UNEQUAL)
 *         .scheduler(new MyScheduler.Provider())
 *         .seed(1)
 *         .download(Duration.ofSeconds(30))
 *         .run();
 * System.out.println(report.table().text());
 * Files.writeString(Path.of("my-scheduler.svg"), report.chart().svg());
 * }</pre>
 *
 * <p>Each run builds everything anew: two ends with the engine that a real bond has, modems that translate addresses, a host behind each end.
 * After a lead-in of six seconds, in which the bond comes up and a ping measures it idle, TCP connections start and run for the given time
 * while the ping goes on. Times of events and of the report's questions count from the start of the connections.
 *
 * <p><b>Threading.</b> One thread at a time; several simulations may run in different threads.
 *
 * @since 0.1
 */
public final class Simulation {
    /** From the start of the two ends to the start of the traffic. */
    static final Duration LEAD_IN = Duration.ofSeconds(6);

    private final LineSet lines;
    private final List<Event> events = new ArrayList<>();
    private final Map<String, LinkCost> costs = new HashMap<>();
    private final SimPlugins plugins = new SimPlugins();
    private long seed = 1;
    private Duration duration = Duration.ofSeconds(30);
    private Duration settling = Duration.ofSeconds(5);
    private boolean down = true;
    private int flows = 1;
    private double datagramShare;
    private int datagramBytes;
    private TcpOptions tcp = TcpOptions.defaults();
    private double configuredShare = 1;
    private boolean exactRates = true;
    private boolean keptRates;
    private double driftPpm = 50;
    private int tunMtuBytes;
    private boolean repair = true;
    private int pinnedMtuBytes;
    private PeerConfig.Equalise equalise = PeerConfig.Equalise.AUTO;
    private boolean ipv6Inside;
    private boolean ipv6Outside;
    private SimEnd.Probe probe = SimEnd.Probe.NONE;

    /** What is done to a bond at a time. */
    record Event(Duration at, String label, Consumer<SimulatedBond> action) {}

    private Simulation(LineSet lines) {
        this.lines = requireNonNull(lines, "lines");
        for (LineEvent event : lines.events()) {
            at(event.at(), event.label(), bond -> bond.change(event.line()));
        }
    }

    /**
     * A simulation over lines, with the default plugins: one download of 30 seconds.
     *
     * @param lines the lines and what happens to them, such as one of {@link Profiles}
     * @return a simulation to refine
     */
    public static Simulation of(LineSet lines) {
        return new Simulation(lines);
    }

    /**
     * Sets the scheduler, at both ends.
     *
     * @param provider makes it; need not be registered
     * @return this
     */
    public Simulation scheduler(SchedulerProvider provider) {
        plugins.add(provider);
        return scheduler(provider.name(), Map.of());
    }

    /**
     * Sets the scheduler, at both ends.
     *
     * @param name name of a registered provider
     * @param options its options
     * @return this
     */
    public Simulation scheduler(String name, Map<String, String> options) {
        plugins.useScheduler(name, options);
        return this;
    }

    /**
     * Sets the reorder buffer, at both ends.
     *
     * @param provider makes it; need not be registered
     * @return this
     */
    public Simulation reorder(ReorderBufferProvider provider) {
        plugins.add(provider);
        return reorder(provider.name(), Map.of());
    }

    /**
     * Sets the reorder buffer, at both ends.
     *
     * @param name name of a registered provider
     * @param options its options
     * @return this
     */
    public Simulation reorder(String name, Map<String, String> options) {
        plugins.useReorderBuffer(name, options);
        return this;
    }

    /**
     * Sets whether the ends ask each other to send again what a line has lost. They do unless told otherwise.
     *
     * @param on false to let go what is proved lost
     * @return this
     */
    public Simulation repair(boolean on) {
        repair = on;
        return this;
    }

    /**
     * Sets whether bulk flows get an even delay, at both ends. {@code AUTO} unless told otherwise.
     *
     * @param choice the choice
     * @return this
     */
    public Simulation equalise(PeerConfig.Equalise choice) {
        equalise = requireNonNull(choice, "equalise");
        return this;
    }

    /**
     * Sets what all chance comes from: loss, jitter, numbers, the clocks of the ends.
     *
     * @param newSeed any
     * @return this
     */
    public Simulation seed(long newSeed) {
        seed = newSeed;
        return this;
    }

    /**
     * Lets the site download from the hub.
     *
     * @param length of the traffic, 1 second or more
     * @return this
     */
    public Simulation download(Duration length) {
        return traffic(true, length);
    }

    /**
     * Lets the site upload to the hub.
     *
     * @param length of the traffic, 1 second or more
     * @return this
     */
    public Simulation upload(Duration length) {
        return traffic(false, length);
    }

    private Simulation traffic(boolean towardsSite, Duration length) {
        if (length.compareTo(Duration.ofSeconds(1)) < 0) {
            throw new IllegalArgumentException("simulation.duration must be 1 second or more, got " + length);
        }
        down = towardsSite;
        duration = length;
        if (settling.compareTo(length) >= 0) {
            settling = length.dividedBy(2);
        }
        return this;
    }

    /**
     * Sets how much of the traffic's begin is left out of the figures. Five seconds, or half of a short run, unless told otherwise.
     *
     * @param newSettling shorter than the traffic
     * @return this
     */
    public Simulation settling(Duration newSettling) {
        if (newSettling.isNegative() || newSettling.compareTo(duration) >= 0) {
            throw new IllegalArgumentException("simulation.settling must be 0 or more and below the duration of "
                    + duration + ", got " + newSettling);
        }
        settling = newSettling;
        return this;
    }

    /**
     * Sets how many connections share the bond.
     *
     * @param count 1 to 1000
     * @return this
     */
    public Simulation flows(int count) {
        if (count < 1 || count > 1000) {
            throw new IllegalArgumentException("simulation.flows must be 1 to 1000, got " + count);
        }
        flows = count;
        return this;
    }

    /**
     * Sets what kind of connections they are.
     *
     * @param options of the TCP model
     * @return this
     */
    public Simulation tcp(TcpOptions options) {
        tcp = requireNonNull(options, "tcp");
        return this;
    }

    /**
     * Sends datagrams at a constant rate in place of TCP: what is lost and overtaken then shows in {@link SimulationReport#datagrams}.
     *
     * @param share of what the lines carry at their start in the direction of the traffic, headers of the bond counted in; above 0 to 2
     * @param packetBytes IP bytes of each, 36 to what the tunnel takes
     * @return this
     */
    public Simulation datagrams(double share, int packetBytes) {
        if (!(share > 0 && share <= 2)) {
            throw new IllegalArgumentException("simulation.datagrams must be above 0 to 2, got " + share);
        }
        datagramShare = share;
        datagramBytes = packetBytes;
        return this;
    }

    /**
     * Sets which rates the ends are told, as a share of the lines' true rates at the start.
     *
     * @param share 1 for the truth, 1.1 for an owner who has read too much in the advertisement, 0 for none
     * @return this
     */
    public Simulation configuredRates(double share) {
        if (!(share >= 0 && share <= 100)) {
            throw new IllegalArgumentException("simulation.configured-rates must be 0 to 100, got " + share);
        }
        configuredShare = share;
        return this;
    }

    /**
     * Lets the ends begin with the rates that they are told and find out the rest, as a bond does. Without, they keep to what they are told, so that
     * schedulers and settings are compared on the same rates.
     *
     * @return this
     */
    public Simulation seedRates() {
        exactRates = false;
        return this;
    }

    /**
     * Lets an end that is started again begin with the rates that it had found before, as a daemon with a file of rates does.
     *
     * @return this
     */
    public Simulation keepRates() {
        keptRates = true;
        return this;
    }

    /**
     * Sets the cost tier of a line, 0 unless told otherwise.
     *
     * @param line name of the line
     * @param tier 0 to 255
     * @return this
     */
    public Simulation tier(String line, int tier) {
        return cost(line, cost(line).withTier(tier));
    }

    /**
     * Sets what it costs to use a line, nothing unless told otherwise.
     *
     * @param line name of the line
     * @param cost its cost
     * @return this
     */
    public Simulation cost(String line, LinkCost cost) {
        lines.line(line);
        costs.put(line, requireNonNull(cost, "cost"));
        return this;
    }

    /**
     * Sets the MTU of the ends' TUN devices. Unless told otherwise it is what fits the line with the smallest packets.
     *
     * @param bytes 576 to 1900
     * @return this
     */
    public Simulation tunMtu(int bytes) {
        if (bytes < 576 || bytes > 1_900) {
            throw new IllegalArgumentException("simulation.tun-mtu must be 576 to 1900, got " + bytes);
        }
        tunMtuBytes = bytes;
        return this;
    }

    /**
     * Sets how much faster the hub's clock runs than the site's; 50 millionths unless told otherwise. The origins of the clocks are always
     * different.
     *
     * @param ppm millionths, -1000 to 1000
     * @return this
     */
    public Simulation clockDrift(double ppm) {
        if (!(Math.abs(ppm) <= 1000)) {
            throw new IllegalArgumentException("simulation.clock-drift must be -1000 to 1000 ppm, got " + ppm);
        }
        driftPpm = ppm;
        return this;
    }

    /**
     * Chooses the encapsulation.
     *
     * @param on true for {@code noise}, with keys that everybody knows; false, which is usual here, for {@code plain}
     * @return this
     */
    public Simulation encrypted(boolean on) {
        plugins.encrypt(on);
        return this;
    }

    /**
     * Lets nothing but packets travel, one IP-in-IP tunnel over each line, as gif(4) does: no numbers, no reports, no repair. Both ends are told what
     * the lines carry and where they lead; TCP is put in order by {@code tcp-sequence}, which can be changed afterwards.
     *
     * @return this
     * @since 0.1
     */
    public Simulation bare() {
        plugins.useBareTunnels();
        return reorder("tcp-sequence", Map.of()).repair(false).equalise(PeerConfig.Equalise.OFF);
    }

    /**
     * Sets what both ends are told of the MTU of all lines. Unless told, they search for it.
     *
     * @param bytes of the outer packet, 576 to 1500; 0 for a search
     * @return this
     * @since 0.1
     */
    public Simulation lineMtu(int bytes) {
        if (bytes != 0 && (bytes < 576 || bytes > 1_500)) {
            throw new IllegalArgumentException("simulation.line-mtu must be 0 or 576 to 1500, got " + bytes);
        }
        pinnedMtuBytes = bytes;
        return this;
    }

    /**
     * Chooses the family of the hosts' packets.
     *
     * @param on true for IPv6
     * @return this
     */
    public Simulation ipv6Inside(boolean on) {
        ipv6Inside = on;
        return this;
    }

    /**
     * Chooses the family of the bond's own datagrams.
     *
     * @param on true for IPv6
     * @return this
     */
    public Simulation ipv6Outside(boolean on) {
        ipv6Outside = on;
        return this;
    }

    /**
     * Lets something happen to the bond.
     *
     * @param time since the start of the traffic; negative down to -6 s is before it
     * @param label what happens, for the chart
     * @param action does it
     * @return this
     */
    public Simulation at(Duration time, String label, Consumer<SimulatedBond> action) {
        requireNonNull(label, "label");
        requireNonNull(action, "action");
        if (time.plus(LEAD_IN).isNegative()) {
            throw new IllegalArgumentException("event \"" + label + "\" must not be before -6 s, got " + time);
        }
        events.add(new Event(time, label, action));
        return this;
    }

    /** Lets a test look at each call of the packet path. */
    Simulation probe(SimEnd.Probe newProbe) {
        probe = newProbe;
        return this;
    }

    /**
     * Runs the simulation from the beginning.
     *
     * @return what came of it
     * @throws IllegalStateException if packets were neither delivered nor counted as dropped, or a host got a packet that was damaged: a bug
     *     of the engine or of a plugin
     */
    public SimulationReport run() {
        if (plugins.isBare() && (plugins.isEncrypted() || ipv6Inside || ipv6Outside || configuredShare == 0)) {
            throw new IllegalArgumentException(
                    "bare tunnels carry IPv4 over IPv4, unencrypted, and cannot find their rates");
        }
        List<Event> inOrder = new ArrayList<>(events);
        inOrder.sort(Comparator.comparing(Event::at));
        return new SimulationRun(this, inOrder).run();
    }

    LineSet lines() {
        return lines;
    }

    long seed() {
        return seed;
    }

    Duration duration() {
        return duration;
    }

    Duration settling() {
        return settling;
    }

    boolean isDown() {
        return down;
    }

    int flows() {
        return flows;
    }

    /** Rate of the datagrams as a share of the lines', 0 for TCP. */
    double datagramShare() {
        return datagramShare;
    }

    int datagramBytes() {
        return datagramBytes;
    }

    TcpOptions tcp() {
        return tcp;
    }

    boolean keepsRates() {
        return keptRates;
    }

    boolean hasExactRates() {
        return exactRates;
    }

    double configuredShare() {
        return configuredShare;
    }

    double driftPpm() {
        return driftPpm;
    }

    /** 0 if it follows from the lines. */
    int tunMtuBytes() {
        return tunMtuBytes;
    }

    PeerConfig.Equalise equalise() {
        return equalise;
    }

    boolean isRepair() {
        return repair;
    }

    boolean isIpv6Inside() {
        return ipv6Inside;
    }

    boolean isIpv6Outside() {
        return ipv6Outside;
    }

    LinkCost cost(String line) {
        return costs.getOrDefault(line, LinkCost.NONE);
    }

    /** 0 if the MTU of the lines is searched for. */
    int pinnedMtuBytes() {
        return pinnedMtuBytes;
    }

    SimEnd.Probe probe() {
        return probe;
    }

    SimPlugins plugins() {
        return plugins;
    }
}
