package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class AnsweredLinesTest {

    private final AnsweredLines lines = new AnsweredLines();

    @Test
    void nothing_is_kept_unless_somebody_wants_it() {
        assertThat(lines.isWanted()).isFalse();
        lines.note(7, 1);
        assertThat(lines.line(7)).isEqualTo(AnsweredLines.UNKNOWN);
        lines.want();
        assertThat(lines.isWanted()).isTrue();
        assertThat(lines.line(7)).isEqualTo(AnsweredLines.UNKNOWN);
    }

    @Test
    void the_line_of_a_flow_is_the_one_that_brought_its_last_packet() {
        lines.want();
        for (int hash : new int[] {0, -1, 1 << 31, 0x7FFF_FFFF, 12_345}) {
            assertThat(lines.line(hash)).isEqualTo(AnsweredLines.UNKNOWN);
            lines.note(hash, 0);
            assertThat(lines.line(hash)).isZero();
            lines.note(hash, 255);
            assertThat(lines.line(hash)).isEqualTo(255);
        }
    }

    @Test
    void a_flow_is_forgotten_and_never_taken_for_another() {
        lines.want();
        SplittableRandom random = new SplittableRandom(Long.getLong("aggr.seed", 5));
        Map<Integer, Integer> model = new HashMap<>();
        for (int i = 0; i < 50_000; i++) {
            int hash = random.nextInt();
            int line = random.nextInt(256);
            lines.note(hash, line);
            model.put(hash, line);
        }
        int known = 0;
        for (Map.Entry<Integer, Integer> flow : model.entrySet()) {
            int line = lines.line(flow.getKey());
            assertThat(line).isIn(flow.getValue(), AnsweredLines.UNKNOWN);
            known += line == AnsweredLines.UNKNOWN ? 0 : 1;
        }
        assertThat(known).isGreaterThan(8_000);
    }
}
