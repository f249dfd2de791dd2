package io.aggr.examples.daemon;

import io.aggr.examples.daemon.status.StatusPaths;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line: which commands there are, and how they end when something is wrong. Never with a stack trace. */
final class Cli {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

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
        commands.put("run", () -> new RunCommand(err, starter, stops, places));
        commands.put("status", () -> new StatusCommand(out, err, places));
        commands.put("check", () -> new CheckCommand(out, err, starter));
        commands.put("demo", DemoCommand::new);
    }

    /**
     * Does what the arguments say.
     *
     * @return the exit code
     */
    int run(String... args) {
        CommandLine root = new CommandLine(new AggrCommand());
        // Reading a command's annotations is a good part of the start time; most calls need those of one command only.
        if (args.length > 0 && commands.containsKey(args[0])) {
            root.addSubcommand(args[0], commands.get(args[0]).get());
        } else {
            commands.forEach((name, maker) -> root.addSubcommand(name, maker.get()));
        }
        root.setOut(out);
        root.setErr(err);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler(this::usage);
        root.setExecutionExceptionHandler((problem, command, parsed) -> internalError(problem));
        int code = root.execute(args);
        out.flush();
        err.flush();
        return code;
    }

    private int usage(ParameterException problem, String... args) {
        CommandLine command = problem.getCommandLine();
        err.println("aggr: " + String.valueOf(problem.getMessage()).replace('\n', ' '));
        if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
            err.println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
        }
        return ExitCode.USAGE;
    }

    private int internalError(Exception problem) {
        StackTraceElement[] trace = problem.getStackTrace();
        err.println("aggr: internal error: " + problem + (trace.length > 0 ? " at " + trace[0] : ""));
        return ExitCode.FAILED;
    }
}
