package io.aggr.examples.daemon.doctor;

import io.aggr.Providers;
import io.aggr.link.LinkProvider;
import io.aggr.link.SourceRouteProvider;
import io.aggr.spi.Provider;
import io.aggr.tun.TunProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What is found on this machine, for people: one row per finding. */
public final class Examination {

    /** A tenth of a second of each cipher per round on a machine of today. */
    private static final int PACKETS_PER_ROUND = 20_000;

    private static final int MOST_DIGITS = 64;
    private static final int SLEEPS = 300;
    /** The pacer makes good this much, see docs/architecture.md; more of it and packets come in bursts. */
    private static final long TOLERABLE_LATENESS_NANOS = 2_000_000;
    /** A burst of a fifth of a second at 100 Mbit/s has to find room while the thread that reads is elsewhere. */
    private static final long GOOD_BUFFER_BYTES = 2_500_000;

    private final Path proc;
    private final int packetsPerRound;
    private final List<String> rows = new ArrayList<>();

    /** Nothing found yet. */
    public Examination() {
        this(Path.of("/proc"), PACKETS_PER_ROUND);
    }

    /**
     * With another place for the system's files.
     *
     * @param proc in place of {@code /proc}
     * @param packetsPerRound how much is encrypted for a figure
     */
    Examination(Path proc, int packetsPerRound) {
        this.proc = proc;
        this.packetsPerRound = packetsPerRound;
    }

    /**
     * Looks at everything. Takes about five seconds, opens nothing, sends nothing and changes nothing.
     *
     * @param providers plugins to tell of
     * @return rows without line ends
     */
    public List<String> run(Providers providers) {
        row(
                "Java",
                Runtime.version() + ", " + Runtime.getRuntime().availableProcessors() + " processors, "
                        + System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        row("TUN devices", offers(providers, TunProvider.class));
        row("link types", offers(providers, LinkProvider.class));
        row("source routes", offers(providers, SourceRouteProvider.class));
        buffers();
        timers(TimerLateness.measure(SLEEPS));
        try {
            ciphers(CipherSpeed.measure(packetsPerRound));
        } catch (GeneralSecurityException e) {
            row("ciphers", "this Java cannot encrypt: " + e.getMessage());
        }
        return List.copyOf(rows);
    }

    private <P extends Provider> String offers(Providers providers, Class<P> kind) {
        String text = providers.all(kind).stream()
                .map(provider -> provider.availability().usable()
                        ? provider.name()
                        : provider.name() + " not here: "
                                + provider.availability().reason())
                .collect(Collectors.joining("; "));
        return text.isEmpty() ? "none" : text;
    }

    private void buffers() {
        Optional<Long> most = number("sys/net/core/rmem_max");
        most.ifPresent(bytes -> row(
                "socket buffers",
                bytes >= GOOD_BUFFER_BYTES
                        ? "up to " + bytes + " bytes"
                        : "up to " + bytes + " bytes; for lines of 100 Mbit/s and more: sysctl net.core.rmem_max="
                                + GOOD_BUFFER_BYTES));
    }

    private void timers(TimerLateness lateness) {
        row(
                "timers",
                String.format(
                        Locale.ROOT,
                        "%.2f ms late, p99 %.2f ms%s",
                        lateness.medianNanos() / 1e6,
                        lateness.p99Nanos() / 1e6,
                        lateness.p99Nanos() > TOLERABLE_LATENESS_NANOS
                                ? ": the machine is busy; give the daemon precedence (CPUSchedulingPolicy=rr)"
                                : ""));
    }

    /** Tells of measured ciphers, and which to take. */
    void ciphers(List<CipherSpeed> speeds) {
        for (CipherSpeed speed : speeds) {
            row(
                    "cipher",
                    String.format(
                            Locale.ROOT,
                            "%-18s %6.2f us per packet of %d bytes, %.1f Gbit/s by one thread",
                            speed.option(),
                            speed.nanosPerPacket() / 1e3,
                            CipherSpeed.PACKET_BYTES,
                            speed.bitsPerSecond() / 1e9));
        }
        processorHasAes()
                .ifPresent(has -> row("AES", has ? "the processor has instructions for it" : "without instructions"));
        CipherSpeed best = CipherSpeed.best(speeds);
        row(
                "advice",
                "cipher = \"" + best.option() + "\" in both ends' [bond]"
                        + (best.equals(speeds.get(0))
                                ? ", which is the default"
                                : ", if the other end's doctor does not say otherwise"));
    }

    /** Empty where the system does not tell. */
    private Optional<Boolean> processorHasAes() {
        try (var lines = Files.lines(proc.resolve("cpuinfo"), StandardCharsets.ISO_8859_1)) {
            return lines.filter(line -> line.startsWith("flags") || line.startsWith("Features"))
                    .findFirst()
                    .map(line -> Arrays.asList(line.split("\\s+", -1)).contains("aes"));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Such files give all they have to the first read and nothing to a second one, so it must not ask for one byte. */
    private Optional<Long> number(String file) {
        try (InputStream in = Files.newInputStream(proc.resolve(file))) {
            return Optional.of(
                    Long.parseLong(new String(in.readNBytes(MOST_DIGITS), StandardCharsets.US_ASCII).trim()));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private void row(String name, String value) {
        rows.add(String.format(Locale.ROOT, "%-15s %s", name, value));
    }
}
