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
@Timeout(60)
class GarbageFloodTest {

    @Test
    void row_04_a_hundred_thousand_datagrams_of_garbage_a_second_are_counted_and_cost_no_packet_and_no_line_of_the_log()
            throws Exception {
        ChildProcess.Result result =
                ChildProcess.run(List.of(), "", GarbageFlood.class, "-Dorg.slf4j.simpleLogger.defaultLogLevel=info");
        assertThat(result.exitCode()).as(result.said()).isZero();
        Map<String, Long> counted = new TreeMap<>();
        long sent = 0;
        long carried = 0;
        long lateLines = 0;
        boolean flooded = false;
        for (String line : result.said().split("\n", -1)) {
            String[] words = line.split(" ", -1);
            switch (words[0]) {
                case "flood" -> flooded = true;
                case "packets" -> {
                    sent = Long.parseLong(words[1]);
                    carried = Long.parseLong(words[3]);
                }
                case "counted" -> counted.put(words[1], Long.parseLong(words[2]));
                // What becomes of the lines is told as ever, and on a machine that is busy with the flood they may be
                // late.
                default -> lateLines += flooded && sent == 0 && !line.contains("ListenerRelay - line ") ? 1 : 0;
            }
        }
        assertThat(sent).as(result.said()).isGreaterThan(50);
        assertThat(carried).as("of %d packets", sent).isGreaterThanOrEqualTo(sent * 9 / 10);
        assertThat(lateLines)
                .as("lines logged during the flood: %s", result.said())
                .isLessThanOrEqualTo(1);
        assertThat(counted).containsKeys("outer.short", "outer.unknown-type", "outer.malformed", "outer.unknown-peer");
        long garbage = counted.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("outer."))
                .mapToLong(Map.Entry::getValue)
                .sum();
        // What the socket had no room for, the system has dropped.
        assertThat(garbage).isBetween(GarbageFlood.GARBAGE / 10L, GarbageFlood.GARBAGE * 101L / 100);
    }
}
