package io.aggr.internal.tcporder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.ReorderBuffer;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Streams that are cut, shuffled, lost and sent again at random, against the rules said in the simplest way. */
class TcpSequenceModelTest {

    private static final long MILLI = 1_000_000;
    private static final long SEED = Long.getLong("aggr.seed", 4711);

    private record Sent(int id, int port, int start, int bytes, long arrivesNanos) {}

    /** Cuts streams into segments that arrive at random, some twice and some never. */
    private static List<Sent> stream(SplittableRandom random, int flows, long spreadMillis, int lossPercent) {
        List<Sent> sent = new ArrayList<>();
        int[] next = new int[flows];
        for (int flow = 0; flow < flows; flow++) {
            next[flow] = flow == 0 ? -50_000 : random.nextInt();
        }
        for (int i = 0; i < 3_000; i++) {
            int flow = random.nextInt(flows);
            int bytes = 1 + random.nextInt(1_400);
            long at = i * MILLI / 2 + random.nextLong(spreadMillis * MILLI + 1);
            if (random.nextInt(100) >= lossPercent) {
                sent.add(new Sent(sent.size(), flow + 1, next[flow], bytes, at));
            }
            if (random.nextInt(50) == 0) {
                sent.add(new Sent(sent.size(), flow + 1, next[flow], bytes, at + random.nextLong(200 * MILLI)));
            }
            next[flow] += bytes;
        }
        sent.sort(Comparator.comparingLong(Sent::arrivesNanos));
        return sent;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5, 40})
    void without_loss_each_connection_comes_out_in_order(int flows) {
        SplittableRandom random = new SplittableRandom(SEED + flows);
        for (int round = 0; round < 10; round++) {
            List<Sent> arrivals = stream(random, flows, 15, 0);
            int[] expected = new int[flows + 1];
            boolean[] known = new boolean[flows + 1];
            Run run = new Run(arrivals);
            // What comes first of a connection begins it; everything before that is behind for good.
            for (Sent segment : arrivals) {
                if (!known[segment.port()]) {
                    known[segment.port()] = true;
                    expected[segment.port()] = segment.start();
                }
            }
            for (Sent segment : run.delivered()) {
                int ahead = segment.start() - expected[segment.port()];
                assertThat(ahead)
                        .as("seed %d, round %d, %s", SEED, round, segment)
                        .isLessThanOrEqualTo(0);
                expected[segment.port()] = Math.max(ahead + segment.bytes(), 0) + expected[segment.port()];
            }
        }
    }

    @Test
    void with_loss_nothing_waits_longer_than_it_may_and_nothing_without_need() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 20; round++) {
            Run run = new Run(stream(random, 3, random.nextInt(120), 5));
            assertThat(run.longestNanos()).isLessThanOrEqualTo(100 * MILLI);
            assertThat(run.needless()).isZero();
        }
    }

    /** Feeds arrivals as the core does: each in its time, and what is due in between. */
    private static final class Run {
        private final ReorderBuffer buffer =
                new TcpSequenceReorderBuffer.Provider().create(ProviderConfig.none(), 4_096);
        private final List<Sent> delivered = new ArrayList<>();
        private long nowNanos;
        private long longestNanos;
        private int needless;

        Run(List<Sent> arrivals) {
            Sent[] byId = new Sent[arrivals.size()];
            for (Sent segment : arrivals) {
                byId[segment.id()] = segment;
            }
            for (Sent segment : arrivals) {
                catchUp(segment.arrivesNanos(), byId);
                nowNanos = segment.arrivesNanos();
                ScriptedPacket packet = Segments.of(segment.port(), segment.start(), segment.bytes(), Segments.ACK);
                int before = buffer.heldPackets();
                buffer.offer(packet.setId(segment.id()), nowNanos, id -> take(byId[id]));
                if (buffer.heldPackets() > before && !isAhead(segment)) {
                    needless++;
                }
            }
            catchUp(Long.MAX_VALUE, byId);
            assertThat(delivered).hasSize(arrivals.size()).doesNotHaveDuplicates();
        }

        private void catchUp(long untilNanos, Sent[] byId) {
            while (buffer.heldPackets() > 0 && nowNanos + buffer.nanosToDeadline(nowNanos) < untilNanos) {
                nowNanos += Math.max(0, buffer.nanosToDeadline(nowNanos));
                buffer.poll(nowNanos, id -> take(byId[id]));
            }
        }

        private void take(Sent segment) {
            delivered.add(segment);
            longestNanos = Math.max(longestNanos, nowNanos - segment.arrivesNanos());
        }

        /** Whether something between what was delivered of the connection and this segment has not been delivered. */
        private boolean isAhead(Sent segment) {
            return delivered.stream()
                    .filter(other -> other.port() == segment.port())
                    .noneMatch(other -> other.start() + other.bytes() - segment.start() >= 0);
        }

        List<Sent> delivered() {
            return delivered;
        }

        long longestNanos() {
            return longestNanos;
        }

        int needless() {
            return needless;
        }
    }
}
