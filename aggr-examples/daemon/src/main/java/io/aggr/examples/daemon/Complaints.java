package io.aggr.examples.daemon;

import io.aggr.examples.daemon.config.ConfigException;
import java.io.PrintWriter;
import java.time.Duration;

/** What the commands that read a configuration have in common. */
final class Complaints {

    /** How long the names of far ends may take. */
    static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(10);

    private Complaints() {}

    /** Shows what is wrong with a file and tells the exit code. */
    static int show(ConfigException problem, PrintWriter err) {
        problem.lines().forEach(err::println);
        return problem.kind() == ConfigException.Kind.WRONG ? ExitCode.USAGE : ExitCode.FAILED;
    }

    /** A number of things, for a sentence. */
    static String counted(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
