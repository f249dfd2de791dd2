package io.aggr.sim.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.sim.SimulationReport.PingTimes;
import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The table of cases, and how runs are held against it; the runs themselves are in {@code CaseFiguresTest}. */
@SimulatedTest
class CasesTest {

    private static final BondCase CASE = BondCase.of(
            "any",
            Profiles.UNEQUAL,
            CaseTraffic.download(),
            CaseMark.of(CaseMark.Metric.SHARE_OF_IDEAL, 98),
            CaseMark.of(CaseMark.Metric.PING_OVER_IDLE, 20),
            CaseMark.of(CaseMark.Metric.SHARE_OF_BEST_LINE, 100),
            CaseMark.within(CaseMark.Metric.LONGEST_GAP, 250, 8, 12.5),
            CaseMark.of(CaseMark.Metric.TIMEOUTS, 0));

    private static final PingTimes IDLE = new PingTimes(30_000_000, 31_000_000, 32_000_000, 0);
    private static final PingTimes LOADED = new PingTimes(35_000_000, 45_000_000, 99_000_000, 2);

    private static CaseResult result(double share, long timeouts, boolean valid) {
        return CaseResult.of(CASE, 1, true, new CaseFigures() {
            @Override
            public double goodputBitsPerSecond(Duration from, Duration to) {
                return share * 22e6 * payloadShare();
            }

            @Override
            public double shareOfIdeal(Duration from, Duration to) {
                return share;
            }

            @Override
            public double shareOfNative(Duration from, Duration to) {
                return share * 0.97;
            }

            @Override
            public double payloadShare() {
                return 0.93;
            }

            @Override
            public PingTimes pingIdle() {
                return IDLE;
            }

            @Override
            public PingTimes pingLoaded(Duration from, Duration to) {
                return LOADED;
            }

            @Override
            public long longestGapNanos(Duration from, Duration to) {
                return from.toSeconds() == 8 ? 300_000_000 : 400_000_000;
            }

            @Override
            public long nanosToShareOfIdeal(double wanted) {
                return Long.MAX_VALUE;
            }

            @Override
            public long retransmissions() {
                return UNKNOWN;
            }

            @Override
            public long timeouts() {
                return timeouts;
            }

            @Override
            public double datagramsLostShare() {
                return 0;
            }

            @Override
            public double datagramsOutOfOrderShare() {
                return 0;
            }

            @Override
            public List<Double> lineShares() {
                return List.of(0.7, 0.3);
            }

            @Override
            public boolean isValid() {
                return valid;
            }
        });
    }

    @Test
    void every_case_has_a_name_of_its_own_that_can_be_a_file_name() {
        Set<String> names = new HashSet<>();
        for (BondCase each : Cases.all()) {
            assertThat(names.add(each.name())).as(each.name()).isTrue();
            assertThat(each.name()).matches("[a-z0-9+-]+");
            assertThat(Cases.named(each.name())).isSameAs(each);
        }
        assertThatThrownBy(() -> Cases.named("no-such"))
                .hasMessageContaining("no-such")
                .hasMessageContaining("dead-fast");
    }

    @Test
    void every_case_can_be_run_somewhere_and_its_marks_lie_within_it() {
        for (BondCase each : Cases.all()) {
            assertThat(each.stages()).as(each.name()).isNotEmpty();
            for (CaseMark mark : each.marks()) {
                if (mark.to() != null) {
                    assertThat(mark.to()).as(each.name() + " " + mark.text()).isLessThanOrEqualTo(each.duration());
                }
            }
            if (each.stages().contains(BondCase.Stage.SIMULATOR)) {
                CaseSimulation.of(each, 1, true);
            }
        }
    }

    @Test
    void a_case_of_the_lab_is_not_simulated() {
        assertThatThrownBy(() -> CaseSimulation.run(Cases.named("interface"), 1, true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("interface");
    }

    @Test
    void each_mark_is_held_against_its_own_figure() {
        CaseResult result = result(0.981, 0, true);
        assertThat(result.verdicts().stream().map(CaseResult.Verdict::isMet))
                .containsExactly(true, true, true, false, true);
        assertThat(result.isMet()).isFalse();
        assertThat(result.missed()).isEqualTo("300 ms gap in 8-12.5 s");
        assertThat(CASE.marks().get(3).text()).isEqualTo("<= 250 ms gap in 8-12.5 s");
        assertThat(result.verdicts().get(1).value()).isEqualTo(15);
        assertThat(result.verdicts().get(2).value()).isBetween(134.8, 135.0);
    }

    @Test
    void what_is_not_known_is_not_missed() {
        assertThat(result(0.99, CaseFigures.UNKNOWN, true).verdicts().get(4).isMet())
                .isTrue();
        assertThat(result(0.99, 1, true).verdicts().get(4).isMet()).isFalse();
    }

    @Test
    void the_lines_to_which_nothing_happens_are_the_steady_ones() {
        assertThat(Cases.named("dead-fast").steadyLinesBitsPerSecond()).isEqualTo(6e6);
        assertThat(Cases.named("rebinding").steadyLinesBitsPerSecond()).isEqualTo(4e6);
        assertThat(Cases.named("unequal-up").bestLineBitsPerSecond()).isEqualTo(1e6);
        LineSet eight = Cases.named("unequal-shallow-8").lines();
        assertThat(eight.line("fast").down().queue())
                .isEqualTo(eight.line("slow").up().queue());
    }

    @Test
    void the_table_shows_the_worst_run_of_a_case() {
        CaseReport report = new CaseReport(List.of(result(0.99, 0, true), result(0.97, 0, true)));
        assertThat(report.isMet()).isFalse();
        String table = report.table().text();
        assertThat(table).contains("any      97.0").contains(">= 98 % ideal");
        assertThat(table.lines().count()).isEqualTo(3);
        assertThat(new CaseReport(List.of(result(0.99, 0, false))).table().text())
                .contains("void");
    }

    @Test
    void the_figures_can_be_read_by_a_machine() {
        String json = new CaseReport(List.of(result(0.99, 0, true))).json();
        assertThat(json)
                .startsWith("{\"met\":false,\"runs\":[{\"case\":\"any\"")
                .contains("\"shareOfIdeal\":0.990000")
                .contains("\"pingLoaded\":{\"medianNanos\":35000000")
                .contains("\"nanosTo90\":-1")
                .contains("\"lineShares\":[0.700000,0.300000]")
                .contains("{\"mark\":\"<= 250 ms gap in 8-12.5 s\",\"value\":300.000000,\"met\":false}")
                .endsWith("}\n");
        assertThat(new JsonText()
                        .beginObject()
                        .field("a\"b", "c\\\n")
                        .endObject()
                        .text())
                .isEqualTo("{\"a\\\"b\":\"c\\\\\\u000a\"}\n");
        assertThat(new JsonText()
                        .beginArray()
                        .value(Double.NaN)
                        .value(1)
                        .endArray()
                        .text())
                .isEqualTo("[null,1.000000]\n");
    }
}
