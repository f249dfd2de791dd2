package io.aggr.examples.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.aggr.BondStats;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may come over a socket that claims to be a daemon's. */
class JsonReaderFuzzTest {

    @FuzzTest
    void a_text_is_json_or_refused_with_its_place(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        try {
            look(JsonReader.read(text), 0);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageMatching("no JSON at character \\d+");
        }
    }

    private static void look(@Nullable Object value, int depth) {
        assertThat(depth).isLessThan(40);
        if (value instanceof Map<?, ?> map) {
            map.values().forEach(inside -> look(inside, depth + 1));
        } else if (value instanceof List<?> list) {
            list.forEach(inside -> look(inside, depth + 1));
        } else {
            assertThat(value == null
                            || value instanceof String
                            || value instanceof Boolean
                            || value instanceof BigDecimal)
                    .isTrue();
        }
    }

    @FuzzTest
    void an_answer_is_a_status_or_refused(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        BondStats stats;
        try {
            stats = StatsJson.read(text);
        } catch (IllegalArgumentException e) {
            return;
        }
        // What can be read can be written and read again.
        BondStats again = StatsJson.read(StatsJson.write(stats));
        assertThat(again.name()).isEqualTo(stats.name());
        assertThat(again.peers()).hasSameSizeAs(stats.peers());
        assertThat(again.problems()).isEqualTo(stats.problems());
    }
}
