package io.aggr.badinput;

import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * A pair of bonds in a process of its own, of which the hub gets a hundred thousand datagrams of garbage in about a second while packets travel. Prints what
 * came of both; whoever has started it looks at that, and at what was logged.
 */
final class GarbageFlood {

    static final int GARBAGE = 100_000;
    private static final long NANOS_EACH = 10_000;
    private static final int EVERY = 500;

    private GarbageFlood() {}

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, new BondListener() {})) {
            pair.up();
            System.out.println("flood begins");
            Thread flood = new Thread(() -> flood(pair));
            flood.start();
            int sent = 0;
            int carried = 0;
            ByteBuffer packet = ByteBuffer.wrap(Packets.good(100));
            ByteBuffer received = ByteBuffer.allocate(1_400);
            while (flood.isAlive()) {
                packet.putInt(28, sent);
                sent += pair.siteChannel().send(packet.duplicate(), LoopbackPair.PATIENCE) ? 1 : 0;
                if (pair.hubChannel().receive(received.clear(), Duration.ofMillis(2)) > 0) {
                    carried++;
                }
            }
            while (carried < sent && pair.hubChannel().receive(received.clear(), Duration.ofSeconds(1)) > 0) {
                carried++;
            }
            System.out.println("packets " + sent + " carried " + carried);
            Map<String, Long> drops = new TreeMap<>();
            BondStats stats = pair.hub.stats();
            drops.putAll(stats.drops());
            drops.forEach((name, count) -> System.out.println("counted " + name + " " + count));
        }
    }

    private static void flood(LoopbackPair pair) {
        Random random = new Random(4);
        byte[] garbage = new byte[60];
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            long beganNanos = System.nanoTime();
            for (int i = 0; i < GARBAGE; i++) {
                random.nextBytes(garbage);
                if (i % EVERY == 0) {
                    // By chance a type is met once in 256 times; these look like what they are not.
                    garbage[0] = (byte) (1 + i / EVERY % 4);
                }
                stranger.send(new DatagramPacket(garbage, 27 + random.nextInt(33), pair.address));
                if (i % EVERY == 1) {
                    garbage[0] = 4;
                    stranger.send(new DatagramPacket(garbage, random.nextInt(27), pair.address));
                }
                while (System.nanoTime() - beganNanos < i * NANOS_EACH) {
                    Thread.onSpinWait();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
