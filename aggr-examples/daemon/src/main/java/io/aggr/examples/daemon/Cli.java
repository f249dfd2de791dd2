package io.aggr.examples.daemon;

import io.aggr.examples.daemon.status.StatusPaths;
import java.io.PrintWriter;
import java.util.Optional;
import java.util.function.Supplier;

/** The command line. However it ends, it ends without a stack trace. */
final class Cli {

    private final PrintWriter out;
    private final PrintWriter err;
    private final RunningBond.Starter starter;
    private final StatusPaths places;
    private final Daemon daemon;

    /**
     * The program's command line.
     *
     * @param out where answers go
     * @param err where complaints go
     * @param starter opens bonds
     * @param stops called when a daemon begins; says when it has to stop
     * @param places where daemons answer for their status
     */
    Cli(
            PrintWriter out,
            PrintWriter err,
            RunningBond.Starter starter,
            Supplier<StopRequest> stops,
            StatusPaths places) {
        this.out = out;
        this.err = err;
        this.starter = starter;
        this.places = places;
        daemon = new Daemon(err, starter, stops, places);
    }

    /**
     * Does what the arguments say.
     *
     * @return the exit code
     */
    int run(String... args) {
        try {
            Optional<DaemonOptions> plain = DaemonOptions.plain(args);
            return plain.isPresent()
                    ? daemon.run(plain.get())
                    : new Commands(out, err, starter, places, daemon).run(args);
        } catch (InterruptedException | RuntimeException e) {
            return internalError(e, err);
        } finally {
            out.flush();
            err.flush();
        }
    }

    /** Says in one line that this is a defect of ours, and where. */
    static int internalError(Exception problem, PrintWriter err) {
        StackTraceElement[] trace = problem.getStackTrace();
        err.println("aggr: internal error: " + problem + (trace.length > 0 ? " at " + trace[0] : ""));
        return ExitCode.FAILED;
    }
}
