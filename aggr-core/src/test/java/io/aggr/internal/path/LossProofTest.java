package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LossProofTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final LossProof proof = new LossProof();
    private final DuplicateFilter arrived = new DuplicateFilter();
    private final ReceivePath one = new ReceivePath(1);
    private final ReceivePath two = new ReceivePath(2);
    private final ReceivePath[] paths = {one, two, null};
    private final List<Long> lost = new ArrayList<>();
    private final List<Long> passed = new ArrayList<>();
    private final LossProof.Sink sink = new LossProof.Sink() {
        @Override
        public void onLost(long sequence) {
            lost.add(sequence);
        }

        @Override
        public void onPassed(long sequence) {
            passed.add(sequence);
        }
    };

    private void member(ReceivePath path, long sequence, int distance, long now) {
        path.onDatagram(now, path.highestCounter() + 1, 100);
        arrived.add(sequence);
        proof.onChainMember(path, sequence, distance, arrived, now, sink);
        proof.compare(paths, arrived, now, sink);
    }

    @Test
    void declares_a_packet_lost_that_its_successor_on_the_line_names() {
        member(one, 1, 0, 0);
        member(one, 5, 2, MILLI);
        assertThat(lost).containsExactly(3L);
    }

    @Test
    void declares_nothing_lost_that_has_arrived_over_another_line() {
        member(one, 1, 0, 0);
        member(two, 3, 0, 0);
        member(one, 5, 2, MILLI);
        assertThat(lost).isEmpty();
    }

    @Test
    void waits_on_a_line_that_reorders() {
        reorder(one, 10 * MILLI);
        member(one, 5, 2, SECOND);
        assertThat(lost).isEmpty();
        long wait = proof.nanosToDeadline(SECOND);
        assertThat(wait).isBetween(10 * MILLI, 12 * MILLI);
        proof.poll(arrived, SECOND + wait - 1, sink);
        assertThat(lost).isEmpty();
        proof.poll(arrived, SECOND + wait, sink);
        assertThat(lost).containsExactly(3L);
    }

    @Test
    void takes_back_nothing_but_spares_what_arrives_while_it_waits() {
        reorder(one, 10 * MILLI);
        member(one, 5, 2, SECOND);
        arrived.add(3);
        proof.poll(arrived, SECOND + 20 * MILLI, sink);
        assertThat(lost).isEmpty();
        assertThat(proof.nanosToDeadline(SECOND + 20 * MILLI)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void passes_what_every_line_has_passed() {
        member(one, 10, 0, 0);
        assertThat(passed).isEmpty();
        member(two, 7, 0, 0);
        assertThat(passed).containsExactly(7L);
        member(two, 12, 0, 0);
        assertThat(passed).containsExactly(7L, 10L);
    }

    @Test
    void lets_a_probe_speak_for_a_line_that_carries_nothing() {
        member(one, 10, 0, 0);
        two.onDatagram(0, 0, 50);
        two.pass(10);
        proof.compare(paths, arrived, 0, sink);
        assertThat(passed).containsExactly(10L);
    }

    @Test
    void does_not_ask_a_line_that_is_silent() {
        member(two, 3, 0, 0);
        member(one, 10, 0, 100 * MILLI);
        assertThat(passed).containsExactly(3L);
        member(one, 20, 0, 700 * MILLI);
        assertThat(passed).containsExactly(3L, 20L);
    }

    @Test
    void passes_nothing_beyond_what_has_arrived() {
        one.onDatagram(0, 0, 50);
        two.onDatagram(0, 0, 50);
        one.pass(1_000);
        two.pass(1_000);
        arrived.add(4);
        proof.compare(paths, arrived, 0, sink);
        assertThat(passed).containsExactly(4L);
    }

    @Test
    void never_passes_the_same_twice_and_begins_again_with_an_association() {
        member(one, 10, 0, 0);
        member(two, 10, 0, 0);
        member(two, 10, 0, 0);
        assertThat(passed).containsExactly(10L);
        proof.reset();
        arrived.reset();
        one.reset();
        two.reset();
        member(one, 2, 0, 0);
        member(two, 3, 0, 0);
        assertThat(passed).containsExactly(10L, 2L);
    }

    private void reorder(ReceivePath path, long byNanos) {
        path.onDatagram(SECOND - byNanos, 0, 100);
        path.onDatagram(SECOND - byNanos, 2, 100);
        path.onDatagram(SECOND, 1, 100);
        arrived.add(1);
        path.pass(1);
    }
}
