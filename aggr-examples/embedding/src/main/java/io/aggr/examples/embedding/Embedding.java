package io.aggr.examples.embedding;

import io.aggr.Bond;
import io.aggr.BondConfig;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.LinkConfig;
import io.aggr.LinkRates;
import io.aggr.PacketChannel;
import io.aggr.PeerConfig;
import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Bonds two lines inside this program and sends packets through them: no TUN device, no root, nothing configured in the system. Both ends of the
 * bond run in this one process, over the loopback interface; otherwise they would be two processes on two machines, with the same code.
 *
 * <p>The lines carry 20 and 10 Mbit/s, and one flow of packets gets 24 Mbit/s through, in order: more than either line could carry.
 */
public final class Embedding {

    private static final int MTU_BYTES = 1400;
    private static final int PACKET_BYTES = 1200;
    private static final int CHANNEL_PACKETS = 1024;
    private static final long BITS_PER_SECOND = 24_000_000;
    private static final byte[] SITE = {10, 0, 1, 1};
    private static final byte[] HUB = {10, 0, 2, 1};

    /** Both ends of a bond have to know this number; it is no secret. */
    private static final long BOND_ID = 2006;

    /**
     * What came of it.
     *
     * @param sent packets that went in at the site
     * @param arrived packets that came out at the hub
     * @param outOfOrder packets that came out after one with a higher number
     * @param links the lines as the site sees them
     */
    record Result(long sent, long arrived, long outOfOrder, List<BondStats.LinkStats> links) {}

    private Embedding() {}

    /**
     * Runs for three seconds.
     *
     * @param args none
     * @throws Exception if the system refuses something
     */
    public static void main(String[] args) throws Exception {
        run(Duration.ofSeconds(3), System.out);
    }

    static Result run(Duration duration, PrintStream out) throws IOException, InterruptedException {
        InetSocketAddress hubAddress = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());

        // 1. The hub: one socket, at which the site's lines arrive. It does not list them; it learns them from its
        // peer.
        //    "plain" neither encrypts nor authenticates, which is right between two ends of one process and hardly
        // anywhere else.
        BondConfig hubConfig = BondConfig.hub(
                "hub",
                TunSettings.named("channel"),
                LinkConfig.listening("listen", hubAddress),
                PeerConfig.plain("site", BOND_ID).withAllowedIps("10.0.1.0/24"));

        // 2. The site: two lines to the hub. On two real lines each would have
        // .withSettings(LinkSettings.to(...).withLocal(...)), or
        //    .withDevice(...), so that its packets leave through its own modem. The rates are what the lines carry.
        BondConfig siteConfig = BondConfig.of(
                "site",
                TunSettings.named("channel"),
                PeerConfig.plain("hub", BOND_ID)
                        .withAllowedIps("10.0.2.0/24")
                        .withLinks(
                                LinkConfig.udp("dsl", hubAddress).withRates(LinkRates.of(20_000_000, 20_000_000)),
                                LinkConfig.udp("lte", hubAddress).withRates(LinkRates.of(10_000_000, 10_000_000))));

        // 3. In place of a TUN device each end gets a channel: what the program sends into it comes out of the other
        // end's.
        PacketChannel hubChannel = PacketChannel.open(MTU_BYTES, CHANNEL_PACKETS);
        PacketChannel siteChannel = PacketChannel.open(MTU_BYTES, CHANNEL_PACKETS);

        // 4. A listener hears of lines that come up or fail. It runs on a thread of its own, so it may take its time.
        CountDownLatch linesUp = new CountDownLatch(2);
        BondListener listener = new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                out.println("site: line " + link + " is " + state);
                if (state == LinkState.UP) {
                    linesUp.countDown();
                }
            }
        };

        // 5. Start both ends. Closing a bond tells its peer, ends its threads and closes its channel.
        try (Bond hub = Bond.builder(hubConfig).tun(hubChannel.device()).start();
                Bond site = Bond.builder(siteConfig)
                        .tun(siteChannel.device())
                        .listener(listener)
                        .start()) {
            out.println("hub: listens at " + hubAddress);
            if (!linesUp.await(10, TimeUnit.SECONDS)) {
                throw new IOException("the lines did not come up: " + site.stats());
            }

            // 6. Receive at the hub, send at the site. Only one thread at a time may do each.
            Receiver receiver = new Receiver(hubChannel);
            Thread receiving = new Thread(receiver, "receiver");
            receiving.start();
            long sent = send(siteChannel, duration);
            receiving.join();

            // 7. Ask the bonds what they did. The answer is a picture that does not change any more.
            BondStats stats = site.stats();
            Result result = new Result(
                    sent,
                    receiver.arrived,
                    receiver.outOfOrder,
                    stats.peers().get(0).links());
            print(result, duration, out);
            out.println("hub: " + hub.stats().peers().get(0).tunPacketsOut() + " packets out of the bond");
            return result;
        }
    }

    private static long send(PacketChannel channel, Duration duration) {
        NumberedPacket packet = new NumberedPacket(SITE, HUB, PACKET_BYTES);
        long nanosPerPacket = PACKET_BYTES * 8L * 1_000_000_000L / BITS_PER_SECOND;
        long packets = duration.toNanos() / nanosPerPacket;
        long start = System.nanoTime();
        long sent = 0;
        for (long number = 0; number < packets; number++) {
            long early = start + number * nanosPerPacket - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(early);
            }
            // Waits while the bond is busy; without a time to wait it says false at once.
            if (channel.send(packet.withNumber(number), Duration.ofSeconds(1))) {
                sent++;
            }
        }
        return sent;
    }

    private static void print(Result result, Duration duration, PrintStream out) {
        double megabits = result.arrived() * PACKET_BYTES * 8.0 / duration.toNanos() * 1000;
        out.printf(
                Locale.ROOT,
                "sent %d packets, %d arrived, %d of them out of order: %.1f Mbit/s%n",
                result.sent(),
                result.arrived(),
                result.outOfOrder(),
                megabits);
        long all = result.links().stream()
                .mapToLong(BondStats.LinkStats::sentPackets)
                .sum();
        for (BondStats.LinkStats link : result.links()) {
            out.printf(
                    Locale.ROOT,
                    "line %s: %d datagrams, %.0f %% of all, round trip %.1f ms%n",
                    link.name(),
                    link.sentPackets(),
                    100.0 * link.sentPackets() / all,
                    link.rttNanos() / 1e6);
        }
    }

    /** A fixed port, such as 5080, is what a hub on a machine of its own would have. */
    private static int freePort() throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Counts what comes out, until nothing has come for a second. */
    private static final class Receiver implements Runnable {
        private final PacketChannel channel;
        private long arrived;
        private long outOfOrder;

        Receiver(PacketChannel channel) {
            this.channel = channel;
        }

        @Override
        public void run() {
            ByteBuffer packet = ByteBuffer.allocateDirect(MTU_BYTES);
            long highest = -1;
            while (channel.receive(packet.clear(), Duration.ofSeconds(1)) > 0) {
                long number = NumberedPacket.numberOf(packet);
                arrived++;
                if (number < highest) {
                    outOfOrder++;
                }
                highest = Math.max(highest, number);
            }
        }
    }
}
