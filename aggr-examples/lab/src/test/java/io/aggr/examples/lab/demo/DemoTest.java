package io.aggr.examples.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.examples.lab.demo.Stage.Way;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.sim.report.Series;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {

    private static final LineSet LINES = Profiles.SEED;
    private static final double TUNNEL_PAYLOAD = 1401.0 / 1500;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Outcome outcome = new Outcome(LINES, TUNNEL_PAYLOAD);

    private String run(Style style, List<Stage> stages) throws IOException {
        Drawing drawing = new Drawing(style, outcome.sumKilobytes(Direction.DOWN), outcome.sumKilobytes(Direction.UP));
        Screen screen = new Screen(new PrintStream(bytes, true, StandardCharsets.UTF_8), style);
        try (Stand stand = new SimulatedStand(LINES)) {
            new Demo(stand, screen, outcome, drawing).run(stages);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void one_connection_over_the_bond_gets_nearly_the_sum_and_survives_a_cut() throws IOException {
        String text = run(new Style(false, false, true), DemoPlan.full());

        assertThat(outcome.isGood()).as(text).isTrue();
        assertThat(text).contains("wanted in 2006").contains("1.9").contains("times what the better line gives alone");
        Measured cut = outcome.all().get(outcome.all().size() - 1);
        assertThat(cut.longestGap()).isLessThan(Duration.ofMillis(500));
        assertThat(cut.kilobytesWhileCut()).isBetween(420.0, 480.0);
        assertThat(cut.backAfter()).isBetween(Duration.ZERO, Duration.ofSeconds(2));
    }

    @Test
    void no_row_is_wider_than_a_terminal() throws IOException {
        String text = run(new Style(false, false, false), DemoPlan.quick());

        assertThat(text.lines()).allSatisfy(row -> assertThat(row).hasSizeLessThanOrEqualTo(80));
        assertThat(StandardCharsets.US_ASCII.newEncoder().canEncode(text)).isTrue();
        try (Stand stand = new SimulatedStand(LINES)) {
            assertThat(stand.description()).allSatisfy(row -> assertThat(row).hasSizeLessThanOrEqualTo(76));
        }
    }

    @Test
    void the_chart_shows_every_stage() throws IOException {
        run(new Style(false, false, true), DemoPlan.quick());

        assertThat(DemoChart.svg(outcome, "simulated"))
                .startsWith("<svg")
                .contains("line 1 alone", "line 2 alone", "bonded, 1 connection", "line 1 is cut");
    }

    @Test
    void a_bond_that_is_no_better_than_one_line_is_not_good() {
        outcome.add(measured(Stage.of(Way.LINE_1, Direction.DOWN, 1, 5_000), 480));
        outcome.add(measured(Stage.of(Way.LINE_2, Direction.DOWN, 1, 5_000), 480));
        outcome.add(measured(Stage.of(Way.BONDED, Direction.DOWN, 1, 5_000), 470));
        outcome.add(measured(Stage.of(Way.BONDED, Direction.UP, 1, 5_000), 180));

        assertThat(outcome.isGood()).isFalse();
        assertThat(outcome.verdict()).anyMatch(row -> row.contains("NOT more"));
    }

    private static Measured measured(Stage stage, double kilobytes) {
        Series none = new Series("none");
        return new Measured(stage, kilobytes, List.of(none, none), none, none, Double.NaN, Duration.ZERO);
    }

    @Test
    void a_steady_rate_leaves_out_the_begin_and_what_waited_behind_a_loss() {
        Stage stage = Stage.of(Way.LINE_1, Direction.DOWN, 1, 6_000);
        Series payload = new Series("payload");
        for (int tenth = 1; tenth <= 60; tenth++) {
            // A hole over the border: nothing for half a second, then all of it.
            double rate = tenth < 10 ? 100 : tenth > 17 && tenth < 23 ? 0 : tenth == 23 ? 600 : 100;
            payload.add(tenth * 100_000_000L, tenth < 5 ? 10 : rate);
        }

        assertThat(Measured.steadyKilobytes(stage, payload)).isEqualTo(100);
    }
}
