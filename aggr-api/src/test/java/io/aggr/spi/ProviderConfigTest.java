package io.aggr.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProviderConfigTest {

    private static ProviderConfig with(String key, String value) {
        return ProviderConfig.of(Map.of(key, value));
    }

    @Test
    void an_option_that_nobody_reads_is_remembered() {
        ProviderConfig config = ProviderConfig.of(Map.of("slack", "4 ms", "slakc", "5 ms"));
        assertThat(config.duration("slack", Duration.ZERO)).isEqualTo(Duration.ofMillis(4));
        assertThat(config.unread()).containsExactly("slakc");
    }

    @Test
    void what_is_not_given_falls_back() {
        ProviderConfig config = ProviderConfig.none();
        assertThat(config.string("a", "b")).isEqualTo("b");
        assertThat(config.integer("a", 3, 0, 10)).isEqualTo(3);
        assertThat(config.flag("a", true)).isTrue();
        assertThat(config.duration("a", Duration.ofSeconds(2))).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.unread()).isEmpty();
    }

    @Test
    void what_must_be_given_is_asked_for_by_name() {
        assertThat(with("id", "7").require("id")).isEqualTo("7");
        assertThatThrownBy(() -> ProviderConfig.none().require("id"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("id");
    }

    @Test
    void options_are_copied() {
        Map<String, String> options = new HashMap<>(Map.of("a", "1"));
        ProviderConfig config = ProviderConfig.of(options);
        options.put("b", "2");
        assertThat(config.unread()).containsExactly("a");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "10, 10", " 7 , 7"})
    void reads_whole_numbers(String text, long expected) {
        assertThat(with("n", text).integer("n", -1, 0, 10)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "11", "1.5", "ten", "", "99999999999999999999"})
    void refuses_what_is_no_number_in_range(String text) {
        assertThatThrownBy(() -> with("n", text).integer("n", 1, 0, 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("n must be a whole number from 0 to 10")
                .hasMessageContaining("\"" + text + "\"");
    }

    @ParameterizedTest
    @CsvSource({
        "50 ms, 50000000",
        "50ms, 50000000",
        "1.5 s, 1500000000",
        "20 us, 20000",
        "2 min, 120000000000",
        "0 s, 0"
    })
    void reads_times_with_units(String text, long nanos) {
        assertThat(with("t", text).duration("t", Duration.ofDays(1)).toNanos()).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"50", "ms", "-50 ms", "50 fortnights", "5 0 ms", ""})
    void refuses_times_without_a_unit_or_below_zero(String text) {
        assertThatThrownBy(() -> with("t", text).duration("t", Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("t must be")
                .hasMessageContaining("\"" + text + "\"");
    }

    @Test
    void reads_yes_and_no_in_one_spelling_only() {
        assertThat(with("f", "true").flag("f", false)).isTrue();
        assertThat(with("f", "false").flag("f", true)).isFalse();
        assertThatThrownBy(() -> with("f", "yes").flag("f", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("yes");
    }

    @Test
    void who_cannot_be_used_has_to_say_why() {
        assertThat(Availability.AVAILABLE.usable()).isTrue();
        assertThat(Availability.no("needs Linux").reason()).isEqualTo("needs Linux");
        assertThatThrownBy(() -> Availability.no(" ")).isInstanceOf(IllegalArgumentException.class);
    }
}
