package io.aggr.testkit;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Checks that a reorder buffer keeps what {@link ReorderBuffer} promises, for good and for hostile streams of packets.
 *
 * @since 0.1
 */
public final class ReorderBufferConformance {

    /** No packet may be held longer than this: five seconds, more than any inner transport waits. */
    public static final long LONGEST_HOLD_NANOS = 5_000_000_000L;

    /** A call that takes longer has not come back. */
    private static final long PATIENCE_MILLIS = 5_000;

    private static final long SEED = 20062;
    private static final int MAX_PACKETS = 2000;
    private static final int PACKETS = 6000;
    private static final long LAST_SEQUENCE = (1L << 48) - 1;
    private static final long STEP_NANOS = 100_000;
    private static final int ALLOCATION_PACKETS = 10_000;
    private static final long ALLOCATION_BYTES = 16_384;

    private ReorderBufferConformance() {}

    /**
     * Checks a provider without options, and the buffers that it makes.
     *
     * @param provider the provider
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(ReorderBufferProvider provider) {
        check(provider, Map.of());
    }

    /**
     * Checks a provider with options, and the buffers that it makes.
     *
     * @param provider the provider
     * @param options options for each buffer
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(ReorderBufferProvider provider, Map<String, String> options) {
        if (!Names.isValid(provider.name())) {
            throw new BrokenRule(ReorderBufferRule.NAMED, "it is \"" + provider.name() + "\".");
        }
        check(maxPackets -> provider.create(ProviderConfig.of(options), maxPackets));
    }

    /**
     * Checks buffers.
     *
     * @param buffers makes a new one at each call; is given the most packets that it may hold
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(IntFunction<ReorderBuffer> buffers) {
        check(buffers, PATIENCE_MILLIS);
    }

    /** With another patience for calls that do not come back. */
    static void check(IntFunction<ReorderBuffer> buffers, long patienceMillis) {
        try (ReorderBuffer one = buffers.apply(MAX_PACKETS);
                ReorderBuffer other = buffers.apply(MAX_PACKETS)) {
            if (one == other) {
                throw new BrokenRule(ReorderBufferRule.NEW_INSTANCE, "two calls gave the same object.");
            }
        }
        Patience patience = new Patience(patienceMillis);
        patience.run(
                () -> checkAll(max -> new TimedReorderBuffer(buffers.apply(max), patience)),
                ReorderBufferRule.COMES_BACK);
    }

    private static void checkAll(IntFunction<ReorderBuffer> buffers) {
        for (long origin : new long[] {0, Long.MAX_VALUE - 300_000_000L, -300_000_000L}) {
            checkTwoLines(buffers, origin, false);
            checkTwoLines(buffers, origin, true);
        }
        checkSilenceBehindAHole(buffers);
        checkHoleUnderLoad(buffers);
        checkMakesRoom(buffers);
        checkResets(buffers);
        for (Numbers numbers : Numbers.values()) {
            checkHostile(buffers, numbers, 1);
            checkHostile(buffers, numbers, MAX_PACKETS);
        }
        checkAllocation(buffers);
    }

    /**
     * Checks that the packets of each flow come out in order. For buffers that order by sequence; {@code none} does not.
     *
     * @param buffers makes a new one at each call; is given the most packets that it may hold
     * @throws BrokenRule if they do not
     */
    public static void checkOrder(IntFunction<ReorderBuffer> buffers) {
        ReorderTrial trial = checkTwoLines(buffers, 0, false);
        long[] last = new long[Stream.FLOWS];
        for (int i = 0; i < trial.deliveredCount(); i++) {
            long sequence = trial.deliveredSequence(i);
            int flow = Stream.flowOf(sequence);
            if (sequence < last[flow]) {
                throw new BrokenRule(
                        ReorderBufferRule.ORDERS,
                        "packet " + sequence + " of flow " + flow + " came out behind " + last[flow] + ".");
            }
            last[flow] = sequence;
        }
    }

    /** A fast line and one that is 20 ms behind; every fourth packet takes the slow one. */
    private static ReorderTrial checkTwoLines(IntFunction<ReorderBuffer> buffers, long origin, boolean lossy) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(MAX_PACKETS), MAX_PACKETS, origin);
        SplittableRandom random = new SplittableRandom(SEED);
        Deque<Long> slow = new ArrayDeque<>();
        Stream stream = new Stream();
        for (int i = 0; i < PACKETS; i++) {
            boolean lost = lossy && random.nextInt(50) == 0;
            if (lost) {
                if (random.nextBoolean()) {
                    trial.lost(i);
                }
            } else if (random.nextInt(4) == 0) {
                slow.add((long) i);
            } else {
                trial.offer(stream.packet(i, random));
            }
            while (!slow.isEmpty() && slow.getFirst() <= i - 200) {
                trial.offer(stream.packet(slow.removeFirst(), random));
            }
            if (lossy && i % 500 == 499) {
                trial.passed(i - 400);
            }
            trial.pass(STEP_NANOS);
        }
        while (!slow.isEmpty()) {
            trial.offer(stream.packet(slow.removeFirst(), random));
        }
        trial.settle();
        trial.close();
        return trial;
    }

    private static void checkSilenceBehindAHole(IntFunction<ReorderBuffer> buffers) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(MAX_PACKETS), MAX_PACKETS, 0);
        Stream stream = new Stream();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int hole = 0; hole < 5; hole++) {
            for (int i = 0; i < 10; i++) {
                if (i != 3) {
                    trial.offer(stream.packet(hole * 10 + i, random));
                }
            }
            trial.settle();
        }
        trial.close();
    }

    /** The trap that re-armed timers fall into: packets behind the hole keep coming. */
    private static void checkHoleUnderLoad(IntFunction<ReorderBuffer> buffers) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(2 * PACKETS), 2 * PACKETS, 0);
        Stream stream = new Stream();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < PACKETS; i++) {
            if (i != Stream.FLOWS) {
                trial.offer(stream.packet(i, random));
            }
            trial.pass(2 * LONGEST_HOLD_NANOS / PACKETS);
        }
        trial.settle();
        trial.close();
    }

    private static void checkMakesRoom(IntFunction<ReorderBuffer> buffers) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(MAX_PACKETS), MAX_PACKETS, 0);
        Stream stream = new Stream();
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < 300; i++) {
            if (i % 10 != 0) {
                trial.offer(stream.packet(i, random));
            }
        }
        while (trial.heldPackets() > 0) {
            trial.releaseOldest();
        }
        trial.close();
    }

    private static void checkResets(IntFunction<ReorderBuffer> buffers) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(MAX_PACKETS), MAX_PACKETS, 0);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 3; round++) {
            Stream stream = new Stream();
            for (int i = 0; i < 300; i++) {
                if (i % 10 != 0) {
                    trial.offer(stream.packet(i, random));
                }
            }
            trial.reset();
        }
        trial.close();
    }

    private static void checkHostile(IntFunction<ReorderBuffer> buffers, Numbers numbers, int maxPackets) {
        ReorderTrial trial = new ReorderTrial(buffers.apply(maxPackets), maxPackets, 0);
        SplittableRandom random = new SplittableRandom(SEED);
        ScriptedPacket packet = ScriptedPacket.ofLength(60);
        for (int i = 0; i < PACKETS; i++) {
            long sequence = numbers.next(i, random);
            packet.setSequence(sequence)
                    .setFlowHash(random.nextInt(8))
                    .setFree(random.nextInt(10) == 0)
                    .setRepair(random.nextInt(10) == 0)
                    .setLink(random.nextInt(256))
                    .setAgeNanos(random.nextLong());
            switch (random.nextInt(6)) {
                case 0 -> packet.setPredecessor(ArrivedPacket.NO_SEQUENCE, ArrivedPacket.NO_SEQUENCE);
                case 1 -> packet.setPredecessor(random.nextLong(), random.nextLong());
                case 2 -> packet.setPredecessor(0, sequence - 1);
                case 3 -> packet.setPredecessor(sequence + 1, sequence + 2);
                default -> packet.setPredecessor(sequence - 1 - random.nextInt(64), sequence - 1);
            }
            trial.offer(packet);
            if (random.nextInt(20) == 0) {
                trial.lost(numbers.next(i, random));
            }
            if (random.nextInt(200) == 0) {
                trial.passed(Math.max(0, sequence - random.nextInt(100)));
            }
            trial.pass(STEP_NANOS);
        }
        trial.settle();
        trial.close();
    }

    private static void checkAllocation(IntFunction<ReorderBuffer> buffers) {
        ReorderBuffer buffer = buffers.apply(MAX_PACKETS);
        ScriptedPacket packet = ScriptedPacket.ofLength(1400);
        long[] state = new long[2];
        long[] delivered = new long[1];
        Release out = id -> delivered[0]++;
        long bytes = new Allocations().leastBytesOf(() -> {
            for (int i = 0; i < ALLOCATION_PACKETS; i++) {
                // Pairs are swapped, and one packet in a hundred is lost.
                long sequence = state[0]++ ^ 1;
                state[1] += STEP_NANOS;
                if (sequence % 100 != 50) {
                    packet.setId((int) (sequence & 0xFFFF))
                            .setSequence(sequence)
                            .setFlowHash((int) sequence & 3)
                            .setPredecessor(sequence >= 4 ? sequence - 4 : -1, sequence >= 4 ? sequence - 4 : -1);
                    buffer.offer(packet, state[1], out);
                }
                if (i % 64 == 0) {
                    buffer.poll(state[1], out);
                }
            }
        });
        buffer.close();
        if (bytes > ALLOCATION_BYTES) {
            throw new BrokenRule(
                    ReorderBufferRule.ALLOCATES_NOTHING, ALLOCATION_PACKETS + " packets took " + bytes + " bytes.");
        }
    }

    /** A sender with a few flows that numbers its packets as the protocol does. */
    private static final class Stream {

        static final int FLOWS = 4;

        private final ScriptedPacket packet = ScriptedPacket.ofLength(1400);

        static int flowOf(long sequence) {
            return (int) (sequence % FLOWS);
        }

        ScriptedPacket packet(long sequence, SplittableRandom random) {
            long predecessor = sequence >= FLOWS ? sequence - FLOWS : ArrivedPacket.NO_SEQUENCE;
            long min = predecessor >= 0 && random.nextInt(4) == 0 ? Math.max(0, predecessor - 3) : predecessor;
            long max = min == predecessor ? predecessor : Math.min(sequence - 1, predecessor + 2);
            return packet.setSequence(sequence)
                    .setFlowHash(flowOf(sequence) * 0x1000_0001)
                    .setPredecessor(min, max);
        }
    }

    /** What a peer may do to the sequence. */
    private enum Numbers {
        IN_ORDER,
        BACKWARDS,
        CONSTANT,
        HALF_THE_WIRE_RANGE_AND_BACK,
        HALF_THE_WHOLE_RANGE_AND_BACK,
        FORWARD_BY_MUCH,
        SMALL_AT_RANDOM,
        ANY_AT_RANDOM,
        NONSENSE,
        NONE;

        long next(int i, SplittableRandom random) {
            return switch (this) {
                case IN_ORDER -> i;
                case BACKWARDS -> 10_000_000L - i;
                case CONSTANT -> 77;
                case HALF_THE_WIRE_RANGE_AND_BACK -> i + (i % 2) * (1L << 23);
                case HALF_THE_WHOLE_RANGE_AND_BACK -> i + (i / 100 % 2) * (1L << 47);
                case FORWARD_BY_MUCH -> i * 100_003L;
                case SMALL_AT_RANDOM -> random.nextInt(1000);
                case ANY_AT_RANDOM -> random.nextLong(LAST_SEQUENCE + 1);
                case NONSENSE -> random.nextLong();
                case NONE -> ArrivedPacket.NO_SEQUENCE;
            };
        }
    }
}
