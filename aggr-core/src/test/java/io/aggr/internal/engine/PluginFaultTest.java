package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkState;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Schedulers and reorder buffers that fail: traffic goes on, and the statistics name them. */
class PluginFaultTest {

    private static final int PACKETS = 200;

    private EngineBench run(Scheduler scheduler) {
        EngineBench bench = new EngineBench(() -> scheduler, EngineBench::gap);
        bench.bringUp();
        for (int i = 0; i < PACKETS; i++) {
            bench.tun.incoming.add(EngineBench.packet("10.1.0.1", "10.2.0.9", 200));
            bench.runFor(EngineBench.MILLI);
        }
        return bench;
    }

    private static BondStats stats(EngineBench bench) {
        return Engine.stats(
                "bond", "tun", 0, bench.egress.snapshot(), bench.ingress.snapshot(), true, List.of("from the start"));
    }

    @Test
    void row_68_goes_on_when_a_scheduler_throws_and_asks_it_a_hundred_times() {
        int[] asked = new int[1];
        EngineBench bench = run((packet, links, now, picks) -> {
            asked[0]++;
            picks.add(0);
            throw new IllegalStateException("broken");
        });
        assertThat(bench.sentPackets().size()).isEqualTo(PACKETS);
        assertThat(asked[0]).isEqualTo(100);
        assertThat(bench.events()).containsEntry("scheduler-threw", 100L).containsEntry("scheduler-disabled", 1L);
        BondStats stats = stats(bench);
        assertThat(stats.problems())
                .containsExactly(
                        "from the start",
                        "scheduler under-test of peer peer failed too often and is not asked any more");
        assertThat(stats.peers().get(0).events()).containsEntry("scheduler-threw", 100L);
    }

    @Test
    void row_68_survives_an_assertion_and_a_deep_recursion() {
        Scheduler recursive = new Scheduler() {
            @Override
            public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
                recurse(1);
            }

            @SuppressWarnings("InfiniteRecursion")
            private int recurse(int depth) {
                return recurse(depth + 1) + 1;
            }

            @Override
            public void onLinkState(LinkView link, LinkState previous, long nowNanos) {
                throw new AssertionError("broken");
            }
        };
        EngineBench bench = run(recursive);
        assertThat(bench.sentPackets().size()).isEqualTo(PACKETS);
        assertThat(bench.events()).containsKey("scheduler-threw");
    }

    @Test
    void row_67_helps_out_when_a_scheduler_picks_lines_that_do_not_exist() {
        EngineBench bench = run((packet, links, now, picks) -> {
            picks.add(-1);
            picks.add(7);
        });
        assertThat(bench.sentPackets().size()).isEqualTo(PACKETS);
        assertThat(bench.events().get("scheduler-picked-out-of-range")).isEqualTo(2L * PACKETS);
    }

    @Test
    void row_67_helps_out_when_a_scheduler_picks_a_dead_line() {
        EngineBench bench = new EngineBench(() -> (packet, links, now, picks) -> picks.add(1), EngineBench::gap);
        bench.bringUp();
        bench.links.get(1).fault = LinkFault.DEVICE_GONE;
        for (int i = 0; i < PACKETS; i++) {
            bench.tun.incoming.add(EngineBench.packet("10.1.0.1", "10.2.0.9", 200));
            bench.runFor(EngineBench.MILLI);
        }
        assertThat(bench.sentPackets().size()).isEqualTo(PACKETS);
        assertThat(bench.events()).containsKey("scheduler-picked-unusable");
    }

    @Test
    void row_67_helps_out_when_a_scheduler_never_picks_anything() {
        EngineBench bench = run((packet, links, now, picks) -> {});
        bench.runFor(2_000 * EngineBench.MILLI);
        // What waits that long meets the active queue management.
        long dropped = bench.peerOutDrops().getOrDefault("queue.codel", 0L);
        assertThat(bench.sentPackets().size() + dropped).isEqualTo(PACKETS);
        assertThat(dropped).isLessThan(10);
        assertThat(bench.events()).containsKey("scheduler-stalled");
    }

    @Test
    void sends_one_copy_to_each_line_that_is_picked_however_often() {
        EngineBench bench = run((packet, links, now, picks) -> {
            for (int i = 0; i < 40; i++) {
                picks.add(i % 2);
            }
        });
        assertThat(bench.sentPackets().size()).isEqualTo(2 * PACKETS);
        assertThat(bench.links.get(0).sent.size()).isBetween(PACKETS, PACKETS + 10);
    }

    @Test
    void drops_what_the_scheduler_drops() {
        EngineBench bench = run((packet, links, now, picks) -> picks.drop());
        assertThat(bench.sentPackets()).isEmpty();
        assertThat(bench.peerOutDrops()).containsEntry("scheduler", (long) PACKETS);
    }

    @Test
    void delivers_what_a_broken_reorder_buffer_held_and_goes_on() {
        List<Integer> held = new ArrayList<>();
        ReorderBuffer broken = new Hoarder(held, 5);
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> broken);
        for (int i = 1; i <= 10; i++) {
            bench.arrive(1, i, EngineBench.packet(100 + i));
        }
        assertThat(bench.tun.written.size()).isEqualTo(10);
        assertThat(bench.tun.written.stream().map(packet -> packet.length)).isSorted();
        assertThat(stats(bench).problems()).contains("reorder buffer under-test of peer peer failed and was replaced");
    }

    @Test
    void ignores_packets_that_a_reorder_buffer_lets_go_twice_or_invents() {
        ReorderBuffer generous = new Hoarder(new ArrayList<>(), Integer.MAX_VALUE) {
            @Override
            public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                out.deliver(packet.id());
                out.deliver(packet.id());
                out.deliver(packet.id() + 1);
                out.deliver(-1);
                out.deliver(1 << 30);
            }
        };
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> generous);
        for (int i = 1; i <= 100; i++) {
            bench.arrive(1, i, EngineBench.packet(100));
        }
        assertThat(bench.tun.written.size()).isEqualTo(100);
    }

    /** Holds everything, and throws after so many packets. */
    private static class Hoarder implements ReorderBuffer {
        private final List<Integer> held;
        private final int patience;

        Hoarder(List<Integer> held, int patience) {
            this.held = held;
            this.patience = patience;
        }

        @Override
        public void offer(ArrivedPacket packet, long nowNanos, Release out) {
            held.add(packet.id());
            if (held.size() > patience) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public void onLost(long sequence, long nowNanos, Release out) {}

        @Override
        public void onPassed(long sequence, long nowNanos, Release out) {}

        @Override
        public void poll(long nowNanos, Release out) {}

        @Override
        public long nanosToDeadline(long nowNanos) {
            return Long.MAX_VALUE;
        }

        @Override
        public void releaseOldest(long nowNanos, Release out) {}

        @Override
        public void reset(long nowNanos, Release out) {}

        @Override
        public int heldPackets() {
            return held.size();
        }
    }
}
