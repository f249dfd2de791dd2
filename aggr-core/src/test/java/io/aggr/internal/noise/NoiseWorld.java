package io.aggr.internal.noise;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Two ends and the lines between them, in virtual time. Plays the core for both: carries sessions, counts, opens what arrives. */
final class NoiseWorld {

    static final long MILLI = 1_000_000;
    static final long SECOND = 1_000 * MILLI;
    static final long WALL = 1_700_000_000L * SECOND;
    static final int PEER = 7;

    final SplittableRandom chance;
    final End a = new End("a", 1, 1);
    final End b = new End("b", 2, 2);
    double loss;
    long delayNanos = 10 * MILLI;
    long nowNanos = 5_000_000 * SECOND;
    long wallNanos = WALL;

    private final PriorityQueue<Flight> flights = new PriorityQueue<>();
    private long order;

    private static final class Flight implements Comparable<Flight> {
        final long atNanos;
        final long order;
        final End to;
        final int line;
        final byte[] bytes;
        final InetSocketAddress from;

        Flight(long atNanos, long order, End to, int line, byte[] bytes, InetSocketAddress from) {
            this.atNanos = atNanos;
            this.order = order;
            this.to = to;
            this.line = line;
            this.bytes = bytes;
            this.from = from;
        }

        @Override
        public int compareTo(Flight other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    NoiseWorld(long seed) {
        chance = new SplittableRandom(seed);
    }

    static Secret secret(int filling) {
        byte[] bytes = new byte[Secret.BYTES];
        Arrays.fill(bytes, (byte) filling);
        return Secret.copyOf(bytes);
    }

    static InetSocketAddress address(int host, int port) {
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(new byte[] {10, (byte) (host >> 16), (byte) (host >> 8), (byte) host}),
                    port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Starts both, of which a asks and b waits, and lets them agree. */
    NoiseWorld connected() {
        a.lines = 2;
        a.start();
        b.start();
        a.connect();
        runFor(SECOND);
        a.data(0);
        runFor(SECOND);
        return this;
    }

    void runFor(long nanos) {
        long end = nowNanos + nanos;
        while (true) {
            long next = end;
            if (!flights.isEmpty()) {
                next = Math.min(next, flights.peek().atNanos);
            }
            for (End each : List.of(a, b)) {
                if (each.encapsulator != null) {
                    long distance = each.encapsulator.handshake().nanosToDeadline(nowNanos);
                    next = distance == Long.MAX_VALUE ? next : Math.min(next, nowNanos + Math.max(0, distance));
                }
            }
            wallNanos += next - nowNanos;
            nowNanos = next;
            while (!flights.isEmpty() && flights.peek().atNanos <= nowNanos) {
                Flight flight = flights.poll();
                flight.to.arrive(flight.line, flight.bytes, flight.from);
            }
            for (End each : List.of(a, b)) {
                if (each.encapsulator != null && each.encapsulator.handshake().nanosToDeadline(nowNanos) <= 0) {
                    each.encapsulator.handshake().poll(nowNanos, each);
                }
            }
            if (nowNanos >= end) {
                return;
            }
        }
    }

    /** One end. */
    final class End implements HandshakeOutput, Plaintext {
        final String name;
        final int host;
        StaticKeys keys;
        Secret psk = Secret.zero();
        Suite suite = Suite.AES_256_GCM;
        Renewal renewal = Renewal.USUAL;
        StampStore stamps = StampStore.inMemory();
        long wallOffsetNanos;
        int lines;

        @Nullable
        NoiseEncapsulator encapsulator;

        final Map<OpenOutcome, Integer> outcomes = new EnumMap<>(OpenOutcome.class);
        final Map<String, Long> dropped = new TreeMap<>();
        final List<String> warnings = new ArrayList<>();
        final List<NoiseSession> sessions = new ArrayList<>();
        /** All that it has sent and that may be sent again. */
        final List<byte[]> sent = new ArrayList<>();

        final List<Integer> received = new ArrayList<>();
        final long[] counters = new long[256];
        long associations;
        boolean loseSessions;

        /** Where counting begins that stands in for chance; 0 for real chance. */
        long counted;

        private long association;
        private int number;
        private final Slab slab = new Slab(16_384);
        private final Opened opened = new Opened();
        private @Nullable InetSocketAddress answered;

        End(String name, int host, int key) {
            this.name = name;
            this.host = host;
            keys = new StaticKeys(secret(key));
        }

        End other() {
            return this == a ? b : a;
        }

        /** Starts it, for the first time or anew. */
        void start() {
            SplittableRandom random = chance.split();
            StaticKeys own = new StaticKeys(Secret.copyOf(keys.privateKey().expose()));
            encapsulator = new NoiseEncapsulator(
                    own,
                    suite,
                    counted == 0 ? random::nextLong : () -> ++counted,
                    () -> wallNanos + wallOffsetNanos,
                    stamps,
                    new PeerOptions() {
                        @Override
                        public byte[] publicKey(ProviderConfig options) {
                            return other().keys.publicKey();
                        }

                        @Override
                        public Secret presharedKey(ProviderConfig options) {
                            return Secret.copyOf(psk.expose());
                        }
                    },
                    renewal);
            encapsulator.handshake().addPeer(PEER, other().name, ProviderConfig.none());
            association = 0;
            Arrays.fill(counters, 0);
        }

        NoiseHandshake handshake() {
            return (NoiseHandshake) encapsulator.handshake();
        }

        void connect() {
            encapsulator.handshake().connect(PEER, nowNanos, this);
        }

        boolean isReady() {
            return encapsulator.sealer().isReady(PEER);
        }

        NoiseSession last() {
            return sessions.get(sessions.size() - 1);
        }

        /** Seals one packet; null if there is no session. */
        byte @Nullable [] seal(int line) {
            return seal(line, counters[line]++);
        }

        byte @Nullable [] seal(int line, long counter) {
            PacketBatch batch = new PacketBatch(slab, 1);
            batch.open(0, slab.sizeBytes());
            number++;
            if (encapsulator.sealer().seal(PEER, line, counter, this, batch) == 0) {
                return null;
            }
            byte[] bytes = new byte[batch.length(0)];
            slab.buffer().get(batch.offset(0), bytes);
            return bytes;
        }

        /** Sends one packet over a line; returns whether there was a session to send it with. */
        boolean data(int line) {
            byte[] sealed = seal(line);
            if (sealed != null) {
                transmit(line, sealed, address(host, 5000 + line));
            }
            return sealed != null;
        }

        void transmit(int line, byte[] bytes, InetSocketAddress from) {
            sent.add(bytes);
            if (chance.nextDouble() >= loss) {
                flights.add(new Flight(nowNanos + delayNanos, order++, other(), line, bytes, from));
            }
        }

        OpenOutcome arrive(int line, byte[] bytes, InetSocketAddress from) {
            if (encapsulator == null) {
                return OpenOutcome.UNKNOWN_PEER;
            }
            OpenOutcome outcome = open(bytes);
            if (outcome == OpenOutcome.HANDSHAKE) {
                answered = from;
                encapsulator
                        .handshake()
                        .receive(ByteBuffer.wrap(bytes), new HandshakeSource(line, line, from), nowNanos, this);
            }
            return outcome;
        }

        OpenOutcome open(byte[] bytes) {
            PacketBatch batch = new PacketBatch(slab, 1);
            batch.open(0, slab.sizeBytes());
            int offset = batch.nextOffset();
            slab.buffer().put(offset, bytes);
            batch.add(offset, bytes.length, 0);
            OpenOutcome outcome = encapsulator.opener().open(batch, 0, 0, nowNanos, opened);
            outcomes.merge(outcome, 1, Integer::sum);
            if (outcome == OpenOutcome.OPENED) {
                if (opened.confirmed() != null) {
                    established(opened.confirmed());
                }
                received.add(slab.buffer().getInt(opened.offset()));
            }
            return outcome;
        }

        int count(OpenOutcome outcome) {
            return outcomes.getOrDefault(outcome, 0);
        }

        @Override
        public int lines(int peer) {
            return lines;
        }

        @Override
        public int line(int peer, int index) {
            return index;
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            transmit(line, bytes(datagram), address(host, 5000 + line));
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            if (other().host == (answered == null ? 0 : answered.getAddress().getAddress()[3])) {
                transmit(source.localLink(), bytes(datagram), address(host, 5080));
            } else {
                sent.add(bytes(datagram));
            }
        }

        private static byte[] bytes(ByteBuffer datagram) {
            byte[] bytes = new byte[datagram.remaining()];
            datagram.get(datagram.position(), bytes);
            return bytes;
        }

        @Override
        public void established(Session session) {
            if (loseSessions) {
                return;
            }
            sessions.add((NoiseSession) session);
            encapsulator.opener().install(session);
            encapsulator.sealer().install(session);
            if (session.association() != association) {
                association = session.association();
                associations++;
                Arrays.fill(counters, 0);
            }
        }

        @Override
        public void warn(int peer, String message) {
            warnings.add(message);
        }

        @Override
        public void dropped(String reason, long count) {
            dropped.merge(reason, count, Long::sum);
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int lengthBytes(int index) {
            return 100;
        }

        @Override
        public void copyTo(int index, ByteBuffer target, int offset) {
            target.putInt(offset, number);
        }

        @Override
        public void copyTo(int index, byte[] target, int offset) {
            Arrays.fill(target, offset, offset + 100, (byte) 0x55);
            ByteBuffer.wrap(target).putInt(offset, number);
        }
    }
}
