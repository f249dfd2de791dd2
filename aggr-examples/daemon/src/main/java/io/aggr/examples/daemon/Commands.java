package io.aggr.examples.daemon;

import io.aggr.examples.daemon.status.StatusPaths;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** All commands as picocli knows them, and how they end when something is wrong. */
final class Commands {

    private final PrintWriter out;
    private final PrintWriter err;
    private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();

    Commands(PrintWriter out, PrintWriter err, RunningBond.Starter starter, StatusPaths places, Daemon daemon) {
        this.out = out;
        this.err = err;
        commands.put("run", () -> new RunCommand(daemon));
        commands.put("status", () -> new StatusCommand(out, err, places));
        commands.put("check", () -> new CheckCommand(out, err, starter));
        commands.put("genkey", () -> new KeyCommands.Genkey(out, err));
        commands.put("pubkey", () -> new KeyCommands.Pubkey(out, err, System.in));
        commands.put("genpsk", () -> new KeyCommands.Genpsk(out, err));
        commands.put("doctor", () -> new DoctorCommand(out, err));
        commands.put("lab", LabCommand::new);
        commands.put("demo", DemoCommand::new);
        commands.put("sim", () -> new SimCommand(out, err));
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
        CommandLine lab = root.getSubcommands().get("lab");
        if (lab != null) {
            // Its arguments are the lab's own.
            lab.setUnmatchedOptionsArePositionalParams(true);
        }
        root.setOut(out);
        root.setErr(err);
        root.setCaseInsensitiveEnumValuesAllowed(true);
        root.setParameterExceptionHandler(this::usage);
        root.setExecutionExceptionHandler((problem, command, parsed) -> Cli.internalError(problem, err));
        return root.execute(args);
    }

    private int usage(ParameterException problem, String... args) {
        CommandLine command = problem.getCommandLine();
        err.println("aggr: " + String.valueOf(problem.getMessage()).replace('\n', ' '));
        if (!UnmatchedArgumentException.printSuggestions(problem, err)) {
            err.println("Try \"" + command.getCommandSpec().qualifiedName() + " --help\".");
        }
        return ExitCode.USAGE;
    }
}
