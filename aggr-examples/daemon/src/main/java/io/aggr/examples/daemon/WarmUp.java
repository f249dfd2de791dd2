package io.aggr.examples.daemon;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.PacketChannel;
import io.aggr.Providers;
import io.aggr.StartRate;
import io.aggr.examples.daemon.status.StatusPaths;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Lives the life of a daemon in a second and without privileges: two bonds over the loopback interface, one packet, one look at the status. The start
 * script runs it once so that the Java VM can keep the classes that this takes (class data sharing, {@code -XX:ArchiveClassesAtExit}); it prints
 * nothing, and what fails is no harm.
 */
public final class WarmUp {

    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final int MTU_BYTES = 1_400;

    private WarmUp() {}

    /**
     * Runs it and ends the JVM.
     *
     * @param args none
     * @throws IOException if no temporary file can be written
     */
    public static void main(String[] args) throws IOException {
        System.setErr(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
        Path folder = Files.createTempDirectory("aggr");
        try {
            run(folder);
        } finally {
            Files.deleteIfExists(folder.resolve("a.toml"));
            Files.deleteIfExists(folder.resolve("b.toml"));
            Files.deleteIfExists(folder);
        }
        System.exit(ExitCode.OK);
    }

    private static void run(Path folder) throws IOException {
        int port;
        try (DatagramSocket free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = free.getLocalPort();
        }
        Path site = write(
                folder.resolve("a.toml"),
                "",
                port,
                "[[peer.link]]\nname = \"l\"\nup = \"9 Mbit/s\"\n" + "remote = \"127.0.0.1:" + port + "\"\n");
        Path hub = write(folder.resolve("b.toml"), "listen = [\"127.0.0.1:" + port + "\"]\n", port, "");
        StatusPaths places = StatusPaths.of(folder);
        PrintWriter nowhere = new PrintWriter(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        Channels channels = new Channels();
        StopSignals signals = StopSignals.install();
        StopRequest atSite = done -> {
            channels.exchange();
            new Cli(nowhere, nowhere, channels, () -> signals, places).run("status", "a");
            new Cli(nowhere, nowhere, channels, () -> signals, places).run("check", "--config", site.toString());
            done.accept("done");
        };
        StopRequest atHub = done -> {
            new Cli(nowhere, nowhere, channels, () -> atSite, places).run("run", "--config", site.toString());
            done.accept("done");
        };
        new Cli(nowhere, nowhere, channels, () -> atHub, places).run("run", "--config", hub.toString());
    }

    private static Path write(Path file, String bond, int port, String links) throws IOException {
        String name = String.valueOf(file.getFileName()).substring(0, 1);
        return Files.writeString(
                file,
                "[bond]\nname = \"" + name + "\"\n" + bond + "[tun]\nmtu = " + MTU_BYTES
                        + "\n[[peer]]\nname = \"p\"\nid = "
                        + port + "\nencapsulation = \"plain\"\naccept-no-authentication = true\n"
                        + "allowed-ips = [\"0.0.0.0/0\"]\nscheduler = \"earliest-arrival\"\n" + links);
    }

    /** Starts bonds without a TUN device. */
    private static final class Channels implements RunningBond.Starter {

        private final List<PacketChannel> channels = new ArrayList<>();

        @Override
        public void check(BondConfig config, Providers providers) {
            Bond.check(config, Preflight.asIfUsable(providers));
        }

        @Override
        public RunningBond start(
                BondConfig config, Providers providers, BondListener listener, List<StartRate> startRates)
                throws IOException {
            PacketChannel channel = PacketChannel.open(MTU_BYTES, 16);
            channels.add(channel);
            return new CoreBond(Bond.builder(config)
                    .providers(providers)
                    .listener(listener)
                    .startRates(startRates)
                    .tun(channel.device())
                    .start());
        }

        /** Sends an empty UDP packet (RFC 768) from the site to the hub. */
        void exchange() {
            if (channels.size() < 2) {
                return;
            }
            ByteBuffer packet = ByteBuffer.allocate(28);
            packet.put(new byte[] {0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2});
            packet.putShort(10, (short) checksum(packet, 20));
            packet.putShort(20, (short) 4_000).putShort(22, (short) 4_001).putShort(24, (short) 8);
            channels.get(1).send(packet.position(0), PATIENCE);
            channels.get(0).receive(ByteBuffer.allocate(MTU_BYTES), PATIENCE);
        }

        private static int checksum(ByteBuffer packet, int length) {
            int sum = 0;
            for (int i = 0; i < length; i += 2) {
                sum += packet.getShort(i) & 0xffff;
            }
            return ~((sum >>> 16) + sum) & 0xffff;
        }
    }
}
