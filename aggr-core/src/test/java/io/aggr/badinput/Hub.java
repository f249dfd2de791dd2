package io.aggr.badinput;

import io.aggr.BondStats;
import io.aggr.PeerConfig;
import io.aggr.internal.engine.Egress;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.Ingress;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.engine.TestTun;
import io.aggr.internal.noise.NoiseEncapsulator;
import io.aggr.internal.noise.PeerOptions;
import io.aggr.internal.noise.Secret;
import io.aggr.internal.noise.StampStore;
import io.aggr.internal.noise.StaticKeys;
import io.aggr.internal.noise.Suite;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.reorder.GapReorderBuffer;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.LinkState;
import io.aggr.schedule.Scheduler;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * The end under test: a whole engine with keys, one listening link and two peers, in virtual time. It owns 10.1.0.0/16; peer {@code a} has 10.2.0.0/16,
 * of which 10.2.0.1 is the hub's, and by mistake the network of all lines;
 * peer {@code b} has 10.3.0.0/16 and 10.2.9.0/24 out of the other's. Whatever reaches its link is up to the test.
 */
final class Hub {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final long WALL = 1_700_000_000L * SECOND;
    static final int KEY = 9;

    final TestTun tun = new TestTun();
    final MemoryLink link = new MemoryLink();
    final List<String> warnings = new ArrayList<>();

    /** Changes of lines. */
    final List<String> states = new ArrayList<>();

    final List<RemotePeer> remotes = new ArrayList<>();
    final SplittableRandom chance;
    long nowNanos = -5_000 * SECOND;
    Engine engine;
    private final Supplier<Scheduler> scheduler;

    Hub() {
        this(1, EarliestArrivalScheduler::new);
    }

    Hub(long seed, Supplier<Scheduler> scheduler) {
        chance = new SplittableRandom(seed);
        this.scheduler = scheduler;
        engine = newEngine();
    }

    private Engine newEngine() {
        NoiseEncapsulator encapsulator = encapsulator(KEY);
        encapsulator.handshake().addPeer(0, "a", ProviderConfig.of(Map.of("key", "1")));
        encapsulator.handshake().addPeer(1, "b", ProviderConfig.of(Map.of("key", "2")));
        Engine made = new Engine(new EngineSettings(
                tun,
                List.of(link),
                encapsulator,
                List.of(peer(0, "a"), peer(1, "b")),
                AllowedIps.of(List.of(
                        entry("10.2.0.0/16", 0),
                        entry("10.3.0.0/16", 1),
                        entry("10.2.9.0/24", 1),
                        entry("198.51.0.0/16", 0),
                        new AllowedIps.Entry(CidrPrefix.parse("10.2.0.1/32"), AllowedIps.NONE, "this end"))),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                chance.split()::nextLong,
                new Events()));
        made.egress().start(nowNanos);
        return made;
    }

    /** The process dies and another one takes its place. */
    void restart() {
        engine = newEngine();
    }

    private static AllowedIps.Entry entry(String prefix, int peer) {
        return new AllowedIps.Entry(CidrPrefix.parse(prefix), peer, "ab".substring(peer, peer + 1));
    }

    private PeerSettings peer(int index, String name) {
        return new PeerSettings(
                index,
                name,
                "under-test",
                scheduler,
                EarliestArrivalScheduler::new,
                "gap",
                capacity -> new GapReorderBuffer.Provider().create(ProviderConfig.none(), capacity),
                capacity -> new GapReorderBuffer.Provider().create(ProviderConfig.none(), capacity),
                true,
                PeerConfig.Equalise.OFF,
                List.of());
    }

    static Secret secret(int filling) {
        byte[] bytes = new byte[Secret.BYTES];
        Arrays.fill(bytes, (byte) filling);
        return Secret.copyOf(bytes);
    }

    static byte[] publicKey(int filling) {
        return new StaticKeys(secret(filling)).publicKey();
    }

    /** An encapsulator whose option {@code key} names the private key of the peer. */
    NoiseEncapsulator encapsulator(int key) {
        return new NoiseEncapsulator(
                new StaticKeys(secret(key)),
                Suite.USUAL,
                chance.split()::nextLong,
                () -> WALL + nowNanos,
                StampStore.inMemory(),
                new PeerOptions() {
                    @Override
                    public byte[] publicKey(ProviderConfig options) {
                        return Hub.publicKey((int) options.integer("key", 0, 0, 255));
                    }

                    @Override
                    public Secret presharedKey(ProviderConfig options) {
                        return secret(0);
                    }
                });
    }

    /** A datagram from a far end reaches the link; it is looked at in the next {@link #run}. */
    void arrive(int remote, byte[] datagram) {
        link.incoming.add(new MemoryLink.Datagram(remote, datagram));
    }

    /** Lets the hub do what is due now, and those peers answer that the test lets answer, until all is quiet. */
    void run() {
        boolean busy = true;
        for (int round = 0; busy; round++) {
            if (round > 1_000) {
                throw new IllegalStateException("does not come to rest");
            }
            work();
            busy = false;
            for (RemotePeer remote : remotes) {
                busy |= remote.work();
            }
            busy |= !link.incoming.isEmpty();
        }
    }

    private void work() {
        Ingress ingress = engine.ingress();
        Egress egress = engine.egress();
        try {
            while (ingress.receive(0, nowNanos) > 0) {
                // Until the link is empty.
            }
            ingress.run(nowNanos);
            if (!tun.incoming.isEmpty()) {
                tun.read(egress.openBatch());
                egress.takePackets(nowNanos);
            }
            while (egress.run(nowNanos) == 0) {
                // Until there is nothing more to do now.
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets time pass in steps of a millisecond. */
    void runFor(long nanos) {
        runFor(nanos, MILLI);
    }

    void runFor(long nanos, long stepNanos) {
        for (long end = nowNanos + nanos; nowNanos - end < 0; nowNanos += stepNanos) {
            run();
        }
    }

    BondStats stats() {
        return Engine.stats(
                "hub",
                "memory0",
                0,
                engine.egress().snapshot(),
                engine.ingress().snapshot(),
                true,
                List.of());
    }

    /** All drops of the bond and of its peers. */
    Map<String, Long> drops() {
        BondStats stats = stats();
        Map<String, Long> all = new TreeMap<>(stats.drops());
        for (BondStats.PeerStats peer : stats.peers()) {
            peer.drops().forEach((name, count) -> all.merge(name, count, Long::sum));
        }
        return all;
    }

    long dropped(String name) {
        return drops().getOrDefault(name, 0L);
    }

    Map<String, Long> events(int peer) {
        return new HashMap<>(stats().peers().get(peer).events());
    }

    private final class Events implements EngineEvents {
        @Override
        public void onLinkState(String peer, String line, LinkState previous, LinkState state) {
            states.add(peer + " " + line + ": " + previous + " -> " + state);
        }

        @Override
        public void onSession(String peer) {}

        @Override
        public void onWarning(String message) {
            warnings.add(message);
        }

        @Override
        public void wakeIngress() {}

        @Override
        public void wakeEgress() {}
    }
}
