package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.LineGaps;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Everything that can grow is filled until it is full: it stays within the bounds that docs/architecture.md states, and counts what it lets go. */
class MemoryBoundsTest {

    private static final int ARENA_BYTES = 1 << 20;
    private static final int SLOTS = 1_024;

    private final EngineBench bench = new EngineBench();

    private IngressSnapshot in() {
        return bench.ingress.snapshot();
    }

    private EgressSnapshot.Peer out() {
        return bench.egress.snapshot().peers().get(0);
    }

    /** Packets of one flow that all belong behind one that never comes. Returns the most that were held at a time. */
    private int holdBehindAHole(int count, int bytes) {
        byte[] packet = EngineBench.packet(bytes);
        int most = 0;
        for (int i = 0; i < count; i++) {
            byte[] frame = EngineBench.frame(2 + i, packet);
            frame[8] = 1;
            bench.arrive(1, frame);
            most = Math.max(most, in().flow().heldPackets());
        }
        return most;
    }

    @Test
    void a_second_of_the_told_rates_makes_the_arena_within_its_bounds() {
        assertThat(EngineSettings.arenaBytesFor(0)).isEqualTo(4 << 20);
        assertThat(EngineSettings.arenaBytesFor(1_000_000)).isEqualTo(2 << 20);
        assertThat(EngineSettings.arenaBytesFor(80_000_000)).isEqualTo(10_000_000);
        assertThat(EngineSettings.arenaBytesFor(Long.MAX_VALUE / 2)).isEqualTo(32 << 20);
        assertThat(EngineSettings.slotsFor(4 << 20)).isEqualTo(8_192);
    }

    @Test
    void what_is_held_fits_the_arena_and_none_of_it_is_lost() {
        int count = 2_500;
        int most = holdBehindAHole(count, 1_000);
        assertThat(most).as("it was filled").isGreaterThan(500);
        assertThat(most * 1_000L).isLessThanOrEqualTo(ARENA_BYTES);
        assertThat(in().peers().get(0).events()).containsKey("hold-overflow");
        bench.runFor(500 * EngineBench.MILLI);
        assertThat(in().flow().heldPackets()).isZero();
        assertThat(bench.tun.written).hasSize(count);
        assertThat(bench.drops()).isEmpty();
        assertThat(bench.peerDrops()).isEmpty();
    }

    @Test
    void small_packets_that_are_held_are_bounded_in_number() {
        int count = 6_000;
        assertThat(holdBehindAHole(count, 40)).isBetween(1_000, 4_096);
        bench.runFor(500 * EngineBench.MILLI);
        assertThat(bench.tun.written).hasSize(count);
    }

    @Test
    void packets_that_no_line_takes_are_bounded_by_the_slots() {
        for (int i = 0; i < 2 * SLOTS; i++) {
            bench.tun.incoming.add(EngineBench.packet("10.1.0.1", "10.2.0.9", 100));
            bench.run();
        }
        assertThat(out().queuedPackets()).isEqualTo(SLOTS / 2);
        assertThat(out().drops()).containsEntry("queue.queue-packets", 2L * SLOTS - SLOTS / 2);
    }

    @Test
    void the_ring_of_repairs_forgets_the_oldest() {
        InFlight ring = new InFlight(2_000);
        for (int i = 0; i < 10_000; i++) {
            ring.add(i, i + 1, i, 100, 0, 0, 0, i);
        }
        assertThat(ring.oldestCounter()).isEqualTo(10_000 - 2_048);
        assertThat(ring.recall(10_000 - 2_049)).isEqualTo(InFlight.Recall.UNKNOWN);
        assertThat(ring.recall(10_000 - 2_048)).isEqualTo(InFlight.Recall.REPAIRABLE);
    }

    @Test
    void gaps_that_are_asked_for_are_bounded_and_counted_when_given_up() {
        LineGaps gaps = new LineGaps();
        gaps.add(0, 9_999, 0, 0);
        gaps.add(20_000, 20_499, 0, 0);
        List<Long> asked = new ArrayList<>();
        gaps.poll(1, 100, 1, 0, counter -> asked.add(counter));
        assertThat(asked).hasSize(1_024).startsWith(9_476L).endsWith(20_499L);
        assertThat(gaps.gaveUp()).isEqualTo(500);
    }
}
