package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.daemon.status.StatusPaths;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

class SimCommandTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    @AfterEach
    void restore_the_log() {
        LogLevel.set(Level.INFO);
    }

    private int aggr(String... arguments) {
        return new Cli(
                        new PrintWriter(out),
                        new PrintWriter(err),
                        new FakeBond.Starter(),
                        () -> action -> action.accept("SIGTEST"),
                        StatusPaths.of(folder))
                .run(arguments);
    }

    @Test
    void a_case_is_run_with_each_seed_and_drawn() {
        int code = aggr("sim", "--case", "seed-udp", "--seeds", "2", "--charts", folder.toString());

        assertThat(code).isZero();
        assertThat(out.toString()).contains("seed-udp").contains("yes").contains("Worst of 2 seed(s)");
        assertThat(err.toString()).contains("[ 1/1] seed-udp").contains("met");
        assertThat(folder.resolve("seed-udp.svg")).content().startsWith("<svg").contains("Queue in the modems");
    }

    @Test
    void a_machine_gets_nothing_but_json() {
        aggr("sim", "--case", "seed-udp", "--seeds", "1", "--json", "--charts", folder.toString());

        assertThat(out.toString())
                .startsWith("{\"met\":")
                .contains("\"seed\":1")
                .endsWith("}\n");
    }

    @Test
    void a_mark_that_is_missed_shows_in_the_exit_code() {
        int code = aggr(
                "sim", "--case", "unequal", "--seeds", "1", "--scheduler", "failover", "--charts", folder.toString());

        assertThat(code).isEqualTo(5);
        assertThat(out.toString()).contains("no").contains("% ideal");
    }

    @Test
    void one_simulation_says_where_its_packets_went() {
        assertThat(aggr("sim", "--seconds", "2", "--profile", "unequal", "--ecn", "--congestion", "bbr", "--ipv6"))
                .isZero();

        assertThat(out.toString()).contains("fast", "slow", "missed up", "site: dropped");
    }

    @Test
    void what_makes_no_sense_together_is_refused() {
        for (List<String> wrong : List.of(
                List.of("--all", "--profile", "seed"),
                List.of("--case", "seed", "--up"),
                List.of("--json"),
                List.of("--rates", "guessed"),
                List.of("--congestion", "vegas"),
                List.of("--case", "interface"),
                List.of("--case", "no-such-case"),
                List.of("--seeds", "101"))) {
            err.getBuffer().setLength(0);
            assertThat(aggr(Stream.concat(Stream.of("sim"), wrong.stream()).toArray(String[]::new)))
                    .as(wrong.toString())
                    .isEqualTo(2);
            assertThat(err.toString()).startsWith("aggr: ").hasLineCount(1);
        }
    }
}
