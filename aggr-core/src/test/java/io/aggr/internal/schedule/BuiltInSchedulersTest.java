package io.aggr.internal.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.Providers;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.SchedulerConformance;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every built-in scheduler. */
class BuiltInSchedulersTest {

    private static final Providers PROVIDERS = Providers.discover(BuiltInSchedulersTest.class.getClassLoader());

    static Stream<String> names() {
        return PROVIDERS.all(SchedulerProvider.class).stream()
                .filter(provider -> provider.getClass().getPackage().equals(Lines.class.getPackage()))
                .map(SchedulerProvider::name);
    }

    private static SchedulerProvider named(String name) {
        return PROVIDERS.byName(SchedulerProvider.class, name, "scheduler");
    }

    @Test
    void all_are_found_by_name() {
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "earliest-arrival",
                        "lowest-rtt-spill",
                        "weighted",
                        "round-robin",
                        "flow-hash",
                        "failover",
                        "redundant",
                        "roundrobin",
                        "loadbalance",
                        "broadcast");
    }

    @Test
    void earliest_arrival_is_the_first_choice() {
        assertThat(PROVIDERS
                        .best(SchedulerProvider.class, "scheduler", p -> true)
                        .name())
                .isEqualTo("earliest-arrival");
    }

    @ParameterizedTest
    @MethodSource("names")
    void keeps_the_promises_of_a_scheduler(String name) {
        SchedulerConformance.check(named(name));
    }

    @Test
    void keeps_them_with_options_too() {
        SchedulerConformance.check(
                named("earliest-arrival"),
                Map.of(
                        "slack", "0 ms",
                        "max-spread", "1 ms",
                        "overflow-after", "0 ms",
                        "duplicate-urgent", "always"));
        SchedulerConformance.check(named("redundant"), Map.of("copies", "2"));
        SchedulerConformance.check(named("lowest-rtt-spill"), Map.of("overflow-after", "0 ms"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"lowest-rtt-spill", "weighted", "round-robin"})
    void reads_its_options(String name) {
        ProviderConfig config = ProviderConfig.of(Map.of("overflow-after", "1 s", "misspelt", "x"));
        named(name).create(config).close();
        assertThat(config.unread()).containsExactly("misspelt");
    }

    @Test
    void refuses_wrong_options() {
        for (List<String> wrong : List.of(
                List.of("earliest-arrival", "slack", "4"),
                List.of("earliest-arrival", "duplicate-urgent", "maybe"),
                List.of("weighted", "overflow-after", "soon"),
                List.of("redundant", "copies", "1"))) {
            SchedulerProvider provider = named(wrong.get(0));
            ProviderConfig config = ProviderConfig.of(Map.of(wrong.get(1), wrong.get(2)));
            assertThatThrownBy(() -> provider.create(config))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(wrong.get(1))
                    .hasMessageContaining(wrong.get(2));
        }
    }
}
