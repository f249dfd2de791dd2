package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.path.SentMtuProbes.Verdict;
import org.junit.jupiter.api.Test;

class SentMtuProbesTest {

    private static final long MILLI = 1_000_000;
    private static final long PATIENCE = 60 * MILLI;

    /** Shortly before the clock turns over. */
    private static final long SENT = Math.subtractExact(Long.MAX_VALUE, 5 * MILLI);

    private final SentMtuProbes probes = new SentMtuProbes();

    private Verdict judge(long millisAfter) {
        return probes.judge(SENT + millisAfter * MILLI, PATIENCE);
    }

    @Test
    void has_failed_when_something_sent_later_has_arrived_and_the_answer_has_not() {
        probes.onSent(77, 1500, 10, SENT);
        probes.onProof(SENT + MILLI, SENT + 40 * MILLI);
        assertThat(judge(59)).as("an answer may still come").isEqualTo(Verdict.OPEN);
        assertThat(probes.nanosToVerdict(SENT + 59 * MILLI, PATIENCE)).isEqualTo(MILLI);
        assertThat(judge(60)).isEqualTo(Verdict.FAILED);
        assertThat(probes.isAwaited()).isFalse();
        assertThat(judge(61)).as("once").isEqualTo(Verdict.OPEN);
    }

    @Test
    void leaves_an_answer_a_little_time_after_the_proof() {
        probes.onSent(77, 1500, 10, SENT);
        probes.onProof(SENT, SENT + 200 * MILLI);
        assertThat(judge(209)).isEqualTo(Verdict.OPEN);
        assertThat(judge(210)).isEqualTo(Verdict.FAILED);
    }

    @Test
    void says_nothing_when_nothing_has_arrived() {
        probes.onSent(77, 1500, 10, SENT);
        probes.onProof(SENT - MILLI, SENT + 10 * MILLI);
        assertThat(judge(1_059)).as("what was sent before it proves nothing").isEqualTo(Verdict.OPEN);
        assertThat(judge(1_060)).isEqualTo(Verdict.VOID);
    }

    @Test
    void takes_each_answer_once() {
        probes.onSent(77, 1500, 10, SENT);
        probes.onSent(78, 1400, 11, SENT + MILLI);
        assertThat(probes.takeAnswered(5)).isZero();
        assertThat(probes.takeAnswered(77)).isEqualTo(1500);
        assertThat(probes.takeAnswered(77)).isZero();
        assertThat(probes.takeAnswered(78)).isEqualTo(1400);
        assertThat(probes.sentBytes()).isEqualTo(2_900);
    }

    @Test
    void remembers_the_last_four() {
        for (int i = 0; i < 5; i++) {
            probes.onSent(i, 1500 - i, i, SENT);
        }
        assertThat(probes.takeAnswered(0)).isZero();
        assertThat(probes.takeAnswered(1)).isEqualTo(1499);
        probes.forget();
        assertThat(probes.takeAnswered(2)).isZero();
    }

    @Test
    void finds_in_a_report_what_has_arrived() {
        probes.onSent(77, 1500, 10, SENT);
        probes.onSent(78, 1400, 12, SENT);
        assertThat(probes.takeReported(9, 13, 0b101))
                .as("10 and 12 are missing")
                .isZero();
        assertThat(probes.takeReported(12, 13, 0))
                .as("the report before spoke of them")
                .isZero();
        assertThat(probes.takeReported(9, 13, 0b001)).isEqualTo(1500);
        assertThat(probes.takeReported(9, 13, 0b001)).isZero();
        assertThat(probes.takeReported(11, 12, -1))
                .as("the highest has arrived")
                .isEqualTo(1400);
    }

    @Test
    void counts_the_probes_among_what_is_missing() {
        probes.onSent(77, 1500, 10, SENT);
        assertThat(probes.countMissing(9, 12, 0b10)).isEqualTo(1);
        assertThat(probes.countMissing(9, 12, 0b01)).isZero();
        assertThat(probes.countMissing(10, 12, 0b10)).isZero();
        probes.resetNumbers();
        assertThat(probes.countMissing(-1, 100, -1)).isZero();
    }
}
