package io.aggr.examples.daemon;

import io.aggr.Providers;
import io.aggr.examples.daemon.doctor.Examination;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code aggr doctor}. */
@Command(
        name = "doctor",
        descriptionHeading = "%n",
        description = {
            "Looks at this machine: what a bond can have here, how exact its timers are, and which cipher is the faster one.",
            "Takes about five seconds. Opens nothing, sends nothing and changes nothing."
        },
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExamples:%n",
        footer = {"  aggr doctor", "", "Exit codes: 0 looked, 1 the folder cannot be read."})
final class DoctorCommand extends HelpfulCommand {

    private final PrintWriter out;
    private final PrintWriter err;

    @Option(names = "--plugins", paramLabel = "DIR", description = "Folder with plugin jars, to be looked at too.")
    private @Nullable Path plugins;

    DoctorCommand(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        PluginFolder folder = new PluginFolder();
        Providers providers;
        try {
            providers = folder.load(plugins);
        } catch (IOException e) {
            err.println("aggr: " + plugins + " " + e.getMessage());
            return ExitCode.FAILED;
        }
        folder.problems().forEach(problem -> err.println("warning: " + problem));
        new Examination().run(providers).forEach(out::println);
        return ExitCode.OK;
    }
}
