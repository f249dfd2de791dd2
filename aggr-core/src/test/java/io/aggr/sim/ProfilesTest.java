package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfilesTest {

    @Test
    void finds_every_profile_by_its_name() {
        assertThat(Profiles.all()).extracting(LineSet::name).doesNotHaveDuplicates();
        for (LineSet set : Profiles.all()) {
            assertThat(Profiles.named(set.name())).isSameAs(set);
        }
    }

    @Test
    void lists_the_names_when_there_is_none() {
        assertThatThrownBy(() -> Profiles.named("adsl"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no line set named \"adsl\"; there are seed, unequal, adsl+lte, ");
    }

    @Test
    void gives_modems_the_queues_of_modems() {
        LineSpec fast = Profiles.UNEQUAL.line("fast");
        assertThat(fast.down().queue()).isEqualTo(QueueLimit.ofBytes(400_000));
        assertThat(fast.up().queue()).isEqualTo(QueueLimit.ofBytes(31_250));
        LineSpec thin = Profiles.modem("thin", 1_000, 300, 20);
        assertThat(thin.down().queue()).isEqualTo(QueueLimit.ofBytes(64_000));
        assertThat(thin.up().queue()).isEqualTo(QueueLimit.ofBytes(16_000));
    }

    @Test
    void sums_the_rates() {
        assertThat(Profiles.FOUR.downBitsPerSecond()).isEqualTo(50_000_000);
        assertThat(Profiles.FOUR.upBitsPerSecond()).isEqualTo(10_000_000);
    }

    @Test
    void describes_what_happens_as_whole_lines() {
        assertThat(Profiles.DEAD_FAST.events())
                .extracting(LineEvent::at)
                .containsExactly(Duration.ofSeconds(20), Duration.ofSeconds(30));
        assertThat(Profiles.DEAD_FAST.events().get(0).line().down().blackHole()).isTrue();
        assertThat(Profiles.DEAD_FAST.events().get(1).line()).isEqualTo(Profiles.UNEQUAL.line("fast"));
        assertThat(Profiles.DROP.events().get(0).line().down().rateBitsPerSecond())
                .isEqualTo(4_000_000);
    }

    @Test
    void refuses_sets_that_contradict_themselves() {
        LineSpec line = Profiles.modem("a", 1000, 100, 5);
        LineEvent event = new LineEvent(Duration.ofSeconds(2), "x", line);
        assertThatThrownBy(() -> new LineSet("s", "", List.of(line, line), List.of()))
                .hasMessage("line-set.lines of s has two lines named a");
        assertThatThrownBy(() -> new LineSet("s", "", List.of(), List.of())).hasMessageContaining("must not be empty");
        assertThatThrownBy(() -> new LineSet("s", "", List.of(line.withName("b")), List.of(event)))
                .hasMessageContaining("changes the unknown line a");
        assertThatThrownBy(() -> new LineSet(
                        "s", "", List.of(line), List.of(event, new LineEvent(Duration.ofSeconds(1), "y", line))))
                .hasMessageContaining("must be in order of time");
        assertThatThrownBy(() -> Profiles.SEED.line("lte")).hasMessageContaining("lines are [adsl-1, adsl-2]");
    }
}
