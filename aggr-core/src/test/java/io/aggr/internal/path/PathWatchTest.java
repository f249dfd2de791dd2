package io.aggr.internal.path;

import static io.aggr.link.LinkState.COOLING;
import static io.aggr.link.LinkState.DOWN;
import static io.aggr.link.LinkState.PROBING;
import static io.aggr.link.LinkState.SUSPECT;
import static io.aggr.link.LinkState.UP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.LinkState;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PathWatchTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    /** Below zero, as a clock may well be. */
    private static final long START = -77 * SECOND;

    private final PathSet paths = new PathSet();
    private final SendPath path = add(1);
    private final SendPath other = add(2);
    private final List<LinkState> states = new ArrayList<>();
    private final PathWatch watch = new PathWatch(path, (changed, previous, now) -> states.add(changed.state()));
    private final PathWatch otherWatch = new PathWatch(other, (changed, previous, now) -> {});

    private SendPath add(int id) {
        SendPath added = new SendPath(paths.size(), id, "line-" + id, paths, 10, 1_024, new Heard());
        added.describe("line-" + id, 0, false, 1_500, 8_000_000, 0);
        paths.add(added);
        return added;
    }

    @BeforeEach
    void bring_the_other_line_up() {
        otherWatch.onProbing(START);
        otherWatch.onProof(START, START);
        other.rtt().sample(START, 20 * MILLI);
        path.rtt().sample(START, 20 * MILLI);
    }

    private void up(long now) {
        watch.onProbing(now);
        watch.onProof(now, now);
        assertThat(path.state()).isEqualTo(UP);
    }

    /** Nothing sent for a long time has been answered. */
    private void suspect(long now) {
        watch.poll(1, now - SECOND, Long.MAX_VALUE, now, now);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(LinkState.values())
                .flatMap(from -> Stream.of(LinkState.values()).map(to -> Arguments.of(from, to)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void allows_the_transitions_of_the_picture_and_no_others(LinkState from, LinkState to) {
        SendPath line = new SendPath(0, 9, "nine", new PathSet(), 10, 16, new Heard());
        route(from).forEach(state -> line.become(state, 0));
        boolean allowed = switch (from) {
            case DOWN -> to == PROBING;
            case PROBING -> to == UP || to == DOWN;
            case UP -> to == SUSPECT || to == DOWN;
            case SUSPECT -> to == UP || to == COOLING || to == DOWN;
            case COOLING -> to == UP || to == SUSPECT || to == DOWN;
        };
        if (allowed) {
            line.become(to, 5);
            assertThat(line.state()).isEqualTo(to);
            assertThat(line.stateSinceNanos()).isEqualTo(5);
        } else {
            assertThatThrownBy(() -> line.become(to, 5)).isInstanceOf(IllegalStateException.class);
            assertThat(line.state()).isEqualTo(from);
        }
    }

    private static List<LinkState> route(LinkState to) {
        return switch (to) {
            case DOWN -> List.of();
            case PROBING -> List.of(PROBING);
            case UP -> List.of(PROBING, UP);
            case SUSPECT -> List.of(PROBING, UP, SUSPECT);
            case COOLING -> List.of(PROBING, UP, SUSPECT, COOLING);
        };
    }

    @Test
    void comes_up_with_the_first_proof() {
        up(START);
        assertThat(states).containsExactly(PROBING, UP);
    }

    @Test
    void suspects_a_line_that_answers_nothing_and_says_nothing() {
        up(START);
        long sent = START + SECOND;
        watch.poll(1, sent, Long.MAX_VALUE, sent + 200 * MILLI, sent + 200 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
        watch.poll(1, sent, Long.MAX_VALUE, sent + 260 * MILLI, sent + 260 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    @Test
    void judges_silence_as_of_the_last_sign_of_the_peer() {
        up(START);
        long sent = START + SECOND;
        watch.poll(1, sent, sent, sent + 150 * MILLI, sent + 900 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
        watch.poll(1, sent, sent, sent + 260 * MILLI, sent + 900 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    @Test
    void gives_a_line_that_is_heard_the_time_of_a_second_probe() {
        up(START);
        long sent = START + SECOND;
        path.heard().touch(sent + 250 * MILLI);
        watch.poll(1, sent, Long.MAX_VALUE, sent + 260 * MILLI, sent + 260 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
        path.heard().touch(sent + 500 * MILLI);
        watch.poll(1, sent, Long.MAX_VALUE, sent + 510 * MILLI, sent + 510 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    @Test
    void suspects_a_line_whose_packets_nobody_reports_though_it_is_heard() {
        up(START);
        long sent = START + SECOND;
        path.heard().touch(sent + 250 * MILLI);
        watch.poll(1, Long.MAX_VALUE, sent, sent + 260 * MILLI, sent + 260 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    @Test
    void trusts_a_recent_proof_more_than_silence() {
        up(START);
        long sent = START + SECOND;
        watch.onProof(sent + 100 * MILLI, sent + 150 * MILLI);
        watch.poll(1, sent, Long.MAX_VALUE, sent + 260 * MILLI, sent + 260 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void never_suspects_the_last_line() {
        up(START);
        watch.poll(0, START, START, START + 10 * SECOND, START + 10 * SECOND);
        assertThat(path.state()).isEqualTo(UP);
        watch.onPeerSilent(START + 10 * SECOND);
        assertThat(path.state()).isEqualTo(DOWN);
    }

    @Test
    void comes_back_at_once_after_a_short_suspicion() {
        up(START);
        long now = START + 2 * SECOND;
        suspect(now);
        watch.onProof(now - 40 * MILLI, now + 50 * MILLI);
        assertThat(path.state()).as("proof of a packet sent long before").isEqualTo(SUSPECT);
        watch.onProof(now + MILLI, now + 60 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void cools_for_three_proofs_after_a_long_suspicion() {
        up(START);
        long now = START + 2 * SECOND;
        suspect(now);
        now += 2 * SECOND;
        watch.onProof(now, now);
        assertThat(path.state()).isEqualTo(COOLING);
        watch.onProof(now + 100 * MILLI, now + 100 * MILLI);
        watch.onProof(now + 200 * MILLI, now + 200 * MILLI);
        assertThat(path.state()).isEqualTo(COOLING);
        watch.onProof(now + 300 * MILLI, now + 300 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void is_down_after_three_seconds_of_suspicion_and_comes_back_over_probing() {
        up(START);
        long now = START + 2 * SECOND;
        suspect(now);
        watch.poll(1, now, Long.MAX_VALUE, now + 3 * SECOND + 1, now + 3 * SECOND + 1);
        assertThat(path.state()).isEqualTo(DOWN);
        now += 10 * SECOND;
        for (int i = 0; i < 4; i++) {
            watch.onProof(now, now);
            now += 150 * MILLI;
        }
        assertThat(path.state()).isEqualTo(UP);
        assertThat(states).containsExactly(PROBING, UP, SUSPECT, DOWN, PROBING, UP);
    }

    @Test
    void holds_a_flapping_line_down_for_longer_and_longer() {
        long now = START;
        up(now);
        long[] downNanos = new long[6];
        for (int failure = 0; failure < downNanos.length; failure++) {
            now += 2 * SECOND;
            suspect(now);
            long since = now;
            while (path.state() != UP) {
                now += 100 * MILLI;
                watch.onProof(now, now);
                watch.poll(1, Long.MAX_VALUE, Long.MAX_VALUE, now, now);
            }
            downNanos[failure] = now - since;
        }
        assertThat(downNanos[0]).isLessThan(200 * MILLI);
        assertThat(downNanos[1]).isBetween(SECOND, 2 * SECOND);
        assertThat(downNanos[2]).isBetween(2 * SECOND, 3 * SECOND);
        assertThat(downNanos[3]).isBetween(4 * SECOND, 5 * SECOND);
        assertThat(downNanos[4]).isBetween(8 * SECOND, 9 * SECOND);
        assertThat(downNanos[5]).isBetween(16 * SECOND, 17 * SECOND);
    }

    @Test
    void forgives_after_a_minute_without_failure() {
        long now = START;
        up(now);
        for (int failure = 0; failure < 2; failure++) {
            now += 61 * SECOND;
            suspect(now);
            now += 100 * MILLI;
            watch.onProof(now, now);
            assertThat(path.state()).isEqualTo(UP);
        }
    }

    @Test
    void is_back_with_the_first_proof_where_nothing_else_is_left() {
        up(START);
        long now = START + 2 * SECOND;
        suspect(now);
        watch.poll(1, now, Long.MAX_VALUE, now + 4 * SECOND, now + 4 * SECOND);
        otherWatch.onLocalFault(now + 4 * SECOND);
        now += 10 * SECOND;
        watch.onProof(now, now);
        watch.onProof(now, now);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void is_down_at_once_when_the_system_says_so() {
        up(START);
        watch.onLocalFault(START + SECOND);
        assertThat(path.state()).isEqualTo(DOWN);
        watch.onLocalFault(START + SECOND);
        assertThat(states).containsExactly(PROBING, UP, DOWN);
    }

    @Test
    void begins_anew_with_an_association() {
        up(START);
        suspect(START + 2 * SECOND);
        watch.onNewAssociation(START + 3 * SECOND);
        assertThat(path.state()).isEqualTo(DOWN);
        up(START + 3 * SECOND);
    }

    @Test
    void suspects_a_line_on_which_packets_are_overdue_while_nothing_arrives() {
        up(START);
        long now = START + 5 * SECOND;
        long clock = 123 * SECOND;
        path.delay().sample(now, Stamps.stamp(clock + 20 * MILLI), Stamps.stamp(clock + 20 * MILLI));
        for (int i = 0; i < 8; i++) {
            path.inFlight().add(now + i * 2L * MILLI, i + 1, 0, 100, 0, 0, 0, now);
        }
        // Four of eight have arrived; the report is of a moment at which the other four were late.
        for (int i = 0; i < 4; i++) {
            path.inFlight().acknowledge(i);
        }
        long reportedAt = now + 14 * MILLI + 20 * MILLI + 20 * MILLI;
        int stamp = Stamps.stamp(clock + reportedAt);
        watch.onReport(stamp, 10 * MILLI, 3, 1, reportedAt + 20 * MILLI);
        assertThat(path.state())
                .as("something has just arrived: slow, not silent")
                .isEqualTo(UP);
        watch.onReport(stamp, 40 * MILLI, 3, 1, reportedAt + 20 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
    }

    @Test
    void does_not_take_packets_on_their_way_for_overdue() {
        up(START);
        long now = START + 5 * SECOND;
        path.delay().sample(now, Stamps.stamp(20 * MILLI), Stamps.stamp(20 * MILLI));
        for (int i = 0; i < 8; i++) {
            path.inFlight().add(now + i * 2L * MILLI, i + 1, 0, 100, 0, 0, 0, now);
        }
        watch.onReport(Stamps.stamp(now + 30 * MILLI), SECOND, -1, 1, now + 50 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void does_not_hold_a_wrong_suspicion_against_the_line() {
        long now = START;
        up(now);
        for (int alarm = 0; alarm < 5; alarm++) {
            now += 2 * SECOND;
            suspect(now);
            now += 50 * MILLI;
            watch.onProof(now - 60 * MILLI, now);
            assertThat(path.state()).as("what was sent just before has arrived").isEqualTo(UP);
        }
        now += 2 * SECOND;
        suspect(now);
        watch.onProof(now + 60 * MILLI, now + 100 * MILLI);
        assertThat(path.state()).as("the first real failure costs no time").isEqualTo(UP);
    }

    @Test
    void wants_more_evidence_after_a_wrong_suspicion() {
        up(START);
        long now = START + 5 * SECOND;
        assertThat(isSuspectedAfterSilenceOf(40 * MILLI, now)).isTrue();
        watch.onProof(now - MILLI, now + 50 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
        now += 5 * SECOND;
        assertThat(isSuspectedAfterSilenceOf(40 * MILLI, now)).isFalse();
        assertThat(isSuspectedAfterSilenceOf(80 * MILLI, now)).isTrue();
    }

    private boolean isSuspectedAfterSilenceOf(long silenceNanos, long now) {
        path.delay().sample(now, 0, 0);
        for (int i = 0; i < 4; i++) {
            path.inFlight().add(now - 100 * MILLI, i + 1, 0, 100, 0, 0, 0, now);
        }
        watch.onReport(Stamps.stamp(now), silenceNanos, path.inFlight().nextCounter() - 5, 1, now);
        path.inFlight().forgetBelow(path.inFlight().nextCounter());
        return path.state() == SUSPECT;
    }

    @Test
    void suspects_a_line_that_loses_too_much_until_it_loses_less() {
        up(START);
        long now = START + SECOND;
        watch.onLosses(100, 40, 1, now);
        assertThat(path.state()).isEqualTo(SUSPECT);
        assertThat(watch.isLossy()).isTrue();
        for (int i = 0; i < 100; i++) {
            now += 100 * MILLI;
            watch.onProof(now, now);
            watch.onLosses(10, 4, 1, now);
            watch.poll(1, Long.MAX_VALUE, Long.MAX_VALUE, now, now);
            assertThat(path.state()).as("it answers, and loses").isEqualTo(SUSPECT);
        }
        for (int i = 0; i < 21; i++) {
            now += 100 * MILLI;
            watch.onLosses(10, 0, 1, now);
        }
        assertThat(path.state()).isEqualTo(UP);
        assertThat(watch.isLossy()).isFalse();
    }

    @Test
    void uses_a_lossy_line_where_nothing_else_is_left() {
        up(START);
        long now = START + SECOND;
        watch.onLosses(100, 40, 0, now);
        assertThat(path.state()).isEqualTo(UP);
        watch.onLosses(1, 0, 1, now);
        assertThat(path.state()).isEqualTo(SUSPECT);
        otherWatch.onLocalFault(now);
        watch.onProof(now, now + 10 * MILLI);
        assertThat(path.state()).isEqualTo(UP);
    }

    @Test
    void gives_up_a_lossy_line_that_falls_silent() {
        up(START);
        long now = START + SECOND;
        watch.onLosses(100, 40, 1, now);
        watch.onProof(now + SECOND, now + SECOND);
        watch.poll(1, Long.MAX_VALUE, Long.MAX_VALUE, now + 4 * SECOND, now + 4 * SECOND);
        assertThat(path.state()).isEqualTo(SUSPECT);
        watch.poll(1, Long.MAX_VALUE, Long.MAX_VALUE, now + 4 * SECOND + MILLI, now + 4 * SECOND + MILLI);
        assertThat(path.state()).isEqualTo(DOWN);
    }

    @Test
    void uses_a_line_that_has_moved_at_once_and_does_not_hold_its_silence_against_it() {
        up(START);
        for (int i = 1; i <= 5; i++) {
            long now = START + 2L * i * SECOND;
            suspect(now);
            watch.onMoved(now + 300 * MILLI);
            assertThat(path.state()).isEqualTo(UP);
        }
        long now = START + 20 * SECOND;
        suspect(now);
        watch.onProof(now + 1, now + 100 * MILLI);
        assertThat(path.state()).as("its first failure").isEqualTo(UP);
    }

    @Test
    void lets_a_line_that_was_dead_before_it_moved_answer_first() {
        up(START);
        suspect(START + SECOND);
        watch.onMoved(START + 2_100 * MILLI);
        assertThat(path.state()).isEqualTo(SUSPECT);
        watch.poll(1, Long.MAX_VALUE, Long.MAX_VALUE, START + 5 * SECOND, START + 5 * SECOND);
        watch.onMoved(START + 6 * SECOND);
        assertThat(path.state()).isEqualTo(DOWN);
    }
}
