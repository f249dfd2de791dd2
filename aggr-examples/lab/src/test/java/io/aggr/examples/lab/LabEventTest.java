package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.sim.LineSpec;
import io.aggr.sim.Profiles;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabEventTest {

    private static final LineSpec LINE = Profiles.SEED.lines().get(0);

    private static LineSpec apply(String statement) {
        return LabEvent.parseScript(statement).get(0).change().apply(LINE, LINE);
    }

    @Test
    void a_script_is_read_in_its_order_without_comments() {
        List<LabEvent> events =
                LabEvent.parseScript("# first a failure\nat 10s cut line1\n\nat 20.5 s restore line1; renumber line2");

        assertThat(events)
                .extracting(LabEvent::at)
                .containsExactly(Duration.ofSeconds(10), Duration.ofMillis(20_500), Duration.ZERO);
        assertThat(events).extracting(LabEvent::label).containsExactly("cut line1", "restore line1", "renumber line2");
        assertThat(events)
                .extracting(LabEvent::kind)
                .containsExactly(LabEvent.Kind.CHANGE, LabEvent.Kind.CHANGE, LabEvent.Kind.RENUMBER);
    }

    @Test
    void cut_swallows_both_ways_and_restore_gives_the_first_state_back() {
        LineSpec cut = apply("cut line1");
        assertThat(cut.down().blackHole()).isTrue();
        assertThat(cut.up().blackHole()).isTrue();
        assertThat(LabEvent.parseScript("restore line1").get(0).change().apply(cut, LINE))
                .isEqualTo(LINE);
    }

    @Test
    void a_direction_limits_a_change() {
        LineSpec changed = apply("rate line1 down 1.5 Mbit/s");
        assertThat(changed.down().rateBitsPerSecond()).isEqualTo(1_500_000);
        assertThat(changed.up()).isEqualTo(LINE.up());
    }

    @Test
    void loss_and_delay_have_units() {
        assertThat(apply("loss line1 2 %").up().loss().meanProbability()).isEqualTo(0.02);
        assertThat(apply("delay line1 up 80ms").up().delay()).isEqualTo(Duration.ofMillis(80));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "explode line1",
                "rate line1",
                "rate line1 fast",
                "rate line1 1 Mbyte/s",
                "cut line1 now",
                "at noon cut line1",
                "loss line1 3"
            })
    void what_is_not_understood_is_quoted(String statement) {
        assertThatThrownBy(() -> LabEvent.parseScript(statement))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(statement)
                .hasMessageContaining("expected");
    }
}
