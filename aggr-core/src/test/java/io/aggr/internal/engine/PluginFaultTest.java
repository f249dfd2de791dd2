package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.badinput.PassesAll;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        assertThat(bench.warnings).singleElement().asString().contains("under-test");
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
    void row_68_delivers_what_a_reorder_buffer_held_that_throws_and_goes_on() {
        List<Integer> held = new ArrayList<>();
        ReorderBuffer broken = new Hoarder(held, 5);
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> broken);
        for (int i = 1; i <= 10; i++) {
            bench.arrive(1, i, EngineBench.packet(100 + i));
        }
        assertThat(bench.tun.written.size()).isEqualTo(10);
        assertThat(bench.tun.written.stream().map(packet -> packet.length)).isSorted();
        assertThat(stats(bench).problems()).contains("reorder buffer under-test of peer peer failed and was replaced");
        assertThat(bench.inEvents()).containsEntry("reorder-threw", 1L).containsEntry("reorder-replaced", 1L);
        assertThat(bench.warnings).singleElement().asString().contains("under-test", "peer");
    }

    /** What is called when another thread finds that this one does not come back, and what it does then. */
    private static boolean takesOver(EngineBench bench, Runnable work) {
        try {
            work.run();
            return false;
        } catch (PluginWatch.TakenOver e) {
            try {
                bench.ingress.takeOver(bench.nowNanos);
            } catch (IOException refused) {
                throw new UncheckedIOException(refused);
            }
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"offer", "deadline", "poll"})
    void row_69_a_reorder_buffer_that_never_comes_back_is_left_behind_with_what_it_held(String where) {
        EngineBench[] it = new EngineBench[1];
        List<Release> kept = new ArrayList<>();
        ReorderBuffer stuck = new Hoarder(new ArrayList<>(), Integer.MAX_VALUE) {
            private void hang(String here) {
                if (here.equals(where) && heldPackets() >= 5) {
                    PluginWatch watch = it[0].ingress.reorderWatches().get(0);
                    assertThat(watch.abandon(watch.call())).isTrue();
                }
            }

            @Override
            public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                super.offer(packet, nowNanos, out);
                kept.add(out);
                hang("offer");
            }

            @Override
            public long nanosToDeadline(long nowNanos) {
                hang("deadline");
                return where.equals("poll") ? 0 : Long.MAX_VALUE;
            }

            @Override
            public void poll(long nowNanos, Release out) {
                hang("poll");
                // Too late: another thread does this one's work.
                out.deliver(0);
            }
        };
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> stuck);
        it[0] = bench;
        for (int i = 1; i <= 10; i++) {
            byte[] frame = EngineBench.frame(i, EngineBench.packet(100 + i));
            bench.links.get(0).incoming.add(bench.datagram(1, frame));
        }
        assertThat(takesOver(bench, bench::run)).isTrue();
        bench.run();
        assertThat(bench.tun.written.stream().map(packet -> packet.length))
                .containsExactly(101, 102, 103, 104, 105, 106, 107, 108, 109, 110);
        kept.forEach(release -> release.deliver(3));
        bench.arrive(1, 11, EngineBench.packet(111));
        assertThat(bench.tun.written.size()).isEqualTo(11);
        assertThat(bench.inEvents()).containsEntry("reorder-hung", 1L).containsEntry("reorder-replaced", 1L);
        assertThat(bench.warnings)
                .singleElement()
                .asString()
                .contains("reorder buffer under-test of peer peer does not come back in time");
        assertThat(bench.peerDrops()).isEmpty();
    }

    @Test
    void row_69_a_reorder_buffer_that_hangs_while_the_numbering_begins_anew_does_not_stop_that() {
        EngineBench[] it = new EngineBench[1];
        ReorderBuffer stuck = new Hoarder(new ArrayList<>(), Integer.MAX_VALUE) {
            @Override
            public void reset(long nowNanos, Release out) {
                if (heldPackets() > 0) {
                    PluginWatch watch = it[0].ingress.reorderWatches().get(0);
                    assertThat(watch.abandon(watch.call())).isTrue();
                }
            }
        };
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> stuck);
        it[0] = bench;
        bench.arrive(1, 5, EngineBench.packet(105));
        bench.encapsulator.confirmNext = new TestEncapsulator.TestSession(77);
        assertThat(takesOver(bench, () -> bench.arrive(1, new byte[0]))).isTrue();
        bench.run();
        assertThat(bench.tun.written.size()).as("what was held").isEqualTo(1);
        // The same number again: it is another packet now.
        bench.arrive(1, 5, EngineBench.packet(105));
        assertThat(bench.tun.written.size()).isEqualTo(2);
        assertThat(bench.peerDrops()).isEmpty();
    }

    @Test
    void row_69_a_reorder_buffer_that_takes_all_the_time_is_not_asked_any_more() {
        EngineBench bench =
                new EngineBench(EarliestArrivalScheduler::new, max -> new Hoarder(new ArrayList<>(), 1_000));
        bench.arrive(1, 1, EngineBench.packet(101));
        bench.ingress.reorderWatches().get(0).distrust();
        bench.run();
        bench.arrive(1, 2, EngineBench.packet(102));
        assertThat(bench.tun.written.size()).isEqualTo(2);
        assertThat(bench.inEvents()).containsEntry("reorder-hung", 1L).containsEntry("reorder-replaced", 1L);
    }

    @Test
    void row_69_a_reorder_buffer_that_never_lets_anything_go_is_replaced_after_six_seconds() {
        EngineBench bench =
                new EngineBench(EarliestArrivalScheduler::new, max -> new Hoarder(new ArrayList<>(), 1_000));
        for (int i = 1; i <= 10; i++) {
            bench.arrive(1, i, EngineBench.packet(100 + i));
        }
        bench.runFor(5_900 * EngineBench.MILLI);
        assertThat(bench.tun.written).isEmpty();
        bench.runFor(200 * EngineBench.MILLI);
        assertThat(bench.tun.written.size()).isEqualTo(10);
        assertThat(bench.inEvents()).containsEntry("reorder-starved", 1L).containsEntry("reorder-replaced", 1L);
        assertThat(bench.warnings).hasSize(1);
    }

    @Test
    void row_69_a_reorder_buffer_that_grows_and_grows_is_replaced_when_memory_is_short() {
        EngineBench bench = new EngineBench(
                EarliestArrivalScheduler::new, max -> new Hoarder(new ArrayList<>(), Integer.MAX_VALUE));
        for (int i = 1; i <= 2_000; i++) {
            bench.arrive(1, i, EngineBench.packet(1_000));
        }
        assertThat(bench.tun.written.size()).isEqualTo(2_000);
        assertThat(bench.inEvents()).containsEntry("hold-overflow", 1L).containsEntry("reorder-replaced", 1L);
        assertThat(bench.warnings).hasSize(1);
    }

    @Test
    void row_69_a_reorder_buffer_that_is_always_due_does_not_keep_the_thread_busy() throws IOException {
        int[] polls = new int[1];
        ReorderBuffer due = new Hoarder(new ArrayList<>(), Integer.MAX_VALUE) {
            @Override
            public void poll(long nowNanos, Release out) {
                polls[0]++;
            }

            @Override
            public long nanosToDeadline(long nowNanos) {
                return Long.MIN_VALUE;
            }
        };
        EngineBench bench = new EngineBench(EarliestArrivalScheduler::new, max -> due);
        bench.arrive(1, 1, EngineBench.packet(101));
        for (int i = 0; i < 1_000; i++) {
            assertThat(bench.ingress.run(bench.nowNanos)).isPositive();
            bench.nowNanos += 10_000;
        }
        assertThat(polls[0]).as("in 10 ms").isBetween(15, 25);
    }

    @Test
    void row_68_a_reorder_buffer_that_keeps_packets_over_a_reset_is_replaced() {
        EngineBench bench =
                new EngineBench(EarliestArrivalScheduler::new, max -> new Hoarder(new ArrayList<>(), 1_000));
        bench.arrive(1, 5, EngineBench.packet(105));
        bench.encapsulator.confirmNext = new TestEncapsulator.TestSession(77);
        bench.arrive(1, 5, EngineBench.packet(105));
        assertThat(bench.tun.written.size()).isEqualTo(2);
        assertThat(bench.inEvents()).containsEntry("reorder-threw", 1L).containsEntry("reorder-replaced", 1L);
    }

    @Test
    void row_68_ignores_packets_that_a_reorder_buffer_lets_go_twice_or_invents() {
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
        assertThat(bench.inEvents()).containsEntry("reorder-released-unknown", 400L);
    }

    /** Holds everything, and throws after so many packets. */
    private static class Hoarder extends PassesAll {
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
        public int heldPackets() {
            return held.size();
        }
    }
}
