package io.aggr.internal.reorder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.Providers;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.ReorderBufferConformance;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds for every built-in reorder buffer. */
class BuiltInReorderBuffersTest {

    private static final Providers PROVIDERS = Providers.discover(BuiltInReorderBuffersTest.class.getClassLoader());

    static Stream<String> names() {
        return PROVIDERS.all(ReorderBufferProvider.class).stream()
                .filter(provider -> provider.getClass().getPackage().equals(Sequences.class.getPackage()))
                .map(ReorderBufferProvider::name);
    }

    private static ReorderBufferProvider named(String name) {
        return PROVIDERS.byName(ReorderBufferProvider.class, name, "reorder buffer");
    }

    @Test
    void all_are_found_by_name() {
        assertThat(names()).containsExactlyInAnyOrder("gap", "timeout", "none");
    }

    @Test
    void gap_is_the_first_choice() {
        assertThat(PROVIDERS
                        .best(ReorderBufferProvider.class, "reorder buffer", p -> true)
                        .name())
                .isEqualTo("gap");
    }

    @ParameterizedTest
    @MethodSource("names")
    void keeps_the_promises_of_a_reorder_buffer(String name) {
        ReorderBufferConformance.check(named(name));
    }

    @Test
    void keeps_them_with_options_too() {
        ReorderBufferConformance.check(named("gap"), Map.of("hold", "20 ms"));
        ReorderBufferConformance.check(named("timeout"), Map.of("hold", "400 ms", "adaptive", "true"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gap", "timeout"})
    void orders(String name) {
        ReorderBufferConformance.checkOrder(maxPackets -> named(name).create(ProviderConfig.none(), maxPackets));
    }

    @ParameterizedTest
    @ValueSource(strings = {"gap", "timeout"})
    void refuses_a_wrong_hold(String name) {
        ProviderConfig config = ProviderConfig.of(Map.of("hold", "long"));
        assertThatThrownBy(() -> named(name).create(config, 100))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("hold");
    }

    @Test
    void only_none_does_without_sequences() {
        assertThat(named("gap").needsSequence()).isTrue();
        assertThat(named("timeout").needsSequence()).isTrue();
        assertThat(named("none").needsSequence()).isFalse();
    }
}
