package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.aggr.spi.ProviderConfig;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/** What a plugin may be told by whoever configures it. */
class OptionsFuzzTest {

    @FuzzTest
    void an_option_is_read_within_its_range_or_refused_by_its_name(byte[] bytes) {
        ProviderConfig config = ProviderConfig.of(Map.of("the-option", new String(bytes, StandardCharsets.UTF_8)));
        try {
            assertThat(config.duration("the-option", Duration.ZERO))
                    .isBetween(Duration.ZERO, Duration.ofNanos(Long.MAX_VALUE));
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("the-option must be");
        }
        try {
            assertThat(config.integer("the-option", 5, -100, 1_000)).isBetween(-100L, 1_000L);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("the-option must be");
        }
        try {
            config.flag("the-option", true);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("the-option must be");
        }
    }
}
