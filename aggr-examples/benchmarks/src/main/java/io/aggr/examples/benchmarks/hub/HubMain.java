package io.aggr.examples.benchmarks.hub;

import io.aggr.Keys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Starts {@code aggr run} as a hub, lets many sites with two lines each greet it, waits until nothing but probes and new keys is left to be done, and says
 * what the daemon takes. Needs Linux and what the daemon needs for its TUN device; everything else stays on the loopback interface. Each peer has new keys
 * about every two minutes, so 120 seconds hold all that an idle hub does.
 *
 * <pre>{@code java ... HubMain BIN_AGGR [PEERS [LINES [SECONDS]]]}</pre>
 */
public final class HubMain {

    private static final int PORT = 15_080;
    private static final int LOOK_SECONDS = 5;
    private static final int MOST_SETTLE_SECONDS = 300;

    /** An idle line has a probe and its answer from either end every 10 to 12.5 seconds: 0.36 datagrams a second. */
    private static final double IDLE_DATAGRAMS_PER_LINE = 0.45;

    private static final int MOST_START_SECONDS = 120;
    private static final double TICKS_PER_SECOND = 100;

    private HubMain() {}

    /**
     * Measures.
     *
     * @param args path of {@code bin/aggr}, then peers (1000), lines of each (2) and seconds (120)
     * @throws IOException if the system refuses something
     * @throws InterruptedException if the thread is interrupted
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        if (args.length < 1) {
            System.err.println("the path of bin/aggr must be given");
            System.exit(2);
        }
        int peers = number(args, 1, 1_000);
        int lines = number(args, 2, 2);
        int seconds = number(args, 3, 120);
        Path folder = Files.createTempDirectory("aggr-hub");
        String hubKey = Keys.newPrivateKey();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < peers; i++) {
            keys.add(Keys.newPrivateKey());
        }
        Path config = write(folder, hubKey, keys);
        Process daemon = new ProcessBuilder(args[0], "run", "--config", config.toString(), "--log-level", "warn")
                .inheritIO()
                .start();
        try (Swarm swarm = new Swarm(
                keys, Keys.publicKey(hubKey), new InetSocketAddress(InetAddress.getLoopbackAddress(), PORT), lines)) {
            Path proc = Path.of("/proc", Long.toString(daemon.pid()));
            TimeUnit.SECONDS.sleep(5);
            System.out.printf(Locale.ROOT, "alone: %.0f MiB%n", residentMebibytes(proc));
            swarm.start();
            long began = System.nanoTime();
            while (swarm.established() < peers && System.nanoTime() - began < MOST_START_SECONDS * 1e9) {
                TimeUnit.MILLISECONDS.sleep(200);
            }
            System.out.printf(
                    Locale.ROOT,
                    "%d of %d peers with %d lines each after %.1f s: %.0f MiB, %.1f s of processor time%n",
                    swarm.established(),
                    peers,
                    lines,
                    (System.nanoTime() - began) / 1e9,
                    residentMebibytes(proc),
                    processorSeconds(proc));
            System.out.printf(Locale.ROOT, "idle after %.0f s more%n", settle(peers * lines));
            measure(proc, seconds);
        } finally {
            daemon.destroy();
            if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
                daemon.destroyForcibly();
            }
            for (String file : List.of("hub.toml", "hub.key", "hub.state")) {
                Files.deleteIfExists(folder.resolve(file));
            }
            try (var left = Files.list(folder)) {
                for (Path file : left.toList()) {
                    Files.deleteIfExists(file);
                }
            }
            Files.deleteIfExists(folder);
        }
        System.exit(0);
    }

    /** Waits until no line has more to say than an idle one; returns how many seconds that took. */
    private static double settle(int lines) throws IOException, InterruptedException {
        long beganNanos = System.nanoTime();
        double rate = Double.MAX_VALUE;
        while (rate > IDLE_DATAGRAMS_PER_LINE * lines
                && System.nanoTime() - beganNanos < TimeUnit.SECONDS.toNanos(MOST_SETTLE_SECONDS)) {
            long before = datagrams();
            long fromNanos = System.nanoTime();
            TimeUnit.SECONDS.sleep(LOOK_SECONDS);
            rate = (datagrams() - before) / ((System.nanoTime() - fromNanos) / 1e9);
        }
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    private static void measure(Path proc, int seconds) throws IOException, InterruptedException {
        double before = processorSeconds(proc);
        double beforeKeys = keySeconds(proc);
        long beforeWaits = waits(proc);
        long beforeDatagrams = datagrams();
        long beganNanos = System.nanoTime();
        TimeUnit.SECONDS.sleep(seconds);
        double took = processorSeconds(proc) - before;
        double tookKeys = keySeconds(proc) - beforeKeys;
        double passed = (System.nanoTime() - beganNanos) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "idle for %d s: %.0f MiB resident, %.2f %% of a core, of which %.2f %% for new keys, %.0f waits a second,"
                        + " %.0f datagrams of both ends a second%n",
                seconds,
                residentMebibytes(proc),
                100 * took / passed,
                100 * tookKeys / passed,
                (waits(proc) - beforeWaits) / passed,
                (datagrams() - beforeDatagrams) / passed);
    }

    /** Processor time of the thread that agrees on keys. */
    private static double keySeconds(Path proc) throws IOException {
        double sum = 0;
        try (var threads = Files.list(proc.resolve("task"))) {
            for (Path thread : threads.toList()) {
                // The system keeps 15 characters of a name.
                if (Files.readString(thread.resolve("comm")).startsWith("aggr-hub-handsh")) {
                    sum += processorSeconds(thread);
                }
            }
        }
        return sum;
    }

    private static int number(String[] args, int index, int fallback) {
        return args.length > index ? Integer.parseInt(args[index]) : fallback;
    }

    private static Path write(Path folder, String hubKey, List<String> keys) throws IOException {
        Path key = Files.createFile(
                folder.resolve("hub.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, hubKey + "\n");
        StringBuilder text = new StringBuilder();
        text.append("[bond]\nname = \"hub\"\nlisten = [\"127.0.0.1:")
                .append(PORT)
                .append(
                        "\"]\nprivate-key-file = \"hub.key\"\nstate-file = \"hub.state\"\nstatus-socket = \"hub.sock\"\n\n")
                .append("[tun]\nname = \"aggrhub\"\naddress = [\"10.255.255.1/32\"]\n");
        for (int i = 0; i < keys.size(); i++) {
            text.append("\n[[peer]]\nname = \"site-")
                    .append(i)
                    .append("\"\npublic-key = \"")
                    .append(Keys.publicKey(keys.get(i)))
                    .append("\"\nallowed-ips = [\"10.")
                    .append(i / 256)
                    .append('.')
                    .append(i % 256)
                    .append(".0/24\"]\n");
        }
        return Files.writeString(folder.resolve("hub.toml"), text);
    }

    private static double residentMebibytes(Path proc) throws IOException {
        for (String line : Files.readAllLines(proc.resolve("status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
            }
        }
        throw new IOException("no VmRSS in " + proc.resolve("status"));
    }

    /** How often its threads have gone to sleep. */
    private static long waits(Path proc) throws IOException {
        long waits = 0;
        try (var threads = Files.list(proc.resolve("task"))) {
            for (Path thread : threads.toList()) {
                for (String line : Files.readAllLines(thread.resolve("status"))) {
                    if (line.startsWith("voluntary_ctxt_switches:")) {
                        waits += Long.parseLong(line.replaceAll("[^0-9]", ""));
                    }
                }
            }
        }
        return waits;
    }

    /** UDP datagrams that were sent in this network namespace. */
    private static long datagrams() throws IOException {
        List<String> lines = Files.readAllLines(Path.of("/proc/net/snmp"));
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).startsWith("Udp:") && lines.get(i - 1).startsWith("Udp:")) {
                int column = List.of(lines.get(i - 1).split(" ", -1)).indexOf("OutDatagrams");
                return Long.parseLong(lines.get(i).split(" ", -1)[column]);
            }
        }
        throw new IOException("no counts of UDP in /proc/net/snmp");
    }

    private static double processorSeconds(Path proc) throws IOException {
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
