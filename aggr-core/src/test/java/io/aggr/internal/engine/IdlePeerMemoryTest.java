package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.path.DuplicateFilter;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.LineGaps;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What a peer of a hub takes while nothing is sent, and that what traffic needs is given back when it ends. */
@Isolated
class IdlePeerMemoryTest {

    private static final int PEERS = 200;
    private static final long BOUND_BYTES = 64 << 10;

    private static Engine hub(int count) {
        List<PeerSettings> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<PeerSettings.LineSettings> lines = new ArrayList<>();
            for (int line = 1; line <= 2; line++) {
                lines.add(new PeerSettings.LineSettings(line, "line-" + line, 0, 0, 0, 0, 0, LinkCost.NONE, 1_500));
            }
            peers.add(new PeerSettings(
                    i,
                    "peer-" + i,
                    "earliest-arrival",
                    EarliestArrivalScheduler::new,
                    EarliestArrivalScheduler::new,
                    "gap",
                    EngineBench::gap,
                    EngineBench::gap,
                    true,
                    PeerConfig.Equalise.AUTO,
                    lines));
        }
        Engine engine = new Engine(new EngineSettings(
                new TestTun(),
                List.of(new TestLink()),
                new TestEncapsulator(),
                peers,
                AllowedIps.of(List.of()),
                new FlowHash(1, 2),
                true,
                4 << 20,
                EngineSettings.slotsFor(4 << 20),
                new Random(1)::nextLong,
                EngineEvents.NONE));
        engine.egress().start(1);
        return engine;
    }

    /** What lives on the heap once everything else is gone; the least of a few looks, since others allocate too. */
    private static long usedBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void an_idle_peer_with_two_lines_stays_within_its_bound() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            least = Math.min(least, idlePeerBytes());
        }
        System.out.println("an idle peer with two lines takes " + least + " bytes");
        assertThat(least).isBetween(1_000L, BOUND_BYTES);
    }

    /** What other tests have left behind in this process may come and go meanwhile. */
    private static long idlePeerBytes() {
        List<Engine> kept = new ArrayList<>();
        kept.add(hub(1));
        long before = usedBytes();
        kept.add(hub(1));
        long one = usedBytes() - before;
        before += one;
        kept.add(hub(PEERS + 1));
        long bytes = (usedBytes() - before - one) / PEERS;
        assertThat(kept).hasSize(3);
        return bytes;
    }

    @Test
    void the_ring_of_repairs_fits_the_rate_and_gets_small_again() {
        InFlight ring = new InFlight(16_384);
        assertThat(ring.size()).isEqualTo(64);
        long now = 0;
        for (int i = 0; i < 1_000; i++) {
            now += 500_000_000;
            ring.add(now, i + 1, i, 100, 0, 0, 0, now);
        }
        assertThat(ring.size()).as("two packets a second").isEqualTo(64);
        for (int i = 0; i < 20_000; i++) {
            now += 1_000_000;
            ring.add(now, 2_000 + i, i, 100, 0, 0, 0, now);
        }
        assertThat(ring.size())
                .as("four seconds of a thousand packets a second")
                .isEqualTo(4_096);
        long last = ring.nextCounter() - 1;
        assertThat(ring.recall(last - 4_000)).isEqualTo(InFlight.Recall.REPAIRABLE);
        ring.rest();
        assertThat(ring.size()).isEqualTo(64);
        assertThat(ring.sequence(last)).isEqualTo(2_000 + 19_999);
        assertThat(ring.recall(last - 63)).isEqualTo(InFlight.Recall.REPAIRABLE);
        assertThat(ring.recall(last - 64)).isEqualTo(InFlight.Recall.UNKNOWN);
        ring.add(now, 50_000, 0, 100, 0, 0, 0, now);
        assertThat(ring.size()).isEqualTo(128);
        assertThat(ring.recall(last - 63)).isEqualTo(InFlight.Recall.REPAIRABLE);
        assertThat(ring.recall(last - 64)).as("was forgotten").isEqualTo(InFlight.Recall.UNKNOWN);
    }

    @Test
    void what_comes_after_a_rest_from_before_it_is_too_old() {
        DuplicateFilter filter = new DuplicateFilter();
        filter.add(5);
        filter.rest();
        assertThat(filter.add(4)).isEqualTo(DuplicateFilter.Verdict.TOO_OLD);
        assertThat(filter.add(5)).isEqualTo(DuplicateFilter.Verdict.TOO_OLD);
        assertThat(filter.contains(4)).isTrue();
        assertThat(filter.add(6)).isEqualTo(DuplicateFilter.Verdict.NEW);
        assertThat(filter.add(6)).isEqualTo(DuplicateFilter.Verdict.DUPLICATE);
        assertThat(filter.add(8)).isEqualTo(DuplicateFilter.Verdict.NEW);
        assertThat(filter.contains(7)).isFalse();
        filter.reset();
        assertThat(filter.add(1)).isEqualTo(DuplicateFilter.Verdict.NEW);
    }

    @Test
    void gaps_that_are_open_survive_a_rest() {
        LineGaps gaps = new LineGaps();
        gaps.add(0, 99, 0, 0);
        gaps.rest();
        List<Long> asked = new ArrayList<>();
        gaps.poll(1, 100, 1, 0, asked::add);
        assertThat(asked).hasSize(100);
    }
}
