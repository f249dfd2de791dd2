package io.aggr.examples.lab;

import io.aggr.examples.lab.emulator.EmulatedLine;
import io.aggr.examples.lab.netns.Namespaces;
import io.aggr.examples.lab.netns.Realtime;
import io.aggr.examples.lab.traffic.PingHost;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All of a lab that has to be taken down again: namespaces, lines, the ping host. Programs that run in the namespaces go with them.
 *
 * <p><b>Threading.</b> Any thread; {@link #close} may come from the shutdown hook.
 */
final class LabNetwork implements AutoCloseable {

    private static final int MAX_MTU_BYTES = 1500;

    private final Namespaces namespaces = new Namespaces();
    private final Topology topology;
    private final List<EmulatedLine> lines;
    private final PingHost pingHost;
    private final boolean realtime;
    private final Thread shutdownHook = new Thread(this::release, "lab-end");
    private boolean released;

    private final Path runDirectory;
    private final boolean isTemporary;

    /**
     * Builds everything, or leaves nothing behind.
     *
     * @param isTemporary whether the run directory, with the keys that are in it, goes with the network
     */
    LabNetwork(LineSet profile, LabOptions options, Path runDirectory, boolean isTemporary) throws IOException {
        this.runDirectory = runDirectory;
        this.isTemporary = isTemporary;
        List<AutoCloseable> opened = new ArrayList<>();
        topology = new Topology(namespaces, options.addresses(), profile.lines().size(), options.hosts());
        lines = new ArrayList<>();
        Runtime.getRuntime().addShutdownHook(shutdownHook);
        boolean done = false;
        try {
            topology.build();
            String prefix = "al" + ProcessHandle.current().pid();
            TunProvider provider =
                    LabAvailability.provider().orElseThrow(() -> new IOException("aggr-tun-linux is missing"));
            for (int line = 1; line <= profile.lines().size(); line++) {
                lines.add(line(provider, prefix, line, profile.lines().get(line - 1), options, opened));
            }
            TunDevice ping = open(provider, prefix + "-p", opened);
            topology.attachPingHost(ping.name(), MAX_MTU_BYTES);
            AddressPlan plan = options.addresses();
            pingHost =
                    new PingHost(ping, InetAddress.getByName(plan.pingHost()), InetAddress.getByName(plan.lanBHost()));
            opened.add(pingHost);
            realtime = Realtime.raise(name -> name.startsWith("lab-line") || name.equals("lab-ping"));
            done = true;
        } finally {
            if (!done) {
                for (AutoCloseable resource : opened) {
                    closeQuietly(resource);
                }
                close();
            }
        }
    }

    private EmulatedLine line(
            TunProvider provider,
            String prefix,
            int line,
            LineSpec spec,
            LabOptions options,
            List<AutoCloseable> opened)
            throws IOException {
        int mtuBytes = Math.max(spec.down().mtuBytes(), spec.up().mtuBytes());
        if (mtuBytes > MAX_MTU_BYTES) {
            throw new IllegalArgumentException(
                    "the MTU of " + spec.name() + " must be at most " + MAX_MTU_BYTES + " in the lab, got " + mtuBytes);
        }
        TunDevice modem = open(provider, prefix + "-m" + line, opened);
        TunDevice internet = open(provider, prefix + "-i" + line, opened);
        topology.attachLine(line, modem.name(), internet.name(), options.announceMtu() ? mtuBytes : MAX_MTU_BYTES);
        // Not before both ends are up: what arrived at one that is down would count as dropped by the emulator.
        EmulatedLine emulated = new EmulatedLine(line, spec, options.seed() * 100 + line, modem, internet);
        opened.add(emulated);
        return emulated;
    }

    private static TunDevice open(TunProvider provider, String name, List<AutoCloseable> opened) throws IOException {
        TunDevice device = provider.open(TunSettings.named(name).withConfigure(false), ProviderConfig.none());
        opened.add(device);
        return device;
    }

    Namespaces namespaces() {
        return namespaces;
    }

    Topology topology() {
        return topology;
    }

    List<EmulatedLine> lines() {
        return lines;
    }

    PingHost pingHost() {
        return pingHost;
    }

    /** Whether the emulator's threads run before those of ordinary programs. */
    boolean isRealtime() {
        return realtime;
    }

    /** The first error that stopped a part of the emulation. */
    Optional<IOException> failure() {
        for (EmulatedLine line : lines) {
            IOException failure = line.failure();
            if (failure != null) {
                return Optional.of(failure);
            }
        }
        return Optional.ofNullable(pingHost.failure());
    }

    private synchronized void release() {
        if (released) {
            return;
        }
        released = true;
        lines.forEach(EmulatedLine::close);
        if (pingHost != null) {
            pingHost.close();
        }
        namespaces.close();
        if (isTemporary) {
            deleteRunDirectory();
        }
    }

    private void deleteRunDirectory() {
        try (Stream<Path> files = Files.walk(runDirectory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            System.err.println(runDirectory + " is left behind: " + e.getMessage());
        }
    }

    private static void closeQuietly(AutoCloseable resource) {
        try {
            resource.close();
        } catch (Exception e) {
            // What is half built is given up anyway, and the reason is already on its way.
        }
    }

    /** Takes everything down. Idempotent; never throws. */
    @Override
    public void close() {
        release();
        try {
            Runtime.getRuntime().removeShutdownHook(shutdownHook);
        } catch (IllegalStateException e) {
            // The virtual machine is going down: the hook is running or has run.
        }
    }
}
