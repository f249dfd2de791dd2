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
 * what the daemon takes. Needs Linux and what the daemon needs for its TUN device; everything else stays on the loopback interface.
 *
 * <pre>{@code java ... HubMain BIN_AGGR [PEERS [LINES [SECONDS]]]}</pre>
 */
public final class HubMain {

    private static final int PORT = 15_080;
    private static final int SETTLE_SECONDS = 60;
    private static final int MOST_START_SECONDS = 120;
    private static final double TICKS_PER_SECOND = 100;

    private HubMain() {}

    /**
     * Measures.
     *
     * @param args path of {@code bin/aggr}, then peers (1000), lines of each (2) and seconds (60)
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
        int seconds = number(args, 3, 60);
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
            TimeUnit.SECONDS.sleep(SETTLE_SECONDS);
            double before = processorSeconds(proc);
            long beforeNanos = System.nanoTime();
            TimeUnit.SECONDS.sleep(seconds);
            double took = processorSeconds(proc) - before;
            System.out.printf(
                    Locale.ROOT,
                    "idle for %d s: %.0f MiB resident, %.2f %% of a core%n",
                    seconds,
                    residentMebibytes(proc),
                    100 * took / ((System.nanoTime() - beforeNanos) / 1e9));
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

    private static int number(String[] args, int index, int fallback) {
        return args.length > index ? Integer.parseInt(args[index]) : fallback;
    }

    private static Path write(Path folder, String hubKey, List<String> keys) throws IOException {
        Path key = Files.createFile(
                folder.resolve("hub.key"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(key, hubKey + "\n");
        StringBuilder text = new StringBuilder();
        text.append("[bond]\nname = \"hub-of-many\"\nlisten = [\"127.0.0.1:")
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

    private static double processorSeconds(Path proc) throws IOException {
        String stat = Files.readString(proc.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    }
}
