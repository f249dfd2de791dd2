package io.aggr.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.Scheduler;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.RecordingPicks;
import io.aggr.testkit.ScriptedLinks;
import io.aggr.testkit.ScriptedPacket;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EarliestArrivalSchedulerTest {

    private static final long MILLI = 1_000_000;
    private static final long SLACK_NANOS = 4 * MILLI;

    private final Scheduler scheduler = new EarliestArrivalScheduler();
    private final RecordingPicks picks = new RecordingPicks();
    private final ScriptedPacket packet = ScriptedPacket.ofLength(1400);

    private RecordingPicks ask(ScriptedLinks links) {
        return ask(scheduler, links);
    }

    private RecordingPicks ask(Scheduler asked, ScriptedLinks links) {
        picks.clear();
        asked.select(packet, links, links.nowNanos(), picks);
        return picks;
    }

    /** The case that the library was made for, made unequal: 16 and 6 Mbit/s, 20 ms apart. */
    private static ScriptedLinks unequal() {
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setRateBitsPerSecond(16_000_000).setDelayNanos(0).setRttNanos(30 * MILLI);
        links.get(1).setRateBitsPerSecond(6_000_000).setDelayNanos(20 * MILLI).setRttNanos(70 * MILLI);
        return links;
    }

    @Test
    void uses_the_fastest_line_while_all_are_idle() {
        ScriptedLinks links = unequal();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(links).lines()).containsExactly(0);
            links.get(0).send(packet);
            links.advance(10 * MILLI);
        }
    }

    @Test
    void uses_the_slow_line_once_the_fast_ones_backlog_makes_it_the_earlier_way() {
        ScriptedLinks links = unequal();
        long slowArrival = links.get(1).nanosUntilArrival(packet, links.nowNanos());
        int before = 0;
        while (ask(links).lines().equals(List.of(0))) {
            links.get(0).send(packet);
            before++;
        }
        assertThat(picks.lines()).containsExactly(1);
        assertThat(links.get(0).nanosUntilArrival(packet, links.nowNanos())).isGreaterThanOrEqualTo(slowArrival);
        // 22 ms of 0.73 ms each.
        assertThat(before).isBetween(28, 31);
    }

    @Test
    void packets_arrive_nearly_in_order_under_load() {
        ScriptedLinks links = unequal();
        long[] lastArrival = new long[1];
        long worst = 0;
        long sent = 0;
        while (links.nowNanos() < 5_000 * MILLI) {
            if (ask(links).size() == 0) {
                links.advance(picks.waitNanos());
                continue;
            }
            int line = picks.line(0);
            long arrival = links.nowNanos() + links.get(line).nanosUntilArrival(packet, links.nowNanos());
            worst = Math.max(worst, lastArrival[0] - arrival);
            lastArrival[0] = Math.max(lastArrival[0], arrival);
            links.get(line).send(packet);
            sent += packet.lengthBytes() + 63;
        }
        assertThat(worst).as("largest step back").isLessThan(3 * MILLI);
        assertThat(sent * 8 / 5).as("bit/s").isBetween(22_000_000L, 22_500_000L);
    }

    @Test
    void waits_exactly_until_the_best_arrival_comes_within_the_horizon() {
        ScriptedLinks links = unequal();
        while (ask(links).size() > 0) {
            links.get(picks.line(0)).send(packet);
        }
        assertThat(picks.hasWait()).isTrue();
        links.advance(picks.waitNanos() - 1);
        assertThat(ask(links).lines()).isEmpty();
        assertThat(picks.waitNanos()).isEqualTo(1);
        links.advance(1);
        assertThat(ask(links).lines()).hasSize(1);
    }

    @Test
    void commits_no_more_than_the_slowest_line_needs_when_idle_and_a_little_slack() {
        ScriptedLinks links = unequal();
        while (ask(links).size() > 0) {
            links.get(picks.line(0)).send(packet);
        }
        long horizon = 20 * MILLI + 1500L * 8 * 1000 / 6 + SLACK_NANOS;
        assertThat(links.get(0).nanosUntilFree(0)).isLessThan(horizon);
        assertThat(links.get(1).nanosUntilFree(0) + 20 * MILLI).isLessThan(horizon + 2 * MILLI);
    }

    @Test
    void still_uses_a_line_whose_rate_is_underestimated() {
        ScriptedLinks links = unequal();
        links.get(1).setRateBitsPerSecond(600_000);
        while (ask(links).size() > 0) {
            links.get(picks.line(0)).send(packet);
        }
        assertThat(links.get(1).sentPackets()).isPositive();
    }

    @Test
    void commits_a_run_by_its_beginning() {
        ScriptedLinks links = new ScriptedLinks(1);
        links.get(0).setRateBitsPerSecond(1_000_000);
        packet.setCount(16);
        assertThat(ask(links).lines()).containsExactly(0);
    }

    @Test
    void equal_lines_take_their_backlogs_in_turn_and_ties_go_to_the_line_used_last() {
        ScriptedLinks links = new ScriptedLinks(2);
        assertThat(ask(links).lines()).containsExactly(0);
        links.get(0).send(packet);
        assertThat(ask(links).lines()).containsExactly(1);
        links.get(1).send(packet);
        // Equal again.
        assertThat(ask(links).lines()).containsExactly(1);
    }

    @Test
    void passes_over_a_line_that_is_full() {
        ScriptedLinks links = unequal();
        links.get(0).setRefusing(true);
        assertThat(ask(links).lines()).containsExactly(1);
    }

    @Test
    void urgent_packets_do_not_mind_the_backlog() {
        ScriptedLinks links = unequal();
        while (ask(links).size() > 0) {
            links.get(picks.line(0)).send(packet);
        }
        packet.setLengthBytes(84).setTrafficClass(TrafficClass.URGENT);
        assertThat(ask(links).lines()).containsExactly(0);
    }

    @Test
    void repairs_do_not_mind_the_backlog() {
        ScriptedLinks links = unequal();
        while (ask(links).size() > 0) {
            links.get(picks.line(0)).send(packet);
        }
        packet.setRepair(true);
        assertThat(ask(links).lines()).containsExactly(0);
    }

    @Test
    void an_urgent_packet_waits_a_moment_for_a_faster_line_that_is_busy_with_others() {
        ScriptedLinks links = unequal();
        packet.setLengthBytes(84).setTrafficClass(TrafficClass.URGENT);
        links.get(0).setRefusing(true);
        assertThat(ask(links).size()).isZero();
        assertThat(picks.hasWait()).isTrue();
        packet.setWaitedNanos(3 * MILLI);
        assertThat(ask(links).lines()).as("for no longer than a moment").containsExactly(1);
        packet.setWaitedNanos(0);
        links.get(1).setDelayNanos(links.get(0).delayNanos() + MILLI);
        assertThat(ask(links).lines()).as("only if it gains by it").containsExactly(1);
    }

    @Test
    void acknowledgements_and_repairs_do_not_wait_for_a_faster_line() {
        ScriptedLinks links = unequal();
        links.get(0).setRefusing(true);
        packet.setLengthBytes(52).setTrafficClass(TrafficClass.URGENT);
        packet.buffer().put(9, (byte) 6);
        assertThat(ask(links).lines()).containsExactly(1);
        packet.buffer().put(9, (byte) 17);
        packet.setRepair(true);
        assertThat(ask(links).lines()).containsExactly(1);
    }

    @Test
    void urgent_packets_take_a_second_line_while_one_is_suspect() {
        ScriptedLinks links = new ScriptedLinks(3);
        packet.setLengthBytes(84).setTrafficClass(TrafficClass.URGENT);
        assertThat(ask(links).lines()).containsExactly(0);
        links.get(2).setState(LinkState.SUSPECT);
        assertThat(ask(links).lines()).containsExactly(0, 1);
        links.get(1).setBacklogBytes(1000);
        assertThat(ask(links).lines()).as("copies go over idle lines only").containsExactly(0);
    }

    @Test
    void urgent_packets_take_a_second_line_while_the_first_is_lossy() {
        ScriptedLinks links = unequal();
        links.get(0).setLossRatio(0.05);
        packet.setLengthBytes(84).setTrafficClass(TrafficClass.URGENT);
        assertThat(ask(links).lines()).containsExactly(0, 1);
    }

    @Test
    void copies_of_urgent_packets_can_be_switched_off() {
        Scheduler single =
                new EarliestArrivalScheduler.Provider().create(ProviderConfig.of(Map.of("duplicate-urgent", "never")));
        ScriptedLinks links = unequal();
        links.get(0).setLossRatio(0.05);
        packet.setLengthBytes(84).setTrafficClass(TrafficClass.URGENT);
        assertThat(ask(single, links).lines()).containsExactly(0);
    }

    @Test
    void a_dearer_line_joins_after_300_ms_of_saturation_and_not_before() {
        ScriptedLinks links = unequal();
        links.get(1).setCostTier(1);
        long joined = -1;
        while (links.nowNanos() < 1_000 * MILLI) {
            if (ask(links).size() == 0) {
                links.advance(picks.waitNanos());
                continue;
            }
            if (picks.line(0) == 1 && joined < 0) {
                joined = links.nowNanos();
            }
            links.get(picks.line(0)).send(packet);
        }
        assertThat(joined).isBetween(300 * MILLI, 330 * MILLI);
        assertThat(links.get(1).sentBytes() * 8 * 10 / 7).isGreaterThan(5_000_000);
    }

    @Test
    void a_dearer_line_stays_unused_below_saturation() {
        ScriptedLinks links = unequal();
        links.get(1).setCostTier(1);
        for (int i = 0; i < 2000; i++) {
            ask(links);
            if (picks.size() > 0) {
                links.get(picks.line(0)).send(packet);
            }
            // 12 of 16 Mbit/s, with a burst of a second's tenth now and then.
            links.advance(i % 200 < 50 ? 0 : MILLI + MILLI / 3);
        }
        assertThat(links.get(1).sentPackets()).isZero();
    }

    @Test
    void a_dearer_line_is_used_at_once_when_the_cheaper_one_fails() {
        ScriptedLinks links = unequal();
        links.get(1).setCostTier(1);
        links.get(0).setState(LinkState.SUSPECT);
        assertThat(ask(links).lines()).containsExactly(1);
    }

    @Test
    void a_line_that_is_behind_by_more_than_the_spread_is_the_last_resort() {
        ScriptedLinks links = unequal();
        links.get(1).setDelayNanos(300 * MILLI).setRttNanos(600 * MILLI);
        while (links.nowNanos() < 1_000 * MILLI) {
            if (ask(links).size() > 0) {
                links.get(picks.line(0)).send(packet);
            } else {
                links.advance(picks.waitNanos());
            }
        }
        assertThat(links.get(1).sentPackets()).isZero();
        links.get(0).setState(LinkState.DOWN);
        assertThat(ask(links).lines()).containsExactly(1);
    }

    @Test
    void a_thin_and_late_line_joins_only_under_saturation() {
        ScriptedLinks links = unequal();
        links.get(0).setRateBitsPerSecond(100_000_000);
        links.get(1).setRateBitsPerSecond(1_000_000).setDelayNanos(0);
        links.get(0).setDelayNanos(5 * MILLI);
        assertThat(ask(links).lines()).containsExactly(0);
        links.get(1).setMeasured(false);
        assertThat(ask(links).lines()).as("an unmeasured line is not judged").containsExactly(0);
    }

    @Test
    void unpaced_lines_are_told_apart_by_delay_and_by_what_they_accept() {
        ScriptedLinks links = new ScriptedLinks(2);
        links.get(0).setRateBitsPerSecond(LinkView.UNLIMITED).setDelayNanos(2 * MILLI);
        links.get(1).setRateBitsPerSecond(LinkView.UNLIMITED);
        assertThat(ask(links).lines()).containsExactly(1);
        links.get(1).setRefusing(true);
        assertThat(ask(links).lines()).containsExactly(0);
    }

    @Test
    void waits_without_a_time_when_nothing_is_usable() {
        ScriptedLinks links = unequal();
        links.get(0).setState(LinkState.DOWN);
        links.get(1).setState(LinkState.PROBING);
        assertThat(ask(links).lines()).isEmpty();
        assertThat(picks.hasWait()).isFalse();
        assertThat(picks.isDropped()).isFalse();
    }

    @Test
    void a_packet_too_long_for_the_cheap_line_goes_over_the_dear_one() {
        ScriptedLinks links = unequal();
        links.get(0).setMaxPacketBytes(1280);
        links.get(1).setCostTier(7);
        assertThat(ask(links).lines()).containsExactly(1);
    }
}
