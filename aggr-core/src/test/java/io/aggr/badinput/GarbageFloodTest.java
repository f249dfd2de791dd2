package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Row 4 of docs/bad-inputs.md with real sockets. */
@Isolated
@Timeout(120)
class GarbageFloodTest {

    /** Where other programs have the processors, sockets overflow: so often is it tried. */
    private static final int ATTEMPTS = 3;

    @Test
    void row_04_a_hundred_thousand_datagrams_of_garbage_a_second_are_counted_and_cost_no_packet_and_no_line_of_the_log()
            throws Exception {
        Outcome outcome = flood();
        for (int i = 1; i < ATTEMPTS && !outcome.hasCarried(); i++) {
            outcome = flood();
        }
        assertThat(outcome.sent).as(outcome.said).isGreaterThan(50);
        assertThat(outcome.hasCarried()).as(outcome.said).isTrue();
        assertThat(outcome.lateLines)
                .as("lines logged during the flood: %s", outcome.said)
                .isLessThanOrEqualTo(1);
        assertThat(outcome.counted)
                .containsKeys("outer.short", "outer.unknown-type", "outer.malformed", "outer.unknown-peer");
        long garbage = outcome.counted.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("outer."))
                .mapToLong(Map.Entry::getValue)
                .sum();
        // What the socket had no room for, the system has dropped.
        assertThat(garbage).isBetween(GarbageFlood.GARBAGE / 10L, GarbageFlood.GARBAGE * 101L / 100);
    }

    /** What a flood has printed. */
    private static final class Outcome {
        final String said;
        final Map<String, Long> counted = new TreeMap<>();
        long sent;
        long carried;
        long lateLines;

        Outcome(String said) {
            this.said = said;
        }

        boolean hasCarried() {
            return carried >= sent * 9 / 10;
        }
    }

    private static Outcome flood() throws Exception {
        ChildProcess.Result result =
                ChildProcess.run(List.of(), "", GarbageFlood.class, "-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        assertThat(result.exitCode()).as(result.said()).isZero();
        Outcome outcome = new Outcome(result.said());
        boolean flooded = false;
        for (String line : result.said().split("\n", -1)) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "flood" -> flooded = true;
                case "packets" -> {
                    outcome.sent = Long.parseLong(words[1]);
                    outcome.carried = Long.parseLong(words[3]);
                }
                case "counted" -> outcome.counted.put(words[1], Long.parseLong(words[2]));
                // What becomes of the lines is told as ever, and on a machine that is busy with the flood they may be
                // late.
                default ->
                    outcome.lateLines +=
                            flooded && outcome.sent == 0 && !line.contains("ListenerRelay - line ") ? 1 : 0;
            }
        }
        return outcome;
    }
}
