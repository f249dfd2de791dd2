package io.aggr.examples.lab;

import io.aggr.examples.lab.emulator.EmulatedLine;
import io.aggr.examples.lab.emulator.Lateness;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.netns.Namespaces;
import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.LineSet;
import io.aggr.spi.Availability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Two places joined by several emulated access lines, made of network namespaces: the machines of {@link AddressPlan},
 * kernel TCP between the hosts at both ends, and whatever program is started on the routers.
 *
 * <pre>{@code
 * try (Lab lab = Lab.start(Profiles.SEED, LabOptions.defaults())) {
 *     lab.routePlain(1);
 *     lab.awaitReachable(Duration.ofSeconds(5));
 *     TransferResult result = lab.transfer(TransferPlan.download(Duration.ofSeconds(10)));
 * }
 * }</pre>
 *
 * <p>Nothing leaves the namespaces. They are removed by {@link #close}, also when the program is ended by a signal; what a
 * killed one left behind is removed by the next start.
 *
 * <p><b>Threading.</b> Any thread; one transfer at a time.
 */
public final class Lab implements AutoCloseable {

    private static final long SAMPLE_MILLIS = 100;
    /** Between two looks at something that is waited for. */
    static final Duration LOOK = Duration.ofMillis(20);

    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final LineSet profile;
    private final LabOptions options;
    private final Path runDirectory;
    private final LabNetwork network;
    private final LabPrograms programs;
    private final LineEvents events;
    private final LabHealth health;
    private final LabTransfers transfers;
    private final List<LabSample> samples = new ArrayList<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "lab-clock");
        thread.setDaemon(true);
        return thread;
    });

    private Lab(LineSet profile, LabOptions options, Path runDirectory, LabNetwork network) throws IOException {
        this.profile = profile;
        this.options = options;
        this.runDirectory = runDirectory;
        this.network = network;
        programs = new LabPrograms(network.namespaces(), runDirectory, options.daemonCommand());
        events = new LineEvents(profile, network, clock);
        health = new LabHealth(network, events, programs);
        transfers = new LabTransfers(programs, health, options.addresses());
        ScheduledFuture<?> unused = clock.scheduleAtFixedRate(this::sample, 0, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * Tells whether a lab can be built here. Takes some milliseconds and leaves nothing behind.
     *
     * @return usable, or why not in one sentence
     */
    public static Availability availability() {
        return LabAvailability.find();
    }

    /**
     * Builds a lab. An ordinary user has to be in a {@link Sandbox} before.
     *
     * @param profile its lines, at most {@link AddressPlan#MAX_LINES}; their events do not start by themselves, see
     *     {@link #schedule}
     * @param options the rest
     * @return the lab; nothing joins the two LANs yet
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static Lab start(LineSet profile, LabOptions options) throws IOException {
        if (Sandbox.isNeeded()) {
            throw new IOException("an ordinary user's lab has to be started in a sandbox");
        }
        Namespaces.removeStale();
        Path given = options.runDirectory();
        Path runDirectory = given == null ? Files.createTempDirectory("aggr-lab-") : Files.createDirectories(given);
        LabNetwork network = new LabNetwork(profile, options, runDirectory, given == null);
        try {
            return new Lab(profile, options, runDirectory, network);
        } catch (IOException | RuntimeException e) {
            network.close();
            throw e;
        }
    }

    /**
     * Where configurations and output of programs are. One of the caller's choice stays when the lab is closed, a temporary one goes.
     *
     * @return a directory
     */
    public Path runDirectory() {
        return runDirectory;
    }

    /**
     * All addresses of this lab.
     *
     * @return the plan
     */
    public AddressPlan addresses() {
        return options.addresses();
    }

    /**
     * The lines as they were at the start.
     *
     * @return the line set
     */
    public LineSet profile() {
        return profile;
    }

    /**
     * Joins the LANs by one line alone, as if there were no bond.
     *
     * @param line 1 and up
     * @throws IOException if the system refuses
     */
    public void routePlain(int line) throws IOException {
        if (line < 1 || line > network.lines().size()) {
            throw new IllegalArgumentException(
                    "line must be 1.." + network.lines().size() + ", got " + line);
        }
        network.topology().unroutePlain();
        network.topology().routePlain(line);
    }

    /**
     * Takes {@link #routePlain} back; only a bond joins the LANs then.
     *
     * @throws IOException if the system refuses
     */
    public void unroutePlain() throws IOException {
        network.topology().unroutePlain();
    }

    /**
     * Connects a host that is no part of the two places: it reaches gate-gigabit by a cable, without any line.
     *
     * @param outsider {@link LabHost#ATTACKER} or {@link LabHost#NEWCOMER}
     * @throws IOException if the system refuses
     */
    public void connect(LabHost outsider) throws IOException {
        network.topology().connect(outsider.role(), addresses().outsiderAddress(outsider));
    }

    /**
     * Lets everything get lost that a connected host sends, without its noticing.
     *
     * @param outsider connected before
     * @param on whether it gets lost
     * @throws IOException if the system refuses
     */
    public void silence(LabHost outsider, boolean on) throws IOException {
        network.topology().silence(outsider.role(), on);
    }

    /**
     * Starts the daemon of {@link LabOptions#daemonCommand} on a router.
     *
     * @param host the router
     * @param configText its configuration
     * @return the running daemon; it is ended with the lab
     * @throws IOException if it cannot be started
     */
    public ChildProcess startDaemon(LabHost host, String configText) throws IOException {
        return programs.startDaemon(host, configText);
    }

    /**
     * Starts a program.
     *
     * @param host where it runs
     * @param label name of its output files in {@link #runDirectory}
     * @param command name and arguments
     * @return the running program; it is ended with the lab
     * @throws IOException if it cannot be started
     */
    public ChildProcess run(LabHost host, String label, List<String> command) throws IOException {
        return programs.run(host, label, command);
    }

    /**
     * Runs a short program to its end.
     *
     * @param host where it runs
     * @param command name and arguments
     * @return what it printed
     * @throws IOException if it fails
     */
    public String check(LabHost host, String... command) throws IOException {
        return programs.check(host, command);
    }

    /**
     * Waits until the two LANs reach each other.
     *
     * @param patience longest wait
     * @return how long it took, nanoseconds
     * @throws IOException if they do not in time, or a daemon has ended meanwhile; the message holds its last words
     */
    public long awaitReachable(Duration patience) throws IOException {
        long beginNanos = System.nanoTime();
        setPinging(true);
        try {
            while (true) {
                long nowNanos = System.nanoTime();
                PingResult pings = pings(beginNanos, nowNanos);
                if (pings.lost() < pings.sent()) {
                    programs.raiseDaemons();
                    return nowNanos - beginNanos;
                }
                health.check();
                if (nowNanos - beginNanos > patience.toNanos()) {
                    throw new IOException(addresses().pingHost() + " does not reach "
                            + addresses().lanBHost() + " after " + patience.toMillis() + " ms" + programs.lastWords());
                }
                Pause.of(LOOK);
            }
        } finally {
            setPinging(false);
        }
    }

    /**
     * Sends bulk data from one host to the other and waits for the end.
     *
     * @param transferPlan how much and which way
     * @return what its receiver saw; nothing if nothing came
     * @throws IOException if the programs fail
     */
    public TransferResult transfer(TransferPlan transferPlan) throws IOException {
        return begin(transferPlan).await();
    }

    /**
     * Begins to send bulk data from one host to the other.
     *
     * @param transferPlan how much and which way
     * @return the running transfer
     * @throws IOException if the programs cannot be started
     */
    public RunningTransfer begin(TransferPlan transferPlan) throws IOException {
        return transfers.begin(transferPlan);
    }

    /**
     * Pings for a while and nothing else.
     *
     * @param duration how long
     * @return what came of it
     * @throws IOException if the emulation has failed
     */
    public PingResult ping(Duration duration) throws IOException {
        long fromNanos = System.nanoTime();
        setPinging(true);
        Pause.of(duration);
        setPinging(false);
        long toNanos = System.nanoTime();
        awaitAnswers();
        return pings(fromNanos, toNanos);
    }

    /** Lets the answers to the last pings come, also through full queues. */
    void awaitAnswers() throws IOException {
        Pause.of(ANSWER);
        health.check();
    }

    /**
     * Sets the time between two pings; ten a second at first.
     *
     * @param interval 100 µs or more
     */
    public void setPingInterval(Duration interval) {
        network.pingHost().setInterval(interval);
    }

    /**
     * Starts or stops the pings from LAN A to LAN B.
     *
     * @param on whether to ping
     */
    public void setPinging(boolean on) {
        network.pingHost().setActive(on);
    }

    /**
     * What came of the pings of a time.
     *
     * @param fromNanos begin, by {@link System#nanoTime}
     * @param toNanos end, exclusive
     * @return the pings sent in this time, and their answers so far
     */
    public PingResult pings(long fromNanos, long toNanos) {
        return network.pingHost().between(fromNanos, toNanos);
    }

    /**
     * Lets something happen to a line at once, whatever the event's time.
     *
     * @param event what
     * @throws IOException if the system refuses
     */
    public void event(LabEvent event) throws IOException {
        events.apply(event);
    }

    /**
     * All events so far.
     *
     * @return a copy, in order of time
     */
    public List<HappenedEvent> happened() {
        return events.happened();
    }

    /**
     * What the lines did at each time so far.
     *
     * @return grows while the lab runs
     */
    public LineHistory history() {
        return events.history();
    }

    /**
     * Lets things happen to lines later. An event that fails shows in the next call that waits.
     *
     * @param planned what, with times from now on
     */
    public void schedule(List<LabEvent> planned) {
        schedule(planned, System.nanoTime());
    }

    /**
     * Lets things happen to lines later. An event that fails shows in the next call that waits.
     *
     * @param planned what, with times from an instant on; what should have happened by now happens at once
     * @param sinceNanos the instant, by {@link System#nanoTime}
     */
    public void schedule(List<LabEvent> planned, long sinceNanos) {
        events.schedule(planned, sinceNanos);
    }

    private void sample() {
        LabSample sample = new LabSample(
                System.nanoTime(),
                network.lines().stream().map(EmulatedLine::downCounters).toList(),
                network.lines().stream().map(EmulatedLine::upCounters).toList());
        synchronized (samples) {
            samples.add(sample);
        }
    }

    /**
     * Counters of all lines, ten times a second since the start.
     *
     * @return a copy, in order of time
     */
    public List<LabSample> samples() {
        synchronized (samples) {
            return List.copyOf(samples);
        }
    }

    /**
     * How late the emulator delivered, over all lines since the start.
     *
     * @return quantiles
     */
    public Lateness lateness() {
        return EmulatedLine.lateness(network.lines());
    }

    /**
     * Packets that were lost because the emulator was too slow, not because of what it emulates. Anything but 0 spoils a
     * measurement.
     *
     * @return packets since the start, at all ends of all lines
     * @throws IOException if the system does not tell
     */
    public long droppedByEmulator() throws IOException {
        long dropped = 0;
        for (int line = 1; line <= network.lines().size(); line++) {
            EmulatedLine emulated = network.lines().get(line - 1);
            dropped += network.topology().droppedAtEntrance(line);
            dropped += emulated.downCounters().refusedPackets();
            dropped += emulated.upCounters().refusedPackets();
        }
        return dropped;
    }

    /**
     * Whether the emulator's threads and the daemons' packet threads run before those of ordinary programs.
     *
     * @return false where the system did not let us
     */
    public boolean isRealtime() {
        return network.isRealtime() && programs.areDaemonsRaised();
    }

    /**
     * Writes a file that others cannot read into {@link #runDirectory}.
     *
     * @param name of the file; one that exists is replaced
     * @param text what it holds
     * @return the file
     * @throws IOException if it cannot be written
     */
    public Path writePrivate(String name, String text) throws IOException {
        return programs.writePrivate(name, text);
    }

    /** Ends all programs and takes everything down. Idempotent; never throws. */
    @Override
    public void close() {
        clock.shutdownNow();
        programs.close();
        network.close();
    }
}
