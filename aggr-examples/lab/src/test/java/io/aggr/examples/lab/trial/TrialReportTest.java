package io.aggr.examples.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.junit.jupiter.api.Test;

class TrialReportTest {

    private static final Finding GOOD = Finding.judged("download", "7.5 Mbit/s", "at least 7", true);
    private static final Finding BAD = Finding.judged("log", "20 lines", "at most 5", false);

    @Test
    void one_missed_mark_is_a_missed_trial() {
        assertThat(new TrialReport("flood", "seed", List.of(GOOD, Finding.told("heap", "5 MiB")), true).isMet())
                .isTrue();
        TrialReport missed = new TrialReport("flood", "seed", List.of(GOOD, BAD), true);
        assertThat(missed.isMet()).isFalse();
        assertThat(missed.text().lines())
                .containsExactly(
                        "flood: seed",
                        "  download  7.5 Mbit/s  met: at least 7",
                        "  log       20 lines    missed: at most 5",
                        "  missed");
        assertThat(missed.json())
                .contains("\"met\":false")
                .contains(
                        "{\"what\":\"download\",\"measured\":\"7.5 Mbit/s\",\"required\":\"at least 7\",\"met\":true}");
    }

    @Test
    void what_is_not_demanded_cannot_be_missed() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Finding("heap", "5 MiB", "", false));
    }

    @Test
    void a_name_that_is_not_there_is_answered_with_those_that_are() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Trials.named("flood-everything"))
                .withMessageContaining("flood-data");
        assertThat(Trials.names())
                .allSatisfy(name -> assertThat(Trials.named(name)).isNotNull());
    }
}
