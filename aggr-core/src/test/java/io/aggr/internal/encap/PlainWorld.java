package io.aggr.internal.encap;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Two ends and the lines between them in virtual time: datagrams get lost, doubled, late and out of order, processes die and come back. Each end
 * sends numbered data on every line all the time, calls the handshake as the core would, and checks all that it opens.
 */
final class PlainWorld {

    static final long MILLI = 1_000_000L;
    static final long SECOND = 1000 * MILLI;
    private static final int PEER = 5;
    private static final int ID = 77;
    private static final long DATA_INTERVAL = 50 * MILLI;

    final SplittableRandom random;
    final int lineCount;
    final End[] ends = new End[2];
    final List<Wire> handshakes = new ArrayList<>();
    final Map<Long, Integer> handshakesPerSecond = new HashMap<>();
    final boolean[] lineIsDown;
    double loss;
    double doubling;
    long minDelay = 10 * MILLI;
    long maxDelay = 30 * MILLI;
    boolean carriesData = true;
    long now = -3 * SECOND;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private long eventSerial;

    PlainWorld(long seed, int lineCount, boolean bothHaveLines) {
        random = new SplittableRandom(seed);
        this.lineCount = lineCount;
        lineIsDown = new boolean[lineCount];
        ends[0] = new End(0, lineCount);
        ends[1] = new End(1, bothHaveLines ? lineCount : 0);
    }

    private record Event(long time, long serial, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int order = Long.compare(time, other.time);
            return order == 0 ? Long.compare(serial, other.serial) : order;
        }
    }

    /** A handshake datagram that was sent, for replays. */
    record Wire(int to, int line, ByteBuffer datagram) {}

    void after(long delay, Runnable action) {
        events.add(new Event(now + delay, eventSerial++, action));
    }

    void runFor(long duration) {
        long end = now + duration;
        while (!events.isEmpty() && events.element().time() <= end) {
            Event event = events.remove();
            now = event.time();
            event.action().run();
        }
        now = end;
    }

    /** Runs until both ends are in one association with all lines open, and says how long that took. */
    long nanosToConvergence(long limit) {
        long from = now;
        while (!isConverged() && now - from < limit) {
            runFor(5 * MILLI);
        }
        assertThat(isConverged())
                .as("converged after %d ms: %s", (now - from) / MILLI, this)
                .isTrue();
        return now - from;
    }

    boolean isConverged() {
        PlainSession a = ends[0].sending;
        PlainSession b = ends[1].sending;
        return a != null
                && b != null
                && a.association() == b.association()
                && a == ends[0].receiving
                && b == ends[1].receiving
                && a.openLinks().size() == lineCount
                && b.openLinks().size() == lineCount;
    }

    void endFaults() {
        loss = 0;
        doubling = 0;
        minDelay = 10 * MILLI;
        maxDelay = 30 * MILLI;
        Arrays.fill(lineIsDown, false);
    }

    void transmit(int to, int line, ByteBuffer datagram, boolean isHandshake) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        if (isHandshake) {
            handshakes.add(new Wire(to, line, ByteBuffer.wrap(bytes)));
            handshakesPerSecond.merge(Math.floorDiv(now, SECOND), 1, Integer::sum);
        }
        if (lineIsDown[line]) {
            return;
        }
        int copies = random.nextDouble() < loss ? 0 : random.nextDouble() < doubling ? 2 : 1;
        for (int i = 0; i < copies; i++) {
            after(random.nextLong(minDelay, maxDelay + 1), () -> ends[to].arrive(line, bytes));
        }
    }

    @Override
    public String toString() {
        return ends[0] + " | " + ends[1];
    }

    /** One end; its process may die and come back. */
    final class End implements HandshakeOutput {
        final int index;
        final int ownLines;
        final Set<Long> begun = new HashSet<>();
        final Map<OpenOutcome, Integer> outcomes = new HashMap<>();
        final List<String> warnings = new ArrayList<>();
        int associations;
        int opened;
        long lastOpened;

        @Nullable
        PlainSession sending;

        @Nullable
        PlainSession receiving;

        @Nullable
        PlainEncapsulator encapsulator;

        private int process;
        private long[] counters = new long[0];
        private final Set<String> received = new HashSet<>();
        private long lastConnect;
        private long lastInstall;
        private final PacketBatch batch = new PacketBatch(new Slab(4096), 4);
        private final Opened result = new Opened();

        End(int index, int ownLines) {
            this.index = index;
            this.ownLines = ownLines;
        }

        void start() {
            int life = ++process;
            sending = null;
            receiving = null;
            counters = new long[lineCount];
            SplittableRandom ids = random.split();
            PlainEncapsulator started = new PlainEncapsulator(ids::nextLong);
            encapsulator = started;
            started.handshake().addPeer(PEER, "peer", ProviderConfig.of(Map.of("id", Integer.toString(ID))));
            lastOpened = now;
            lastInstall = now;
            lastConnect = now;
            if (ownLines > 0) {
                started.handshake().connect(PEER, now, this);
            }
            tick(life);
            if (carriesData) {
                sendData(life);
            }
        }

        void stop() {
            process++;
            encapsulator = null;
            sending = null;
            receiving = null;
        }

        /** What the core does with time. */
        private void tick(int life) {
            if (life != process || encapsulator == null) {
                return;
            }
            if (carriesData && now - lastOpened >= SECOND && now - lastConnect >= SECOND) {
                lastConnect = now;
                encapsulator.handshake().connect(PEER, now, this);
            }
            if (encapsulator.handshake().nanosToDeadline(now) <= 0) {
                encapsulator.handshake().poll(now, this);
                assertThat(encapsulator.handshake().nanosToDeadline(now)).isPositive();
            }
            after(10 * MILLI, () -> tick(life));
        }

        private void sendData(int life) {
            if (life != process || encapsulator == null) {
                return;
            }
            for (int line = 0; line < lineCount; line++) {
                sendOne(line, encapsulator);
            }
            after(DATA_INTERVAL, () -> sendData(life));
        }

        private void sendOne(int line, PlainEncapsulator running) {
            PlainSession session = sending;
            assertThat(running.sealer().isReady(PEER)).isEqualTo(session != null);
            if (session == null) {
                return;
            }
            long counter = counters[line]++;
            ByteBuffer payload = ByteBuffer.allocate(40);
            payload.put((byte) 0x90).put((byte) index).putInt(process).putLong(session.association());
            payload.put((byte) line).putLong(counter);
            batch.open(0, 4096);
            int sealed = running.sealer().seal(PEER, line, counter, new OnePlaintext(payload.array()), batch);
            assertThat(sealed).isEqualTo(session.openLinks().has(line) ? 1 : 0);
            if (sealed == 1) {
                ByteBuffer datagram = batch.buffer().duplicate();
                datagram.limit(batch.offset(0) + batch.length(0)).position(batch.offset(0));
                transmit(1 - index, line, datagram, false);
            }
        }

        void arrive(int line, byte[] bytes) {
            PlainEncapsulator running = encapsulator;
            if (running == null) {
                return;
            }
            batch.open(0, 4096);
            batch.buffer().put(batch.nextOffset(), bytes);
            batch.add(batch.nextOffset(), bytes.length, line);
            OpenOutcome outcome = running.opener().open(batch, 0, line, now, result);
            outcomes.merge(outcome, 1, Integer::sum);
            if (outcome == OpenOutcome.HANDSHAKE) {
                running.handshake().receive(ByteBuffer.wrap(bytes), new HandshakeSource(line, line), now, this);
            } else if (outcome == OpenOutcome.OPENED) {
                checkData(line);
                opened++;
                lastOpened = now;
            }
        }

        /** A datagram of somebody who is neither end. What it says in packets is not looked at: nothing protects them. */
        void arriveFromElsewhere(int line, byte[] bytes) {
            PlainEncapsulator running = encapsulator;
            if (running == null) {
                return;
            }
            batch.open(0, 4096);
            batch.buffer().put(batch.nextOffset(), bytes);
            batch.add(batch.nextOffset(), bytes.length, line);
            if (running.opener().open(batch, 0, line, now, result) == OpenOutcome.HANDSHAKE) {
                running.handshake().receive(ByteBuffer.wrap(bytes), new HandshakeSource(line, line), now, this);
            }
        }

        private void checkData(int line) {
            ByteBuffer buffer = batch.buffer();
            int at = result.offset();
            assertThat(result.peer()).isEqualTo(PEER);
            assertThat(result.link()).isEqualTo(line);
            assertThat(result.lengthBytes()).isEqualTo(40);
            assertThat(buffer.get(at + 1)).isEqualTo((byte) (1 - index));
            // What was sent in one association is never opened in another, whatever was late.
            assertThat(receiving).isNotNull();
            assertThat(buffer.getLong(at + 6)).isEqualTo(receiving.association());
            assertThat(buffer.get(at + 14)).isEqualTo((byte) line);
            assertThat(buffer.getLong(at + 15)).isEqualTo(result.counter());
            assertThat(received.add(receiving.association() + "/" + line + "/" + result.counter()))
                    .isTrue();
        }

        @Override
        public int lines(int peer) {
            assertThat(peer).isEqualTo(PEER);
            return ownLines;
        }

        @Override
        public int line(int peer, int lineIndex) {
            return lineIndex;
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            assertThat(ownLines).as("an end without lines never speaks first").isPositive();
            transmit(1 - index, line, datagram, true);
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            assertThat(datagram.remaining()).isEqualTo(35);
            transmit(1 - index, source.remote(), datagram, true);
        }

        /** The two threads learn of it a little later, in order, the receiving one first. */
        @Override
        public void established(Session session) {
            int life = process;
            PlainEncapsulator running = encapsulator;
            lastInstall = Math.max(lastInstall, now + random.nextLong(2 * MILLI));
            long delay = lastInstall - now;
            after(delay, () -> {
                if (life == process && running != null) {
                    running.opener().install(session);
                    receiving = (PlainSession) session;
                }
            });
            after(delay, () -> {
                if (life == process && running != null) {
                    running.sealer().install(session);
                    beginNumbers((PlainSession) session);
                }
            });
        }

        private void beginNumbers(PlainSession session) {
            PlainSession before = sending;
            sending = session;
            if (before == null || before.association() != session.association()) {
                assertThat(begun.add(session.association()))
                        .as("an association begins once")
                        .isTrue();
                associations++;
                counters = new long[lineCount];
            } else {
                assertThat(session.openLinks().size())
                        .isGreaterThanOrEqualTo(before.openLinks().size());
            }
        }

        @Override
        public void warn(int peer, String message) {
            warnings.add(message);
        }

        @Override
        public String toString() {
            PlainSession session = sending;
            return session == null
                    ? "nothing"
                    : Long.toHexString(session.association()) + "+"
                            + session.openLinks().size();
        }
    }
}
