package io.aggr.examples.daemon;

import io.aggr.examples.daemon.log.LogLevel;
import io.aggr.examples.lab.LabMain;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.event.Level;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code aggr lab}: hands its arguments over to the lab. */
@Command(
        name = "lab",
        descriptionHeading = "%n",
        description = {
            "Measures two daemons in network namespaces: kernel TCP over emulated lines. Linux only; needs root or user namespaces."
        },
        parameterListHeading = "%nParameters:%n",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nArguments for the cases by which a bond is judged:%n",
        footer = {
            "  --all                 runs all cases, and prints one table; takes half an hour",
            "  --case NAME           runs a case; may be repeated; an unknown one lists all",
            "                        besides: rekeys, rebinding-nat, restart-each, restart-both,",
            "                        flood-garbage, flood-init, flood-data, each about a minute",
            "  --runs N              how often each, with the seeds 1 to N, default 1",
            "  --json                prints every figure of every run, not the table",
            "  --charts DIR          where drawings go, default a new temporary directory",
            "",
            "Arguments of a scenario:",
            "  --profile NAME        set of lines, default seed",
            "  --up                  upload instead of download",
            "  --seconds N           how long it counts, default 20",
            "  --warm-up N           seconds before that, default 5",
            "  --connections N       TCP connections, default 1",
            "  --line N              no bond: line N alone",
            "  --ipv6                IPv6 on both sides; --inside-ipv6, --outside-ipv6: one",
            "  --native              measure each line alone first",
            "  --script TEXT         events, or @FILE",
            "  --seed N              seed of loss and jitter, default 1",
            "  --svg FILE            draws the run",
            "",
            "Arguments for both:",
            "  --encapsulation NAME  default noise, which encrypts; --plain: plain",
            "  --scheduler NAME      default earliest-arrival",
            "  --rates told|found    whether the daemons are told what the lines carry or",
            "                        find it out, default found; --seeds: told",
            "  --directory DIR       where configurations and output go",
            "",
            "Examples:",
            "  aggr lab --profile unequal --seconds 30",
            "  aggr lab --case dead-fast --case lossy --runs 3 --charts .",
            "",
            "Exit codes: 0 measured, 1 failed, 2 wrong arguments, 3 void because the",
            "emulator was too slow, 4 no lab on this machine, 5 a mark was missed."
        })
final class LabCommand extends HelpfulCommand {

    @Parameters(arity = "0..*", paramLabel = "ARGUMENT", description = "What to measure; see below.")
    private List<String> arguments = List.of();

    LabCommand() {}

    @Override
    public Integer call() {
        // The emulator's devices would fill the screen.
        LogLevel.set(Level.WARN);
        List<String> all = new ArrayList<>(arguments);
        if (!all.contains("--line") && !all.contains("--daemon-class")) {
            all.addAll(List.of("--daemon-class", Main.class.getName()));
        }
        List<String> again = new ArrayList<>(List.of(Main.class.getName(), "lab"));
        again.addAll(arguments);
        return LabMain.run(all, again, System.out);
    }
}
