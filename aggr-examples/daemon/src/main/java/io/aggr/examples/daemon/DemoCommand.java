package io.aggr.examples.daemon;

import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.lab.demo.DemoMain;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr demo}. */
@Command(
        name = "demo",
        descriptionHeading = "%n",
        description = {
            "Shows what a bond does, on this machine alone: a file over one ADSL line, over the other, over one line per "
                    + "connection, and over both bonded, with daemons and TCP of the kernel between network namespaces. "
                    + "An ordinary user gets them in a user namespace of his own. Where that is not possible the same is simulated."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {
            "  aggr demo                          takes about a minute",
            "  aggr demo --quick --svg demo.svg   takes about twenty seconds",
            "",
            "Exit codes: 0 one connection over the bond got more than over either line alone,",
            "1 it did not or something failed, 2 wrong usage."
        })
final class DemoCommand extends HelpfulCommand {

    @Option(names = "--quick", description = "Show less, in twenty seconds.")
    private boolean quick;

    @Option(names = "--simulate", description = "Use the simulator even where the real thing could be had.")
    private boolean simulate;

    @Option(
            names = "--svg",
            paramLabel = "FILE",
            description = "Where the chart goes; a new temporary file unless said.")
    private @Nullable Path svg;

    @Override
    public Integer call() {
        // What opens and closes devices all the time need not say so.
        LogLevel.set(Level.WARN);
        List<String> wishes = new ArrayList<>();
        if (quick) {
            wishes.add("--quick");
        }
        if (simulate) {
            wishes.add("--simulate");
        }
        if (svg != null) {
            wishes.addAll(List.of("--svg", svg.toString()));
        }
        List<String> arguments = new ArrayList<>(List.of("--daemon-class", Main.class.getName()));
        arguments.addAll(wishes);
        List<String> again = new ArrayList<>(List.of(Main.class.getName(), "demo"));
        again.addAll(wishes);
        return DemoMain.run(arguments, again);
    }
}
