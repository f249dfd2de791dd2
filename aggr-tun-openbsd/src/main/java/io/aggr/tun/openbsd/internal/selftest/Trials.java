package io.aggr.tun.openbsd.internal.selftest;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Waiter;
import io.aggr.tun.openbsd.internal.tun.Surroundings;
import io.aggr.tun.openbsd.internal.tun.TunOpener;
import io.aggr.tun.openbsd.internal.udp.LocalMtu;
import io.aggr.tun.openbsd.internal.udp.UdpOpener;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** Uses what this module offers, as a bond would. An outcome that begins with {@link #OK} is a good one. */
final class Trials {

    /** How a good outcome begins. */
    static final String OK = "ok";

    private static final long SECOND = 1_000_000_000L;
    private static final int ROUNDS = 20;
    private static final int BUFFER_BYTES = 64 * 1024;

    private interface Trial {
        String run() throws IOException;
    }

    private final Libc libc;
    private final Surroundings surroundings;
    private final Map<String, String> outcomes = new LinkedHashMap<>();

    private Trials(Libc libc, Surroundings surroundings) {
        this.libc = libc;
        this.surroundings = surroundings;
    }

    /** Runs all; one that fails does not keep the others from running. */
    static Map<String, String> run(Libc libc, Surroundings surroundings) {
        Trials trials = new Trials(libc, surroundings);
        trials.attempt("device with addresses and routes, ping", trials::ping);
        trials.attempt("wake-up ends a wait", trials::wakeup);
        trials.attempt("links over the loopback", trials::links);
        trials.attempt("a wait of 1 ms", trials::shortWait);
        return trials.outcomes;
    }

    private void attempt(String what, Trial trial) {
        String outcome;
        try {
            outcome = trial.run();
        } catch (IOException | RuntimeException | LinkageError e) {
            outcome = "failed: " + e;
        }
        outcomes.put(what, outcome);
    }

    private TunDevice open() throws IOException {
        return TunOpener.open(
                libc,
                surroundings,
                TunSettings.named("tun%d")
                        .withAddresses("192.0.2.1/24", "2001:db8:2006::1/64")
                        .withRoutes("198.51.100.0/24", "2001:db8:2007::/48"));
    }

    private static PacketBatch batch() {
        PacketBatch batch = new PacketBatch(new Slab(BUFFER_BYTES), 16);
        batch.open(0, BUFFER_BYTES);
        return batch;
    }

    private static PacketBatch batchOf(byte[] packet) {
        PacketBatch batch = batch();
        batch.buffer().put(batch.nextOffset(), packet);
        batch.add(batch.nextOffset(), packet.length);
        return batch;
    }

    private String ping() throws IOException {
        try (TunDevice tun = open()) {
            if (tun.write(batchOf(Probes.echoRequest()), 0, 1) != 1) {
                return "failed: the packet was refused";
            }
            // The kernel may have other things to say, such as router solicitations.
            long since = System.nanoTime();
            while (System.nanoTime() - since < 2 * SECOND) {
                PacketBatch batch = batch();
                tun.await(SECOND, true);
                tun.read(batch);
                for (int i = 0; i < batch.size(); i++) {
                    int at = batch.offset(i);
                    boolean isReply = batch.buffer().get(at) == 0x45
                            && batch.buffer().get(at + 9) == 1
                            && batch.buffer().get(at + 20) == 0;
                    if (isReply) {
                        return OK + ", " + tun.name() + ", MTU " + tun.mtuBytes();
                    }
                }
            }
            return "failed: no reply within 2 s";
        }
    }

    private String wakeup() throws IOException {
        try (TunDevice tun = open()) {
            tun.wakeup();
            long before = System.nanoTime();
            tun.await(5 * SECOND, false);
            Thread waker = new Thread(tun::wakeup, "aggr-selftest-waker");
            waker.start();
            tun.await(5 * SECOND, false);
            long nanos = System.nanoTime() - before;
            return nanos < 4 * SECOND ? OK : "failed: it took " + nanos / 1_000_000 + " ms";
        }
    }

    private String links() throws IOException {
        InetSocketAddress loopback = new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0);
        try (Link hub = link(LinkSettings.listening("hub", loopback));
                Link line = link(LinkSettings.to("line", (InetSocketAddress) Objects.requireNonNull(hub.localAddress()))
                        .withRoutingTable(0))) {
            PacketBatch batch = batchOf(new byte[1200]);
            PacketBatch received = batch();
            int arrived = 0;
            for (int i = 0; i < ROUNDS; i++) {
                if (line.send(batch, 0, 1, Link.CONFIGURED_REMOTE) != 1) {
                    return "failed: sending gave " + line.fault();
                }
                received.open(0, BUFFER_BYTES);
                long since = System.nanoTime();
                int count = 0;
                while (count == 0 && System.nanoTime() - since < SECOND) {
                    count = hub.receive(received);
                }
                arrived += count;
            }
            int answered = arrived == 0 ? 0 : hub.send(batch, 0, 1, hub.keep(received.remote(0)));
            return (arrived == ROUNDS && answered == 1 ? OK : "failed") + ", " + arrived + " of " + ROUNDS
                    + " datagrams arrived, longest " + line.maxDatagramBytes() + " bytes";
        }
    }

    private Link link(LinkSettings settings) throws IOException {
        return UdpOpener.open(libc, LocalMtu.SYSTEM, settings, 4 << 20, 1 << 20);
    }

    /** No good or bad: it tells how coarse the kernel's timers are. */
    private String shortWait() throws IOException {
        try (Waiter waiter = new Waiter(libc)) {
            long before = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                waiter.await(1_000_000);
            }
            return OK + ", lasts " + (System.nanoTime() - before) / ROUNDS / 1000 + " us on average";
        }
    }
}
