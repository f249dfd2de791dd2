package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The search against a model of a line: everything above the true MTU is lost, and some of the rest. */
class MtuSearchTest {

    private static final long MILLI = 1_000_000;
    private static final long RTT = 40 * MILLI;
    private static final long PATIENCE = 60 * MILLI;

    private final MtuSearch search = new MtuSearch();
    private final Random random = new Random(1);
    private final Queue<Answer> answers = new ArrayDeque<>();
    private final List<Integer> tried = new ArrayList<>();
    private long now = -5 * MILLI;
    private long nextToken = 77;
    private int trueMtu = 1500;
    private double loss;
    private boolean dead;

    private record Answer(long atNanos, long token, long sentNanos) {}

    /** A millisecond at a time; each probe is followed by a small one. */
    private void run(long millis) {
        for (long i = 0; i < millis; i++) {
            now += MILLI;
            while (!answers.isEmpty() && answers.peek().atNanos <= now) {
                Answer answer = answers.remove();
                if (answer.token != 0) {
                    search.onAnswer(answer.token, now);
                } else {
                    search.onProof(answer.sentNanos, now);
                }
            }
            search.poll(now, PATIENCE);
            int bytes = search.dueBytes(now);
            if (bytes > 0) {
                long token = nextToken++;
                tried.add(bytes);
                search.onSent(token, bytes, token, now);
                if (!dead && bytes <= trueMtu && random.nextDouble() >= loss) {
                    answers.add(new Answer(now + RTT, token, now));
                }
                small();
            }
        }
    }

    private void small() {
        if (!dead && random.nextDouble() >= loss) {
            answers.add(new Answer(now + RTT, 0, now));
        }
    }

    private void begin(int ceiling, boolean metered) {
        search.search(ceiling, metered);
        search.onProof(now, now);
    }

    @Test
    void takes_what_it_is_told() {
        search.fix(1400);
        run(1_000);
        assertThat(tried).isEmpty();
        assertThat(search.usableBytes()).isEqualTo(1400);
        assertThat(search.hopedBytes()).isEqualTo(1400);
        search.onSilence(10, now);
        assertThat(search.usableBytes()).isEqualTo(1400);
    }

    @Test
    void sends_nothing_before_something_has_arrived() {
        search.search(1500, false);
        run(1_000);
        assertThat(tried).isEmpty();
        assertThat(search.usableBytes()).isEqualTo(1280);
        assertThat(search.hopedBytes()).isEqualTo(1500);
    }

    @Test
    void needs_one_round_trip_where_everything_gets_through() {
        begin(1500, false);
        run(41);
        assertThat(search.usableBytes()).isEqualTo(1500);
        run(1_000_000);
        assertThat(tried).containsExactly(1500);
    }

    @ParameterizedTest
    @ValueSource(ints = {1499, 1492, 1480, 1472, 1452, 1436, 1420, 1400, 1337, 1280})
    void finds_the_mtu_of_a_line(int mtu) {
        trueMtu = mtu;
        begin(1500, false);
        run(1_000);
        assertThat(search.hopedBytes()).as("the quick part is over").isEqualTo(search.usableBytes());
        run(20_000);
        assertThat(search.usableBytes()).isBetween(mtu - 4, mtu);
        if (List.of(1492, 1480, 1472, 1452, 1420, 1400, 1280).contains(mtu)) {
            assertThat(search.usableBytes()).as("a usual size is found exactly").isEqualTo(mtu);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1279, 1210, 1200, 1000, 600})
    void finds_the_mtu_of_a_line_that_is_worse_than_usual(int mtu) {
        trueMtu = mtu;
        begin(1500, false);
        run(30_000);
        assertThat(search.usableBytes()).isBetween(mtu - 4, mtu);
    }

    @Test
    void finds_jumbo_packets() {
        trueMtu = 4470;
        begin(9000, false);
        run(30_000);
        assertThat(search.usableBytes()).isBetween(4466, 4470);
    }

    @Test
    void never_uses_a_size_that_has_not_got_through() {
        for (long seed = 1; seed <= 200; seed++) {
            random.setSeed(seed);
            trueMtu = 1280 + random.nextInt(240);
            loss = random.nextInt(4) * 0.05;
            begin(1500, false);
            for (int i = 0; i < 300; i++) {
                run(100);
                assertThat(search.usableBytes()).as("seed " + seed).isLessThanOrEqualTo(Math.max(trueMtu, 1280));
            }
            int expected = Math.min(1500, trueMtu);
            if (loss == 0) {
                assertThat(search.usableBytes()).as("seed " + seed).isBetween(expected - 4, expected);
            }
            answers.clear();
        }
    }

    @Test
    void is_not_misled_by_a_lost_probe() {
        begin(1500, false);
        dead = true;
        run(1);
        dead = false;
        // Its small companion was lost too, so nothing is concluded; another small one shows that the line lives.
        small();
        run(400);
        assertThat(search.usableBytes()).isEqualTo(1500);
        assertThat(tried)
                .as("some smaller ones perhaps, but 1500 again")
                .contains(1500)
                .hasSizeLessThan(5);
    }

    @Test
    void concludes_nothing_from_a_dead_line() {
        begin(1500, false);
        dead = true;
        run(10_000);
        assertThat(tried).as("one size, again and again").containsOnly(1500);
        assertThat(search.hopedBytes()).as("nobody waits for ever").isEqualTo(1280);
        dead = false;
        search.onUp(now);
        assertThat(search.hopedBytes()).isEqualTo(1500);
        run(2_000);
        assertThat(search.usableBytes()).isEqualTo(1500);
    }

    @Test
    void falls_back_when_three_long_packets_are_lost_while_short_ones_arrive() {
        begin(1500, false);
        run(100);
        trueMtu = 1420;
        for (int i = 0; i < 3; i++) {
            search.onReported(100, true, now, now);
            search.onReported(1500, false, now, now);
            now += 30 * MILLI;
        }
        assertThat(search.usableBytes()).isEqualTo(1280);
        assertThat(search.takeFall()).isTrue();
        assertThat(search.takeFall()).isFalse();
        assertThat(search.hopedBytes())
                .as("long packets may wait for the search")
                .isEqualTo(1500);
        run(1_000);
        assertThat(search.usableBytes()).isEqualTo(1420);
        assertThat(search.hopedBytes()).isEqualTo(1420);
    }

    @Test
    void needs_a_round_trip_to_find_out_that_nothing_was_wrong() {
        begin(1500, false);
        run(100);
        search.onSilence(3, now);
        assertThat(search.usableBytes()).isEqualTo(1280);
        assertThat(search.hopedBytes()).isEqualTo(1500);
        run(42);
        assertThat(search.usableBytes()).isEqualTo(1500);
    }

    @Test
    void verifies_when_in_doubt_and_falls_back_if_that_fails() {
        begin(1500, false);
        run(100);
        search.onDoubt(now, now);
        run(100);
        assertThat(tried).containsExactly(1500, 1500);
        assertThat(search.usableBytes()).isEqualTo(1500);
        trueMtu = 1472;
        run(2_000);
        search.onDoubt(now, now);
        search.onDoubt(now, now);
        run(1_000);
        assertThat(search.usableBytes()).isEqualTo(1472);
    }

    @Test
    void doubts_nothing_when_a_long_packet_has_arrived_since() {
        begin(1500, false);
        run(100);
        search.onReported(1500, true, now - MILLI, now);
        search.onDoubt(now - 2 * MILLI, now);
        run(100);
        assertThat(tried).containsExactly(1500);
    }

    @Test
    void takes_a_report_for_an_answer() {
        begin(1500, false);
        run(1);
        answers.clear();
        long counter = nextToken - 1;
        search.onReport(counter - 1, counter + 3, 0b100, now);
        assertThat(search.usableBytes()).as("the report calls it missing").isEqualTo(1280);
        search.onReport(counter - 1, counter + 3, 0b011, now);
        assertThat(search.usableBytes()).isEqualTo(1500);
    }

    @Test
    void looks_again_after_ten_minutes_and_finds_more() {
        trueMtu = 1420;
        begin(1500, false);
        run(20_000);
        assertThat(search.usableBytes()).isEqualTo(1420);
        int before = tried.size();
        run(550_000);
        assertThat(tried).hasSize(before);
        run(60_000);
        assertThat(tried).as("three tries of what was too long before").hasSize(before + 3);
        trueMtu = 1500;
        run(610_000);
        assertThat(search.usableBytes()).isEqualTo(1500);
    }

    @Test
    void row_53_believes_the_local_system_at_once_and_searches_anew() {
        begin(1500, false);
        run(100);
        search.onRefused(1500, now);
        assertThat(search.usableBytes()).isLessThan(1500);
        trueMtu = 1400;
        run(1_000);
        assertThat(search.usableBytes()).isEqualTo(1400);
        for (int bytes = 1400; bytes > 0; bytes -= 7) {
            search.onRefused(bytes, now);
        }
        assertThat(search.usableBytes()).isBetween(570, 600);
    }

    @Test
    void row_53_believes_the_local_system_more_than_what_was_told() {
        search.fix(1500);
        search.onRefused(1492, now);
        assertThat(search.usableBytes()).isEqualTo(1480);
        assertThat(search.hopedBytes()).isEqualTo(1480);
        search.onRefused(1500, now);
        assertThat(search.usableBytes()).as("that was before").isEqualTo(1480);
        for (int bytes = 1480; bytes > 0; bytes -= 7) {
            search.onRefused(bytes, now);
        }
        assertThat(search.usableBytes()).isBetween(570, 600);
        search.fix(1500);
        assertThat(search.usableBytes()).as("told again").isEqualTo(1500);
    }

    @Test
    void probes_little_on_a_metered_line() {
        trueMtu = 1437;
        begin(1500, true);
        run(10_000);
        assertThat(search.usableBytes()).isEqualTo(1420);
        assertThat(search.probeBytes()).as("at the start").isLessThan(12_000);
        long before = search.probeBytes();
        run(24 * 3_600_000L);
        assertThat(search.probeBytes() - before).as("a day").isBetween(1L, 9_000L);
    }

    @Test
    void knows_why_a_line_was_silent_that_has_moved() {
        trueMtu = 1452;
        begin(1500, false);
        run(20_000);
        int before = tried.size();
        dead = true;
        search.onSilence(3, now);
        run(300);
        assertThat(search.usableBytes()).as("it could be the MTU").isLessThan(1452);
        assertThat(search.takeFall()).isTrue();
        dead = false;
        search.onMoved(false, now);
        assertThat(search.usableBytes()).as("now it is known that it was not").isEqualTo(1452);
        assertThat(search.hopedBytes()).isEqualTo(1452);
        assertThat(search.takeFall()).isFalse();
        run(20_000);
        assertThat(search.usableBytes()).isEqualTo(1452);
        assertThat(tried).as("and one probe looks").hasSizeGreaterThan(before).endsWith(1452);
    }

    @Test
    void keeps_what_is_known_when_a_silent_line_refuses_a_size_and_moves() {
        begin(1500, false);
        run(100);
        search.onSilence(3, now);
        search.onRefused(1280, now);
        search.onMoved(false, now);
        assertThat(search.usableBytes()).isBetween(576, 1279);
        trueMtu = 1270;
        run(20_000);
        assertThat(search.usableBytes()).isBetween(1266, 1270);
    }

    @Test
    void looks_whether_a_line_that_leads_elsewhere_still_takes_what_it_took() {
        begin(1500, false);
        run(1_000);
        assertThat(search.usableBytes()).isEqualTo(1500);
        search.onMoved(false, now);
        run(1_000);
        assertThat(tried).as("at the same place nothing is to be seen").containsExactly(1500);
        trueMtu = 1400;
        search.onMoved(true, now);
        assertThat(search.usableBytes()).isEqualTo(1500);
        run(1_000);
        assertThat(search.usableBytes()).isEqualTo(1400);
    }
}
