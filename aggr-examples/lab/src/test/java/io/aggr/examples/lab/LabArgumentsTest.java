package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LabArgumentsTest {

    private static Scenario scenario(String... arguments) throws IOException {
        List<String> all = new ArrayList<>(List.of("--daemon-class", "any.Daemon"));
        all.addAll(List.of(arguments));
        return new LabArguments(all).scenario();
    }

    @Test
    void a_bond_encrypts_and_finds_the_rates_unless_told_otherwise() throws IOException {
        LabBond bond = scenario().bond().orElseThrow();
        assertThat(bond.encapsulation()).isEqualTo("noise");
        assertThat(bond.seeded()).as("told the rates").isFalse();
        assertThat(scenario("--encapsulation", "noise", "--rates", "found").bond())
                .contains(bond);
        assertThat(scenario("--plain").bond().orElseThrow().encapsulation()).isEqualTo("plain");
        assertThat(scenario("--seeds").bond().orElseThrow().seeded()).isTrue();
    }

    @Test
    void the_rates_can_be_kept_from_the_daemons() throws IOException {
        assertThat(scenario("--rates", "found").bond().orElseThrow().seeded()).isFalse();
        assertThat(scenario("--rates", "told").bond().orElseThrow().seeded()).isTrue();
        assertThatThrownBy(() -> scenario("--rates", "guessed")).hasMessageContaining("told or found");
    }

    @Test
    void an_encapsulation_that_does_not_exist_is_refused_with_those_that_do() {
        assertThatThrownBy(() -> scenario("--encapsulation", "secret"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("secret")
                .hasMessageContaining("plain");
    }

    @Test
    void a_bond_needs_a_daemon_and_a_line_alone_does_not() throws IOException {
        assertThatThrownBy(() -> new LabArguments(List.of())).hasMessageContaining("--daemon-class");
        assertThat(new LabArguments(List.of("--line", "2")).scenario().plainLine())
                .isEqualTo(2);
    }

    @Test
    void trials_stand_beside_cases_and_are_for_encryption_alone() throws IOException {
        LabArguments both =
                new LabArguments(List.of("--daemon-class", "any.Daemon", "--case", "seed", "--case", "flood-init"));
        assertThat(both.trials()).containsExactly("flood-init");
        assertThat(both.cases()).hasSize(1);
        assertThatThrownBy(() ->
                        new LabArguments(List.of("--daemon-class", "any.Daemon", "--case", "flood-everything")).cases())
                .hasMessageContaining("flood-garbage");
        assertThatThrownBy(
                        () -> new LabArguments(List.of("--daemon-class", "any.Daemon", "--case", "rekeys", "--plain")))
                .hasMessageContaining("noise");
    }
}
