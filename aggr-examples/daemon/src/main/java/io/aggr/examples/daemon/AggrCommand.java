package io.aggr.examples.daemon;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What all subcommands hang from. */
@Command(
        name = "aggr",
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        descriptionHeading = "%n",
        description = "Bonds several internet lines into one, so that a single TCP connection gets their sum.",
        optionListHeading = "%nOptions:%n",
        commandListHeading = "%nCommands:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr genkey --out private.key     a key for this end",
            "  aggr pubkey < private.key         what the other end has to know of it",
            "  aggr check --config site.toml     is this file good?",
            "  aggr run --config site.toml       bond the lines, until SIGTERM or Ctrl-C",
            "  aggr status --watch               what is it doing right now?",
            "  aggr demo                         what would it do? needs no configuration",
            "",
            "\"aggr COMMAND --help\" tells more about a command.",
            "Exit codes: 0 done, 1 the system refused something, 2 wrong usage or configuration."
        })
final class AggrCommand implements Runnable {

    @SuppressWarnings("UnusedVariable") // picocli reads it
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this text.")
    private boolean help;

    @SuppressWarnings("UnusedVariable") // picocli reads it
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Show the version.")
    private boolean version;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine own = spec.commandLine();
        throw new ParameterException(own, "a command is missing");
    }
}
