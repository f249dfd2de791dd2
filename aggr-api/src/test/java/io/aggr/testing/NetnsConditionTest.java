package io.aggr.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetnsConditionTest {

    @Test
    void runs_where_nothing_stands_in_the_way() {
        assertThat(NetnsCondition.evaluate(Optional.empty(), true, "it").isDisabled())
                .isFalse();
    }

    @Test
    void skips_with_the_reason() {
        var result = NetnsCondition.evaluate(Optional.of("it needs root"), false, "it");

        assertThat(result.isDisabled()).isTrue();
        assertThat(result.getReason()).contains("it needs root");
    }

    @Test
    void fails_instead_of_skipping_where_it_must_run() {
        assertThatThrownBy(() -> NetnsCondition.evaluate(Optional.of("it needs root"), true, "it"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("it needs root");
    }

    @NetnsTest
    @Test
    void this_machine_can_make_namespaces() {
        assertThat(System.getProperty("os.name")).isEqualTo("Linux");
    }
}
