package io.aggr.internal.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.packet.TrafficClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowQueuesTest {
    private final QueueHarness harness = new QueueHarness(FlowQueueSettings.defaults());
    private final FlowQueues queues = harness.queues;
    private final PacketSlots slots = harness.slots;

    private List<Integer> flowsOf(int packets) {
        List<Integer> flows = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            flows.add(harness.takeFlow());
        }
        return flows;
    }

    @Test
    void an_empty_queue_offers_nothing() {
        assertThat(queues.next(0)).isEqualTo(PacketSlots.NONE);
        harness.bulk(1, 100);
        harness.takeNumber();
        assertThat(queues.next(0)).isEqualTo(PacketSlots.NONE);
        assertThat(queues.busyFlows()).isZero();
        assertThat(slots.used()).isZero();
    }

    @Test
    void memory_that_was_given_back_is_taken_again() {
        queues.rest();
        long first = harness.bulk(1, 100);
        queues.rest();
        assertThat(harness.takeNumber()).as("what waits stays").isEqualTo(first);
        queues.rest();
        assertThat(queues.next(0)).isEqualTo(PacketSlots.NONE);
        long second = harness.bulk(1, 100);
        long urgent = harness.urgent(1, 60);
        assertThat(harness.takeNumber()).isEqualTo(urgent);
        assertThat(harness.takeNumber()).isEqualTo(second);
        assertThat(slots.used()).isZero();
    }

    @Test
    void urgent_packets_leave_before_bulk_packets() {
        long bulk = harness.bulk(1, 1400);
        long urgent = harness.urgent(1, 60);
        assertThat(harness.takeNumber()).isEqualTo(urgent);
        assertThat(harness.takeNumber()).isEqualTo(bulk);
    }

    @Test
    void a_ping_waits_for_few_of_the_acknowledgements_that_came_before_it() {
        for (int i = 0; i < 50; i++) {
            harness.urgent(1, 52);
        }
        harness.takeNumber();
        long ping = harness.urgent(0x4000_0000, 84);
        int before = 0;
        while (harness.takeNumber() != ping) {
            before++;
        }
        assertThat(before).isLessThan(5);
    }

    @Test
    void a_sparse_flow_leaves_before_flows_that_have_a_backlog() {
        for (int i = 0; i < 20; i++) {
            harness.bulk(1, 1400);
            harness.bulk(2, 1400);
        }
        flowsOf(8);
        for (int i = 0; i < 4; i++) {
            harness.bulk(3, 200);
            assertThat(harness.takeFlow()).isEqualTo(3);
            flowsOf(4);
        }
    }

    @Test
    void a_flow_cannot_stay_new_by_sending_one_packet_at_a_time() {
        for (int i = 0; i < 50; i++) {
            harness.bulk(1, 1400);
        }
        flowsOf(3);
        harness.bulk(3, 1400);
        List<Integer> served = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int flow = harness.takeFlow();
            served.add(flow);
            if (flow == 3) {
                harness.bulk(3, 1400);
            }
        }
        assertThat(served).startsWith(3);
        assertThat(served.stream().filter(flow -> flow == 3).count()).isLessThanOrEqualTo(11);
    }

    @Test
    void flows_share_by_bytes_and_not_by_packets() {
        for (int i = 0; i < 300; i++) {
            harness.bulk(1, 1500);
            for (int j = 0; j < 4; j++) {
                harness.bulk(2, 375);
            }
        }
        long[] served = new long[3];
        for (int i = 0; i < 500; i++) {
            int slot = queues.next(0);
            served[slots.flowHash(slot)] += slots.lengthBytes(slot);
            slots.free(queues.take());
            assertThat(Math.abs(served[1] - served[2])).isLessThanOrEqualTo(1514 + 1500);
        }
    }

    @Test
    void what_pretends_to_be_urgent_cannot_silence_bulk_flows() {
        for (int i = 0; i < 600; i++) {
            harness.urgent(1, 1000);
        }
        for (int i = 0; i < 100; i++) {
            harness.bulk(2, 1000);
        }
        assertThat(flowsOf(60)).containsOnly(1);
        assertThat(flowsOf(400).stream().filter(flow -> flow == 2).count()).isBetween(45L, 55L);
    }

    @Test
    void a_parked_flow_is_passed_over_and_keeps_its_place_and_deficit() {
        for (int i = 0; i < 4; i++) {
            harness.bulk(1, 700);
            harness.bulk(2, 700);
            harness.bulk(3, 700);
        }
        assertThat(harness.takeFlow()).isEqualTo(1);
        queues.beginRound();
        int offered = queues.next(0);
        assertThat(slots.flowHash(offered)).isEqualTo(1);
        queues.park();
        // 700 of 1514 bytes are used up: two more packets of flow 1 belong to its turn, before flow 2 goes on.
        assertThat(harness.takeFlow()).isEqualTo(2);
        queues.beginRound();
        assertThat(queues.next(0)).isEqualTo(offered);
        assertThat(flowsOf(3)).containsExactly(1, 1, 2);
    }

    @Test
    void everything_parked_is_nothing_offered_until_the_next_round() {
        harness.urgent(9, 60);
        harness.bulk(1, 700);
        harness.bulk(2, 700);
        List<Integer> offered = new ArrayList<>();
        for (int slot = queues.next(0); slot != PacketSlots.NONE; slot = queues.next(0)) {
            offered.add(slots.flowHash(slot));
            queues.park();
        }
        assertThat(offered).containsExactly(9, 1, 2);
        assertThat(queues.queuedPackets()).isEqualTo(3);
        queues.beginRound();
        assertThat(flowsOf(3)).containsExactly(9, 1, 2);
    }

    @Test
    void an_offer_must_stand_when_it_is_taken() {
        assertThatThrownBy(queues::take).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(queues::park).isInstanceOf(IllegalStateException.class);
        harness.bulk(1, 700);
        queues.next(0);
        harness.bulk(1, 700);
        assertThatThrownBy(queues::take).isInstanceOf(IllegalStateException.class);
        queues.next(0);
        slots.free(queues.take());
        assertThatThrownBy(queues::take).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> queues.peekRun(16, 9000)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_full_queue_drops_the_oldest_packet_of_the_longest_flow() {
        queues.limits(20_000, 1000);
        long oldest = harness.bulk(1, 1000);
        for (int i = 0; i < 17; i++) {
            harness.bulk(1, 1000);
        }
        harness.bulk(2, 1000);
        harness.bulk(3, 1000);
        assertThat(harness.dropped).isEmpty();
        harness.bulk(3, 1000);
        assertThat(harness.dropped).containsExactly(oldest);
        assertThat(harness.reasons).containsOnlyKeys(DropReason.QUEUE_BYTES);
        assertThat(queues.queuedBytes()).isEqualTo(20_000);
    }

    @Test
    void the_number_of_packets_is_bounded_too() {
        queues.limits(1_000_000, 10);
        for (int i = 0; i < 25; i++) {
            harness.bulk(1, 100);
        }
        assertThat(queues.queuedPackets()).isEqualTo(10);
        assertThat(harness.reasons).containsExactly(java.util.Map.entry(DropReason.QUEUE_PACKETS, 15));
        assertThat(slots.used()).isEqualTo(10);
    }

    @Test
    void a_packet_that_has_to_go_at_once_is_reported_to_its_giver() {
        queues.limits(3_000, 10);
        int slot = slots.allocate(0, 4_000, 1, TrafficClass.BULK, 0, false);
        assertThat(queues.enqueue(slot)).isFalse();
        assertThat(slots.used()).isZero();
        assertThat(queues.enqueue(slots.allocate(0, 2_000, 1, TrafficClass.BULK, 0, false)))
                .isTrue();
    }

    @Test
    void says_when_it_is_nearly_full() {
        queues.limits(1_000_000, 1000);
        for (int i = 0; i < 868; i++) {
            harness.bulk(i, 1000);
        }
        assertThat(queues.isNearLimit()).isFalse();
        for (int i = 0; i < 6; i++) {
            harness.bulk(i, 700);
        }
        assertThat(queues.isNearLimit()).isTrue();
        assertThat(queues.queuedBytes()).isEqualTo(872_200);
    }

    @Test
    void near_the_limit_in_packets_counts_as_well() {
        queues.limits(10_000_000, 80);
        for (int i = 0; i < 69; i++) {
            harness.bulk(i, 100);
        }
        assertThat(queues.isNearLimit()).isFalse();
        harness.bulk(1, 100);
        assertThat(queues.isNearLimit()).isTrue();
    }

    @Test
    void an_owner_short_of_slots_makes_the_longest_flow_give_way() {
        assertThat(queues.dropLongest(DropReason.NO_SLOT)).isFalse();
        harness.bulk(1, 500);
        long victim = harness.bulk(2, 600);
        assertThat(queues.dropLongest(DropReason.NO_SLOT)).isTrue();
        assertThat(harness.dropped).containsExactly(victim);
    }

    @Test
    void clearing_drops_and_frees_everything() {
        for (int i = 0; i < 30; i++) {
            harness.bulk(i % 5, 500);
            harness.urgent(i % 3, 60);
        }
        queues.clear(DropReason.CLEARED);
        assertThat(harness.dropped).hasSize(60);
        assertThat(queues.queuedBytes()).isZero();
        assertThat(slots.used()).isZero();
        assertThat(queues.next(0)).isEqualTo(PacketSlots.NONE);
        harness.bulk(1, 500);
        assertThat(harness.takeFlow()).isEqualTo(1);
    }

    @Test
    void a_run_is_equal_packets_and_at_most_one_shorter_at_its_end() {
        for (int bytes : new int[] {1400, 1400, 1400, 900, 1400, 1400}) {
            harness.bulk(1, bytes);
        }
        queues.next(0);
        assertThat(queues.peekRun(16, 100_000)).isEqualTo(4);
        assertThat(queues.peekRun(2, 100_000)).isEqualTo(2);
        assertThat(queues.peekRun(16, 2800)).isEqualTo(2);
        assertThat(queues.peekRun(16, 100)).isEqualTo(1);
        int[] taken = new int[16];
        assertThat(queues.takeRun(4, taken)).isEqualTo(4);
        assertThat(slots.lengthBytes(taken[3])).isEqualTo(900);
        queues.next(0);
        assertThat(queues.peekRun(16, 100_000)).isEqualTo(2);
    }

    @Test
    void a_longer_packet_does_not_join_a_run() {
        harness.bulk(1, 900);
        harness.bulk(1, 1400);
        queues.next(0);
        assertThat(queues.peekRun(16, 100_000)).isEqualTo(1);
    }

    @Test
    void a_run_ends_with_the_turn_while_others_wait() {
        queues.quantumBytes(6000);
        for (int i = 0; i < 20; i++) {
            harness.bulk(1, 1400);
        }
        queues.next(0);
        assertThat(queues.peekRun(16, 100_000)).isEqualTo(16);
        harness.bulk(2, 100);
        assertThat(slots.flowHash(queues.next(0))).isEqualTo(1);
        assertThat(queues.peekRun(16, 100_000)).isEqualTo(5);
        int[] taken = new int[16];
        assertThat(queues.takeRun(5, taken)).isEqualTo(5);
        assertThat(harness.takeFlow()).isEqualTo(2);
    }

    @Test
    void refuses_settings_that_cannot_work() {
        FlowQueueSettings settings = FlowQueueSettings.defaults();
        assertThatThrownBy(() -> settings.withFlows(1000))
                .hasMessage("queue flows must be a power of two, 16..65536, got 1000");
        assertThatThrownBy(() -> settings.withLimits(100, 10))
                .hasMessage("queue limit must be 3000 bytes or more, got 100");
        assertThatThrownBy(() -> settings.withLimits(10_000, 1))
                .hasMessage("queue limit must be 2 packets or more, got 1");
        assertThatThrownBy(() -> queues.codel(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queues.quantumBytes(63)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> queues.limits(100, 10)).isInstanceOf(IllegalArgumentException.class);
    }
}
