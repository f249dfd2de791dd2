package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.ConfigReader;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.config.NameResolver;
import io.aggr.examples.daemon.rates.RatesKeeper;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr check}. */
@Command(
        name = "check",
        descriptionHeading = "%n",
        description =
                "Checks a configuration file and starts nothing. Names of far ends are looked up, nothing is sent to them.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr check --config /etc/aggr/site.toml && systemctl restart aggr@site",
            "",
            "Exit codes: 0 the file is good, 1 a name cannot be looked up now, 2 the file is wrong."
        })
final class CheckCommand extends HelpfulCommand {

    private final PrintWriter out;
    private final PrintWriter err;
    private final RunningBond.Starter starter;

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

    CheckCommand(PrintWriter out, PrintWriter err, RunningBond.Starter starter) {
        this.out = out;
        this.err = err;
        this.starter = starter;
    }

    @Override
    public Integer call() {
        PluginFolder folder = new PluginFolder();
        DaemonConfig read;
        try {
            read = new ConfigReader(config, plugins, folder, NameResolver.system(Complaints.RESOLVE_TIMEOUT)).read();
            starter.check(read.bond(), Preflight.asIfUsable(read.providers()));
        } catch (ConfigException e) {
            return Complaints.show(e, err);
        } catch (IllegalArgumentException e) {
            return Complaints.show(ConfigException.wrong(config, String.valueOf(e.getMessage())), err);
        }
        starter.missingHere(read.bond(), read.providers())
                .ifPresent(missing -> err.println("warning: good, but not on this machine as this user: " + missing));
        Path rates = read.ratesFile();
        if (rates != null) {
            RatesKeeper.obstacle(rates)
                    .ifPresent(why -> err.println("warning: good, but not on this machine as this user: " + why));
        }
        folder.problems().forEach(problem -> err.println("warning: " + problem));
        read.doubts().forEach(doubt -> err.println("warning: " + doubt));
        BondConfig bond = read.bond();
        int links = bond.peers().stream().mapToInt(peer -> peer.links().size()).sum();
        out.println(config + ": good: bond " + bond.name() + ", "
                + Complaints.counted(bond.peers().size(), "peer") + ", " + Complaints.counted(links, "link") + ", "
                + Complaints.counted(bond.listen().size(), "listening socket"));
        return ExitCode.OK;
    }
}
