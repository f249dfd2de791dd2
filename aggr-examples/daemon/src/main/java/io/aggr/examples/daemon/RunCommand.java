package io.aggr.examples.daemon;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr run}. */
@Command(
        name = "run",
        descriptionHeading = "%n",
        description = {
            "Bonds the lines that the configuration names, until SIGTERM or Ctrl-C.",
            "SIGHUP reads the file again: peers without links are added, removed and changed while the others go on; networks may change of all. What"
                    + " else has changed is told line by line and needs another start.",
            "Stays in the foreground and logs to standard error; a line with \"ready\" says that the bond is open. A second signal ends it at once."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr run --config /etc/aggr/site.toml",
            "  aggr run --config site.toml --plugins ./plugins --log-level debug",
            "",
            "Exit codes: 0 stopped by a signal, 1 the system refused something, 2 the configuration is wrong."
        })
final class RunCommand extends HelpfulCommand {

    private final Daemon daemon;

    @Option(
            names = {"-c", "--config"},
            required = true,
            paramLabel = "FILE",
            description = "The configuration file.")
    private Path config = Path.of("");

    @Option(
            names = "--plugins",
            paramLabel = "DIR",
            description = "Folder with plugin jars; wins over \"plugins\" in the file.")
    private @Nullable Path plugins;

    @Option(
            names = "--socket",
            paramLabel = "FILE",
            description = "Answer \"aggr status\" at this socket; wins over \"status-socket\" in the file.")
    private @Nullable Path socket;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "Least level to log: error, warn, info, debug or trace; info if not given.")
    private Level level = Level.INFO;

    RunCommand(Daemon daemon) {
        this.daemon = daemon;
    }

    @Override
    public Integer call() throws InterruptedException {
        return daemon.run(new DaemonOptions(config, plugins, socket, level));
    }
}
