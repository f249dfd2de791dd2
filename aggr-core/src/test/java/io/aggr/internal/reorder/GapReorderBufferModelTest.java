package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.Release;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@link GapReorderBuffer} against a model that is too simple to be wrong and too slow to be used. */
class GapReorderBufferModelTest {

    private static final long HOLD_NANOS = 20_000_000;
    private static final int MAX_PACKETS = 4096;
    private static final long SEED = Long.getLong("aggr.seed", 4711);

    /** Sequences and flows of what is held, what is settled, and the rule; a scan over everything after each event. */
    private static final class Model {
        private record Held(long sequence, int flow, long min, long max, long arrival) {}

        final BitSet settled = new BitSet();
        final TreeMap<Long, Held> held = new TreeMap<>();
        final Deque<Held> byAge = new ArrayDeque<>();
        final List<Long> delivered = new ArrayList<>();
        final BitSet gone = new BitSet();
        long floor = -1;

        private boolean isSettled(long sequence) {
            return (sequence <= floor || settled.get((int) sequence)) && !held.containsKey(sequence);
        }

        private boolean isMissingIn(long min, long max) {
            for (long s = min; s <= max; s++) {
                if (!held.containsKey(s) && !isSettled(s)) {
                    return true;
                }
            }
            return false;
        }

        /** What is held and has to go first, if nothing is missing. */
        private Held before(Held packet) {
            if (packet.min == packet.max && held.containsKey(packet.max)) {
                return held.get(packet.max);
            }
            boolean broken = false;
            for (long s = packet.min; s <= packet.max; s++) {
                broken |= !gone.get((int) s);
            }
            if (broken) {
                for (Held other : held.headMap(packet.max, true).descendingMap().values()) {
                    if (other.flow == packet.flow) {
                        return other;
                    }
                }
            }
            return null;
        }

        private boolean mustWait(Held packet) {
            return isMissingIn(packet.min, packet.max) || before(packet) != null;
        }

        private void deliver(long sequence) {
            settled.set((int) sequence);
            gone.set((int) sequence);
            delivered.add(sequence);
        }

        void offer(long sequence, int flow, boolean free, long min, long max, long now) {
            Held packet = new Held(sequence, flow, min, max, now);
            if (isSettled(sequence) || free || max < 0 || !mustWait(packet)) {
                deliver(sequence);
            } else {
                held.put(sequence, packet);
                byAge.add(packet);
            }
            release();
        }

        void lost(long sequence) {
            if (!held.containsKey(sequence)) {
                settled.set((int) sequence);
                release();
            }
        }

        void passed(long sequence) {
            floor = Math.max(floor, sequence);
            release();
        }

        void poll(long now) {
            while (oldest() != null && now - oldest().arrival >= HOLD_NANOS) {
                force(oldest());
            }
        }

        Held oldest() {
            while (!byAge.isEmpty() && !held.containsKey(byAge.getFirst().sequence)) {
                byAge.removeFirst();
            }
            return byAge.peekFirst();
        }

        private void force(Held packet) {
            while (held.containsKey(packet.sequence)) {
                if (isMissingIn(packet.min, packet.max)) {
                    for (long s = packet.min; s <= packet.max; s++) {
                        if (!held.containsKey(s)) {
                            settled.set((int) s);
                        }
                    }
                    release();
                } else {
                    force(before(packet));
                }
            }
        }

        /** Nobody waits for a higher sequence, so one pass is enough. */
        private void release() {
            for (Iterator<Held> i = held.values().iterator(); i.hasNext(); ) {
                Held packet = i.next();
                if (!mustWait(packet)) {
                    i.remove();
                    deliver(packet.sequence);
                }
            }
        }
    }

    /** A packet on a line: it arrives at a time. */
    private record Flight(long arrival, long sequence, int flow, boolean free, long min, long max) {}

    /**
     * Flows are interleaved at random over lines of different delay, with loss, of which some is proved. A narrow window of far predecessors
     * makes ranges. Every event is played to both; the sets of delivered packets must agree after each.
     */
    @ParameterizedTest
    @CsvSource({
        // packets, flows, lines, loss per 1000, share of it that is proved per cent, widest range
        "1000000, 4, 2, 0, 0, 1",
        "400000, 4, 2, 10, 90, 1",
        "300000, 200, 3, 10, 50, 8",
        "200000, 30, 4, 30, 100, 32",
        "100000, 3, 2, 5, 0, 4",
    })
    void agrees_with_the_model(
            int packets, int flows, int lines, int lossPerMille, int provedPercent, int widestRange) {
        SplittableRandom random = new SplittableRandom(SEED);
        GapReorderBuffer buffer = new GapReorderBuffer(HOLD_NANOS, MAX_PACKETS);
        Model model = new Model();
        ScriptedPacket packet = ScriptedPacket.ofLength(60);
        long[] idSequence = new long[1 << 16];
        List<Long> delivered = new ArrayList<>();
        Release out = id -> delivered.add(idSequence[id]);

        List<Deque<Flight>> onLines = new ArrayList<>();
        for (int i = 0; i < lines; i++) {
            onLines.add(new ArrayDeque<>());
        }
        Deque<long[]> proofs = new ArrayDeque<>();
        long[] lastOfFlow = new long[flows];
        Arrays.fill(lastOfFlow, -1);
        long[] lastDelivered = new long[flows];
        Arrays.fill(lastDelivered, -1);
        int[] flowOf = new int[packets];
        long now = 0;
        int nextId = 0;
        long sent = 0;
        long total = 0;
        String where = "seed " + SEED;

        while (total < packets || onLines.stream().anyMatch(line -> !line.isEmpty()) || model.held.size() > 0) {
            now += 50_000 + random.nextInt(100_000);
            if (sent < packets) {
                int flow = random.nextInt(4) > 0 ? random.nextInt(Math.min(3, flows)) : random.nextInt(flows);
                long sequence = sent++;
                long predecessor = lastOfFlow[flow];
                boolean free = random.nextInt(30) == 0;
                flowOf[(int) sequence] = free ? -1 : flow;
                if (!free) {
                    lastOfFlow[flow] = sequence;
                }
                long min = predecessor;
                long max = predecessor;
                if (predecessor >= 0 && sequence - predecessor > 10 && widestRange > 1) {
                    min = Math.max(0, predecessor - random.nextInt(widestRange));
                    max = Math.min(sequence - 1, min + widestRange - 1);
                }
                if (random.nextInt(1000) < lossPerMille) {
                    if (random.nextInt(100) < provedPercent) {
                        proofs.add(new long[] {now + 15_000_000, sequence});
                    }
                    total++;
                } else {
                    int line = random.nextInt(lines);
                    long jitter = random.nextInt(3) == 0 ? random.nextInt(1_000_000) : 0;
                    Deque<Flight> flights = onLines.get(line);
                    long arrival = now + line * 3_000_000L + jitter;
                    arrival = flights.isEmpty() ? arrival : Math.max(arrival, flights.getLast().arrival);
                    flights.add(new Flight(arrival, sequence, flow, free, min, max));
                }
            }
            // What is due, in the order of time.
            while (true) {
                Deque<Flight> first = null;
                for (Deque<Flight> line : onLines) {
                    if (!line.isEmpty()
                            && line.getFirst().arrival <= now
                            && (first == null || line.getFirst().arrival < first.getFirst().arrival)) {
                        first = line;
                    }
                }
                if (first == null) {
                    break;
                }
                Flight flight = first.removeFirst();
                total++;
                nextId = (nextId + 1) & 0xFFFF;
                idSequence[nextId] = flight.sequence;
                packet.setId(nextId)
                        .setSequence(flight.sequence)
                        .setFlowHash(flight.flow)
                        .setFree(flight.free)
                        .setPredecessor(flight.min, flight.max);
                buffer.offer(packet, now, out);
                model.offer(flight.sequence, flight.flow, flight.free, flight.min, flight.max, now);
                agree(buffer, delivered, model, lastDelivered, flowOf, where);
            }
            while (!proofs.isEmpty() && proofs.getFirst()[0] <= now) {
                long lost = proofs.removeFirst()[1];
                buffer.onLost(lost, now, out);
                model.lost(lost);
                agree(buffer, delivered, model, lastDelivered, flowOf, where);
            }
            if (random.nextInt(5000) == 0 && sent > 3000) {
                buffer.onPassed(sent - 2000, now, out);
                model.passed(sent - 2000);
                agree(buffer, delivered, model, lastDelivered, flowOf, where);
            }
            if (buffer.nanosToDeadline(now) <= 0) {
                assertThat(model.oldest()).as(where).isNotNull();
                buffer.poll(now, out);
                model.poll(now);
                agree(buffer, delivered, model, lastDelivered, flowOf, where);
            } else if (model.oldest() != null) {
                if (now - model.oldest().arrival >= HOLD_NANOS) {
                    throw new AssertionError(where + ": " + model.oldest() + " is held too long");
                }
            }
        }
        assertThat(buffer.heldPackets()).as(where).isZero();
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    private static void agree(
            GapReorderBuffer buffer,
            List<Long> delivered,
            Model model,
            long[] lastDelivered,
            int[] flowOf,
            String where) {
        if (delivered.size() != model.delivered.size()
                || buffer.heldPackets() != model.held.size()
                || !sorted(delivered).equals(sorted(model.delivered))) {
            throw new AssertionError(where + ": delivered " + delivered + " instead of " + model.delivered + ", held "
                    + buffer.heldPackets() + " instead of " + model.held.size());
        }
        for (long sequence : delivered) {
            int flow = flowOf[(int) sequence];
            if (flow >= 0) {
                if (sequence <= lastDelivered[flow]) {
                    throw new AssertionError(
                            where + ": " + sequence + " behind " + lastDelivered[flow] + " of its flow");
                }
                lastDelivered[flow] = sequence;
            }
        }
        delivered.clear();
        model.delivered.clear();
    }

    private static List<Long> sorted(List<Long> list) {
        return list.size() < 2 ? list : list.stream().sorted().toList();
    }
}
