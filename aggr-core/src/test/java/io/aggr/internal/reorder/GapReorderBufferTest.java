package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.reorder.ArrivedPacket;
import io.aggr.testkit.ScriptedPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GapReorderBufferTest {

    private static final long MILLI = 1_000_000;
    private static final long HOLD = 400 * MILLI;
    private static final long NONE = ArrivedPacket.NO_SEQUENCE;

    private GapReorderBuffer buffer = new GapReorderBuffer(HOLD, 64);
    private final ScriptedPacket packet = ScriptedPacket.ofLength(100);
    private final List<Integer> out = new ArrayList<>();
    private long now;

    /** Offers a packet whose id is its sequence. */
    private void offer(long sequence, long predecessor) {
        offer(sequence, predecessor, predecessor, 1);
    }

    private void offer(long sequence, long min, long max, int flow) {
        packet.setId((int) sequence)
                .setSequence(sequence)
                .setPredecessor(min, max)
                .setFlowHash(flow);
        buffer.offer(packet, now, out::add);
    }

    private List<Integer> delivered() {
        List<Integer> result = List.copyOf(out);
        out.clear();
        return result;
    }

    @Test
    void delivers_what_comes_in_order_at_once() {
        offer(0, NONE);
        offer(1, 0);
        offer(2, 1);
        assertThat(delivered()).containsExactly(0, 1, 2);
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void holds_a_packet_until_its_predecessor_comes() {
        offer(0, NONE);
        offer(3, 2);
        offer(2, 1);
        assertThat(delivered()).containsExactly(0);
        assertThat(buffer.heldPackets()).isEqualTo(2);
        offer(1, 0);
        assertThat(delivered()).containsExactly(1, 2, 3);
    }

    @Test
    void goes_on_in_order_after_it_was_idle_and_lets_pass_what_is_late() {
        offer(0, NONE);
        offer(2, 0);
        assertThat(delivered()).containsExactly(0, 2);
        buffer.onIdle(now);
        offer(5, 4);
        assertThat(buffer.heldPackets()).isEqualTo(1);
        buffer.onIdle(now);
        offer(1, 0);
        offer(3, 2);
        assertThat(delivered()).containsExactly(1, 3);
        offer(4, 3);
        assertThat(delivered()).containsExactly(4, 5);
    }

    @Test
    void waits_for_nobody_of_another_group() {
        offer(0, NONE);
        offer(5, 0);
        offer(9, NONE);
        assertThat(delivered()).containsExactly(0, 5, 9);
    }

    @Test
    void lets_go_when_the_predecessor_is_proved_lost() {
        offer(0, NONE);
        offer(2, 1);
        buffer.onLost(1, now, out::add);
        assertThat(delivered()).containsExactly(0, 2);
    }

    @Test
    void lets_go_of_all_that_waits_for_what_is_passed() {
        offer(0, NONE);
        offer(4, 1);
        offer(5, 3);
        offer(7, 6);
        buffer.onPassed(3, now, out::add);
        assertThat(delivered()).containsExactly(0, 4, 5);
        offer(9, 3);
        assertThat(delivered()).as("passed before it came").containsExactly(9);
    }

    @Test
    void delivers_a_late_packet_at_once() {
        offer(0, NONE);
        offer(2, 1);
        buffer.onLost(1, now, out::add);
        offer(1, 0);
        assertThat(delivered()).containsExactly(0, 2, 1);
    }

    @Test
    void gives_a_hole_up_when_its_first_follower_has_waited_long_enough() {
        offer(0, NONE);
        now += MILLI;
        offer(2, 1);
        assertThat(buffer.nanosToDeadline(now)).isEqualTo(HOLD);
        now += HOLD - 1;
        offer(3, 2);
        buffer.poll(now, out::add);
        assertThat(delivered()).containsExactly(0);
        assertThat(buffer.nanosToDeadline(now))
                .as("not prolonged by a later packet")
                .isEqualTo(1);
        now += 1;
        buffer.poll(now, out::add);
        assertThat(delivered()).containsExactly(2, 3);
    }

    @Test
    void the_clock_of_a_hole_starts_with_its_first_follower_whichever_that_is() {
        offer(0, NONE);
        offer(3, 2);
        now += 100 * MILLI;
        offer(2, 1);
        now += 300 * MILLI;
        buffer.poll(now, out::add);
        assertThat(delivered())
                .as("2 came later, but 3 has been waiting for 1 all the time")
                .containsExactly(0, 2, 3);
    }

    @Test
    void urgent_packets_go_at_once_and_count_as_come() {
        offer(0, NONE);
        packet.setFree(true);
        offer(2, 1);
        packet.setFree(false);
        assertThat(delivered()).containsExactly(0, 2);
        offer(3, 2);
        assertThat(delivered()).containsExactly(3);
    }

    @Test
    void a_range_waits_for_all_that_is_missing_in_it() {
        offer(0, NONE);
        offer(1, NONE, NONE, 2);
        offer(10, 1, 3, 1);
        offer(3, NONE, NONE, 2);
        assertThat(delivered()).containsExactly(0, 1, 3);
        offer(2, NONE, NONE, 2);
        assertThat(delivered()).containsExactly(2, 10);
    }

    @Test
    void a_range_does_not_wait_for_what_is_held_of_another_flow() {
        offer(0, NONE);
        offer(3, 1);
        offer(20, 2, 3, 7);
        assertThat(buffer.heldPackets()).isEqualTo(2);
        offer(2, NONE, NONE, 3);
        assertThat(delivered()).as("3 waits on for 1").containsExactly(0, 2, 20);
    }

    @Test
    void a_range_waits_for_what_is_held_of_its_own_flow() {
        offer(0, NONE);
        offer(2, NONE, NONE, 3);
        offer(3, 1);
        offer(20, 2, 3, 1);
        assertThat(delivered()).containsExactly(0, 2);
        offer(1, 0);
        assertThat(delivered()).containsExactly(1, 3, 20);
    }

    @Test
    void a_missing_packet_that_comes_and_is_held_sets_free_who_does_not_belong_to_it() {
        offer(0, NONE);
        offer(20, 2, 3, 7);
        offer(2, NONE, NONE, 3);
        assertThat(delivered()).containsExactly(0, 2);
        offer(3, 1);
        assertThat(delivered()).containsExactly(20);
        assertThat(buffer.heldPackets()).isEqualTo(1);
    }

    @Test
    void a_flow_stays_in_order_where_a_loss_breaks_the_chain() {
        offer(0, NONE);
        offer(3, 2);
        offer(5, 4);
        buffer.onLost(4, now, out::add);
        assertThat(delivered()).as("3 still waits for 2").containsExactly(0);
        offer(2, 0);
        assertThat(delivered()).containsExactly(2, 3, 5);
    }

    @Test
    void the_oldest_goes_behind_what_comes_before_it() {
        offer(0, NONE);
        offer(9, 7);
        offer(7, 5);
        offer(20, 15);
        buffer.releaseOldest(now, out::add);
        assertThat(delivered()).containsExactly(0, 7, 9);
        buffer.releaseOldest(now, out::add);
        assertThat(delivered()).containsExactly(20);
        buffer.releaseOldest(now, out::add);
        assertThat(delivered()).isEmpty();
    }

    @Test
    void a_full_buffer_lets_the_oldest_go() {
        buffer = new GapReorderBuffer(HOLD, 2);
        offer(0, NONE);
        offer(3, 2);
        offer(5, 4);
        offer(7, 6);
        assertThat(delivered()).containsExactly(0, 3);
        assertThat(buffer.heldPackets()).isEqualTo(2);
    }

    @Test
    void a_reset_delivers_everything_in_order_and_begins_anew() {
        offer(0, NONE);
        offer(9, 8);
        offer(7, 6);
        offer(3, 2);
        buffer.reset(now, out::add);
        assertThat(delivered()).containsExactly(0, 3, 7, 9);
        offer(1, 0);
        assertThat(delivered()).isEmpty();
        offer(0, NONE);
        assertThat(delivered()).containsExactly(0, 1);
    }

    @Test
    void who_joins_late_does_not_wait_for_what_was_before() {
        offer(5_000_000, 4_999_999);
        assertThat(delivered()).containsExactly(5_000_000);
    }

    @Test
    void an_association_begins_at_zero() {
        offer(1, 0);
        assertThat(delivered()).isEmpty();
        offer(0, NONE);
        assertThat(delivered()).containsExactly(0, 1);
    }

    @Test
    void a_stray_number_far_away_changes_nothing() {
        offer(0, NONE);
        offer(1L << 23, (1L << 23) - 1);
        assertThat(delivered()).containsExactly(0, 1 << 23);
        offer(2, 1);
        assertThat(delivered()).isEmpty();
        offer(1, 0);
        assertThat(delivered()).containsExactly(1, 2);
    }

    @Test
    void follows_the_peer_to_new_numbers_after_as_long_as_a_packet_may_be_held() {
        offer(0, NONE);
        offer(2, 1);
        for (int i = 0; i <= 400; i++) {
            offer((1 << 23) + i, (1 << 23) + i - 1);
            now += MILLI;
        }
        assertThat(delivered()).hasSize(403).contains(2);
        offer((1 << 23) + 500, (1 << 23) + 499);
        assertThat(delivered()).as("in order again").isEmpty();
        offer((1 << 23) + 499, (1 << 23) + 400);
        assertThat(delivered()).containsExactly((1 << 23) + 499, (1 << 23) + 500);
    }

    @Test
    void what_falls_out_of_the_window_is_let_go() {
        offer(0, NONE);
        offer(3, 2);
        offer(1 + Sequences.WINDOW, 3);
        assertThat(delivered())
                .as("2, which 3 waits for, is at the window's edge")
                .containsExactly(0);
        offer(2 + Sequences.WINDOW, NONE);
        assertThat(delivered()).containsExactly(3, 1 + Sequences.WINDOW, 2 + Sequences.WINDOW);
    }

    @Test
    void nonsense_predecessors_are_no_predecessors() {
        offer(10, 10);
        offer(11, 12);
        offer(12, -77, -5, 1);
        offer(13, Long.MAX_VALUE, Long.MIN_VALUE, 1);
        assertThat(delivered()).containsExactly(10, 11, 12, 13);
    }

    @Test
    void a_range_wider_than_any_honest_one_costs_a_bounded_number_of_looks() {
        buffer = new GapReorderBuffer(HOLD, 1024);
        offer(0, NONE);
        offer(100_000, 0, 99_999, 1);
        int looks = 0;
        for (int sequence = 99_999; delivered().stream().noneMatch(id -> id == 100_000); sequence--) {
            offer(sequence, NONE, NONE, 2);
            looks++;
        }
        assertThat(looks).isLessThan(200);
    }

    @Test
    void packets_without_a_sequence_go_at_once() {
        offer(0, NONE);
        packet.setId(77).setSequence(NONE).setPredecessor(NONE, NONE);
        buffer.offer(packet, now, out::add);
        packet.setId(78).setSequence(1L << 48).setPredecessor(5, 5);
        buffer.offer(packet, now, out::add);
        assertThat(delivered()).containsExactly(0, 77, 78);
    }
}
