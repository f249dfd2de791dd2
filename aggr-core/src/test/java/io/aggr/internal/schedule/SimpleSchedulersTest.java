package io.aggr.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.Scheduler;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.RecordingPicks;
import io.aggr.testkit.ScriptedLinks;
import io.aggr.testkit.ScriptedPacket;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What tells the schedulers other than the default from each other. */
class SimpleSchedulersTest {

    private static final long MILLI = 1_000_000;

    private final RecordingPicks picks = new RecordingPicks();
    private final ScriptedPacket packet = ScriptedPacket.ofLength(1000);

    private RecordingPicks ask(Scheduler scheduler, ScriptedLinks links) {
        picks.clear();
        scheduler.select(packet, links, links.nowNanos(), picks);
        return picks;
    }

    private void saturate(Scheduler scheduler, ScriptedLinks links, long nanos) {
        long end = links.nowNanos() + nanos;
        while (links.nowNanos() < end) {
            if (ask(scheduler, links).size() > 0) {
                picks.lines().forEach(line -> links.get(line).send(packet));
            } else {
                links.advance(Math.min(picks.hasWait() ? picks.waitNanos() : MILLI, MILLI));
            }
        }
    }

    @Test
    void spill_prefers_the_smallest_delay_and_spills_while_it_is_busy() {
        Scheduler spill = new LowestRttSpillScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(3);
        links.get(0).setDelayNanos(20 * MILLI);
        links.get(2).setDelayNanos(10 * MILLI);
        for (int expected : new int[] {1, 2, 0}) {
            assertThat(ask(spill, links).lines()).containsExactly(expected);
            links.get(expected).send(packet);
        }
        assertThat(ask(spill, links).lines()).isEmpty();
        assertThat(picks.waitNanos()).isEqualTo(links.get(1).nanosUntilFree(links.nowNanos()));
        links.advance(picks.waitNanos());
        assertThat(ask(spill, links).lines()).containsExactly(1);
    }

    @Test
    void spill_takes_an_unmeasured_line_last() {
        Scheduler spill = new LowestRttSpillScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setMeasured(false).setDelayNanos(15 * MILLI);
        links.get(1).setDelayNanos(15 * MILLI);
        assertThat(ask(spill, links).lines()).containsExactly(1);
        links.get(1).send(packet);
        assertThat(ask(spill, links).lines()).containsExactly(0);
    }

    @Test
    void spill_sends_urgent_packets_past_a_backlog() {
        Scheduler spill = new LowestRttSpillScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(1).setDelayNanos(50 * MILLI);
        links.get(0).setBacklogBytes(10_000);
        packet.setTrafficClass(TrafficClass.URGENT);
        assertThat(ask(spill, links).lines()).containsExactly(0);
    }

    @Test
    void weighted_divides_bytes_by_weight() {
        Scheduler weighted = new WeightedScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(3);
        for (int i = 0; i < 3; i++) {
            links.get(i).setWeight(i + 1).setBacklogLimitBytes(Integer.MAX_VALUE);
        }
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 6000; i++) {
            packet.setLengthBytes(random.nextInt(40, 1400));
            if (i % 5 == 0) {
                packet.setCount(random.nextInt(2, 17));
            }
            links.get(ask(weighted, links).line(0)).send(packet);
        }
        long unit = links.get(0).sentBytes();
        assertThat(links.get(1).sentBytes()).isCloseTo(2 * unit, within(50_000L));
        assertThat(links.get(2).sentBytes()).isCloseTo(3 * unit, within(75_000L));
    }

    @Test
    void weighted_gives_a_line_that_returns_no_long_burst() {
        Scheduler weighted = new WeightedScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setBacklogLimitBytes(Integer.MAX_VALUE);
        links.get(1).setRefusing(true);
        for (int i = 0; i < 1000; i++) {
            links.get(ask(weighted, links).line(0)).send(packet);
        }
        links.get(1).setRefusing(false).setBacklogLimitBytes(Integer.MAX_VALUE);
        int burst = 0;
        while (ask(weighted, links).line(0) == 1) {
            links.get(1).send(packet);
            burst++;
        }
        assertThat(burst).isLessThan(40);
    }

    @Test
    void weighted_follows_the_rates_where_no_weight_is_given() {
        Scheduler weighted = new WeightedScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setRateBitsPerSecond(16_000_000);
        links.get(1).setRateBitsPerSecond(6_000_000);
        saturate(weighted, links, 2_000 * MILLI);
        assertThat((double) links.get(0).sentBytes() / links.get(1).sentBytes()).isCloseTo(16.0 / 6, within(0.15));
    }

    @Test
    void round_robin_takes_turns_and_skips_who_does_not_accept() {
        Scheduler roundRobin = new RoundRobinScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(3);
        for (int expected : new int[] {0, 1, 2, 0, 1}) {
            assertThat(ask(roundRobin, links).lines()).containsExactly(expected);
        }
        links.get(2).setRefusing(true);
        assertThat(ask(roundRobin, links).lines()).containsExactly(0);
        links.resize(1);
        assertThat(ask(roundRobin, links).lines()).containsExactly(0);
    }

    @Test
    void dearer_lines_join_the_round_only_after_saturation() {
        for (Scheduler scheduler : new Scheduler[] {
            new RoundRobinScheduler(ProviderConfig.none()),
            new WeightedScheduler(ProviderConfig.none()),
            new LowestRttSpillScheduler(ProviderConfig.none())
        }) {
            ScriptedLinks links = new ScriptedLinks(2);
            links.get(1).setCostTier(3);
            saturate(scheduler, links, 250 * MILLI);
            assertThat(links.get(1).sentPackets()).isZero();
            saturate(scheduler, links, 250 * MILLI);
            assertThat(links.get(1).sentPackets()).isPositive();
        }
    }

    @Test
    void overflow_can_come_at_once() {
        Scheduler scheduler = new RoundRobinScheduler(ProviderConfig.of(Map.of("overflow-after", "0 ms")));
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(1).setCostTier(3);
        links.get(0).setRefusing(true);
        assertThat(ask(scheduler, links).lines()).containsExactly(1);
    }

    @Test
    void flow_hash_spreads_flows_by_weight() {
        Scheduler flowHash = new FlowHashScheduler();
        ScriptedLinks links = new ScriptedLinks(3);
        for (int i = 0; i < 3; i++) {
            links.get(i).setWeight(i + 1);
        }
        int[] flows = new int[3];
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 30_000; i++) {
            packet.setFlowHash(random.nextInt());
            flows[ask(flowHash, links).line(0)]++;
        }
        assertThat(flows[0]).isCloseTo(5_000, within(300));
        assertThat(flows[1]).isCloseTo(10_000, within(300));
        assertThat(flows[2]).isCloseTo(15_000, within(300));
    }

    @Test
    void flow_hash_keeps_a_flow_on_its_line_whatever_the_weights_do() {
        Scheduler flowHash = new FlowHashScheduler();
        ScriptedLinks links = new ScriptedLinks(4);
        int[] home = new int[500];
        SplittableRandom random = new SplittableRandom(8);
        for (int round = 0; round < 20; round++) {
            for (int flow = 0; flow < home.length; flow++) {
                packet.setFlowHash(flow * 0x9E37_79B9);
                int line = ask(flowHash, links).line(0);
                if (round == 0) {
                    home[flow] = line;
                }
                assertThat(line).isEqualTo(home[flow]);
            }
            for (int i = 0; i < 4; i++) {
                links.get(i).setWeight(random.nextInt(1, 100));
            }
        }
    }

    @Test
    void flow_hash_moves_only_the_flows_of_a_line_that_fails() {
        Scheduler flowHash = new FlowHashScheduler();
        ScriptedLinks links = new ScriptedLinks(4);
        int[] home = new int[500];
        for (int flow = 0; flow < home.length; flow++) {
            packet.setFlowHash(flow * 0x9E37_79B9);
            home[flow] = ask(flowHash, links).line(0);
        }
        links.get(2).setState(LinkState.SUSPECT);
        for (int flow = 0; flow < home.length; flow++) {
            packet.setFlowHash(flow * 0x9E37_79B9);
            int line = ask(flowHash, links).line(0);
            if (home[flow] == 2) {
                assertThat(line).isNotEqualTo(2);
                home[flow] = line;
            }
            assertThat(line).isEqualTo(home[flow]);
        }
        links.get(2).setState(LinkState.UP);
        for (int flow = 0; flow < home.length; flow++) {
            packet.setFlowHash(flow * 0x9E37_79B9);
            assertThat(ask(flowHash, links).line(0)).isEqualTo(home[flow]);
        }
    }

    @Test
    void flow_hash_waits_for_its_line_rather_than_change_it() {
        Scheduler flowHash = new FlowHashScheduler();
        ScriptedLinks links = new ScriptedLinks(2);
        int home = ask(flowHash, links).line(0);
        links.get(home).setRefusing(true);
        assertThat(ask(flowHash, links).lines()).isEmpty();
    }

    @Test
    void flow_hash_leaves_dearer_lines_alone_while_a_cheaper_one_is_up() {
        Scheduler flowHash = new FlowHashScheduler();
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setCostTier(1);
        for (int flow = 0; flow < 100; flow++) {
            packet.setFlowHash(flow);
            assertThat(ask(flowHash, links).lines()).containsExactly(1);
        }
        links.get(1).setState(LinkState.DOWN);
        assertThat(ask(flowHash, links).lines()).containsExactly(0);
        links.get(1).setState(LinkState.UP);
        assertThat(ask(flowHash, links).lines()).containsExactly(1);
    }

    @Test
    void failover_uses_the_first_line_in_order_of_tier_and_place() {
        Scheduler failover = new FailoverScheduler();
        ScriptedLinks links = new ScriptedLinks(3);
        links.get(0).setCostTier(1);
        assertThat(ask(failover, links).lines()).containsExactly(1);
        links.get(1).setState(LinkState.SUSPECT);
        assertThat(ask(failover, links).lines()).containsExactly(2);
        links.get(2).setState(LinkState.DOWN);
        assertThat(ask(failover, links).lines()).containsExactly(0);
        links.get(1).setState(LinkState.UP).setRefusing(true);
        assertThat(ask(failover, links).lines()).as("waits for the line in use").isEmpty();
    }

    @Test
    void redundant_uses_all_that_accept() {
        Scheduler redundant = new RedundantScheduler(ProviderConfig.none());
        ScriptedLinks links = new ScriptedLinks(4);
        links.get(1).setRefusing(true);
        links.get(3).setCostTier(9);
        assertThat(ask(redundant, links).lines()).containsExactlyInAnyOrder(0, 2, 3);
    }

    @Test
    void redundant_can_be_limited_to_the_earliest() {
        Scheduler redundant = new RedundantScheduler(ProviderConfig.of(Map.of("copies", "2")));
        ScriptedLinks links = new ScriptedLinks(4);
        links.get(0).setDelayNanos(30 * MILLI);
        links.get(1).setDelayNanos(10 * MILLI);
        links.get(2).setDelayNanos(20 * MILLI);
        links.get(3).setDelayNanos(40 * MILLI);
        assertThat(ask(redundant, links).lines()).containsExactly(1, 2);
    }
}
