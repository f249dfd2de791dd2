package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.LabKeys;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.LabSample;
import io.aggr.examples.lab.Pause;
import io.aggr.examples.lab.emulator.LineCounters;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.netns.Realtime;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A lab with the two ADSL lines of 2006 and two daemons that bond them, encrypted; the one that listens knows a third, which is not there yet. */
final class Stand implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final LineSet LINES = Profiles.SEED;
    private static final Pattern PUBLIC_KEY = Pattern.compile("public-key = \"([^\"]+)\"");

    /** As {@code bin/aggr run} starts a daemon, but with an eighth of the memory: what is not bounded shows. */
    private static final String[] FLAGS = {"-XX:+UseSerialGC", "-Xms16m", "-Xmn6m", "-Xmx64m", "-Xss512k"};

    private final Lab lab;
    private final LabBond bond;
    private final LabBond.Texts texts;
    private final String newcomer;
    private ChildProcess megabit;
    private ChildProcess gigabit;
    private @Nullable ChildProcess newcomerDaemon;

    private Stand(Lab lab, LabBond bond) throws IOException {
        this.lab = lab;
        this.bond = bond;
        LabBond.Texts two = bond.texts(
                lab.addresses(),
                lab.profile(),
                (name, key) -> lab.writePrivate(name, key).toString());
        LabKeys keys = LabKeys.generate();
        texts = new LabBond.Texts(two.megabit(), two.gigabit() + thirdPeer(keys));
        newcomer = newcomer(keys);
        gigabit = lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
        megabit = lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
        long unused = lab.awaitReachable(PATIENCE);
    }

    /** Builds the lab and waits until the bond carries packets. */
    static Stand start(LabOptions options, UnaryOperator<LabBond> bonds, String... moreFlags) throws IOException {
        List<String> flags = new ArrayList<>(List.of(FLAGS));
        flags.addAll(List.of(moreFlags));
        Lab lab = Lab.start(LINES, options.withDaemonFlags(flags.toArray(String[]::new)));
        try {
            return new Stand(lab, bonds.apply(LabBond.noise(lab.addresses())));
        } catch (IOException | RuntimeException e) {
            lab.close();
            throw e;
        }
    }

    private String thirdPeer(LabKeys keys) {
        return "[[peer]]\nname = \"newcomer\"\npublic-key = \"" + keys.publicKey() + "\"\nallowed-ips = [\""
                + host(lab.addresses().tunnelNewcomer()) + "\"]\n";
    }

    private String newcomer(LabKeys keys) throws IOException {
        return "[bond]\nprivate-key-file = \"" + lab.writePrivate("newcomer.key", keys.privateKey())
                + "\"\nstatus-socket = \"" + LabBond.statusSocket("newcomer")
                + "\"\n\n[tun]\nname = \"aggr0\"\naddress = [\""
                + lab.addresses().tunnelNewcomer() + "\"]\nmtu = " + bond.tunMtuBytes()
                + "\n\n[[peer]]\nname = \"gigabit\"\npublic-key = \"" + publicKey() + "\"\nallowed-ips = [\""
                + host(lab.addresses().tunnelB()) + "\"]\n\n[[peer.link]]\nname = \"direct\"\nlocal = \""
                + lab.addresses().outsiderAddress(LabHost.NEWCOMER) + "\"\nremote = \""
                + lab.addresses().bondEndpoint() + "\"\n";
    }

    private static String host(String address) {
        return address.substring(0, address.indexOf('/')) + (address.contains(":") ? "/128" : "/32");
    }

    Lab lab() {
        return lab;
    }

    String setting() {
        return LINES.summary() + "; " + bond.encapsulation() + ", rates " + (bond.seeded() ? "told" : "found");
    }

    /** The public key of the end that listens: whoever wants to connect to it has to know it. */
    String publicKey() {
        Matcher matcher = PUBLIC_KEY.matcher(texts.megabit());
        if (!matcher.find()) {
            throw new IllegalStateException("the bond has no keys");
        }
        return matcher.group(1);
    }

    /** The daemon that listens. */
    ChildProcess gigabit() {
        return gigabit;
    }

    /** Ends the daemon with the lines on the spot and starts it anew. */
    void restartMegabit() throws IOException {
        megabit.kill();
        megabit = lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
    }

    /** Ends the daemon that listens on the spot and starts it anew. */
    void restartGigabit() throws IOException {
        gigabit.kill();
        gigabit = lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
    }

    /** Ends both daemons on the spot and starts them anew. */
    void restartBoth() throws IOException {
        megabit.kill();
        gigabit.kill();
        gigabit = lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
        megabit = lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
    }

    /** Starts the third daemon, whose datagrams all get lost until {@link #letNewcomerSpeak}. */
    void startNewcomer() throws IOException {
        lab.connect(LabHost.NEWCOMER);
        lab.silence(LabHost.NEWCOMER, true);
        newcomerDaemon = lab.startDaemon(LabHost.NEWCOMER, newcomer);
    }

    /** From now on what the third daemon sends arrives; the end that listens has not heard of it before. */
    void letNewcomerSpeak() throws IOException {
        if (newcomerDaemon != null) {
            // As the threads of the others that move packets: out there it would have a machine of its own.
            boolean unused = Realtime.raise(newcomerDaemon.pid(), name -> name.startsWith("aggr-"));
        }
        lab.silence(LabHost.NEWCOMER, false);
    }

    /** Packets that the lines' own queues have dropped so far, in both directions. */
    long droppedByLines() {
        List<LabSample> samples = lab.samples();
        LabSample last = samples.get(samples.size() - 1);
        return sum(last.down()) + sum(last.up());
    }

    private static long sum(List<LineCounters> lines) {
        return lines.stream()
                .mapToLong(line -> line.queueFullPackets() + line.lostPackets() + line.tooLargePackets())
                .sum();
    }

    /** Whether the emulator kept its times: without that the figures show the machine and not the bond. */
    boolean isValid() throws IOException {
        return lab.droppedByEmulator() == 0 && lab.lateness().isTolerable();
    }

    /** How the emulator kept its times. */
    Finding emulator() throws IOException {
        return Finding.told(
                "emulator late by",
                lab.lateness() + ", dropped " + lab.droppedByEmulator()
                        + (lab.isRealtime() ? "" : ", not before other programs"));
    }

    @Override
    public void close() {
        lab.close();
    }

    /** A word of a program's output, once it is there. */
    static String awaitLine(ChildProcess program, String firstWord, Duration patience) throws IOException {
        long beginNanos = System.nanoTime();
        while (true) {
            String line = find(program, firstWord);
            if (line != null) {
                return line;
            }
            boolean isSilent = !program.isAlive() && find(program, firstWord) == null;
            if (isSilent || System.nanoTime() - beginNanos > patience.toNanos()) {
                throw new IOException(program.label() + " does not say \"" + firstWord + "\": " + program.lastErrors());
            }
            Pause.of(Duration.ofMillis(20));
        }
    }

    private static @Nullable String find(ChildProcess program, String firstWord) throws IOException {
        for (String line : program.outputLines()) {
            if (line.startsWith(firstWord + " ")) {
                return line;
            }
        }
        return null;
    }
}
