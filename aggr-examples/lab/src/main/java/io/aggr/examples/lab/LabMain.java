package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.CaseReport;
import io.aggr.spi.Availability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one scenario from the command line, or the cases by which a bond is judged.
 *
 * <pre>
 *   --all                 all cases of {@link io.aggr.sim.cases.Cases} that a lab can run
 *   --case NAME           a case, or one of {@link io.aggr.examples.lab.trial.Trials}; may be repeated
 *   --runs N              how often each case is run, with the seeds 1 to N, default 1
 *   --json                every figure of the cases as JSON
 *   --charts DIR          where drawings of the cases go, default a new temporary directory
 *
 *   --profile NAME        line set, default seed
 *   --up                  upload instead of download
 *   --seconds N           how long it counts, default 20
 *   --warm-up N           seconds before that, default 5
 *   --connections N       TCP connections, default 1
 *   --line N              no bond: line N alone
 *   --daemon-class NAME   main class of the daemon, on the class path; needed for a bond
 *   --encapsulation NAME  default noise, which encrypts; --plain: plain
 *   --scheduler NAME      default earliest-arrival
 *   --rates told|found    whether the daemons are told the lines' rates, default found; --seeds says told
 *   --ipv6                IPv6 inside and outside
 *   --inside-ipv6, --outside-ipv6
 *   --native              measure each line alone first
 *   --script TEXT         events, or {@literal @}FILE
 *   --seed N              seed of loss and jitter, default 1
 *   --directory DIR       where configurations and output go
 *   --svg FILE            draws the run
 * </pre>
 *
 * <p>Exit code: 0 measured, 1 failed, 2 wrong arguments, 3 void because the emulator was too slow, 4 no lab on this machine, 5 a mark of a case was missed,
 * 130 stopped from the keyboard.
 */
public final class LabMain {

    /** The run was measured. */
    public static final int GOOD = 0;
    /** Something failed. */
    public static final int FAILED = 1;
    /** The arguments are wrong. */
    public static final int WRONG_ARGUMENTS = 2;
    /** The emulator was too slow: the figures do not count. */
    public static final int VOID = 3;
    /** This machine cannot run a lab. */
    public static final int UNAVAILABLE = 4;
    /** Everything was measured, and a mark of a case was missed. */
    public static final int MISSED = 5;

    private LabMain() {}

    /**
     * Runs the program.
     *
     * @param arguments as described for the class
     */
    public static void main(String[] arguments) {
        List<String> again = new ArrayList<>(List.of(LabMain.class.getName()));
        again.addAll(List.of(arguments));
        System.exit(run(List.of(arguments), again, System.out));
    }

    /** Cases and trials, whichever were asked for; the worst outcome counts. */
    private static int runJudged(LabArguments wanted, Stopping stopping, PrintStream out) throws IOException {
        List<BondCase> cases = wanted.cases();
        int ofCases = cases.isEmpty() ? GOOD : runCases(wanted, cases, stopping, out);
        LabTrials trials = new LabTrials(wanted.options(), wanted::refine, out, wanted.isJson());
        int ofTrials = trials.run(wanted.trials(), wanted.seeds());
        return ofCases == GOOD ? ofTrials : ofCases;
    }

    private static int runCases(LabArguments wanted, List<BondCase> cases, Stopping stopping, PrintStream out)
            throws IOException {
        Path charts = wanted.charts();
        // What a machine reads must not have a line of progress in it.
        PrintStream talk = wanted.isJson() ? System.err : out;
        LabCases runner = new LabCases(
                wanted.options(), wanted.encapsulation(), wanted::refine, charts, talk::println, stopping::isUnderWay);
        CaseReport report = runner.run(cases, wanted.seeds());
        if (wanted.isJson()) {
            out.print(report.json());
        } else {
            out.println();
            out.println(report.table().text());
            out.println("Worst of " + wanted.seeds() + " run(s) each, " + wanted.encapsulation() + ", rates "
                    + (wanted.isTold() ? "told" : "found") + ". Charts: " + charts.toAbsolutePath());
        }
        if (runner.failed() > 0) {
            talk.println(runner.failed() + " run(s) failed");
            return FAILED;
        }
        return report.isMet() ? GOOD : report.isValid() ? MISSED : VOID;
    }

    /**
     * Runs one scenario, or cases.
     *
     * @param arguments as described for the class
     * @param again main class and arguments that lead here once more, in a process that may make namespaces
     * @param out where progress and report go
     * @return exit code
     */
    public static int run(List<String> arguments, List<String> again, PrintStream out) {
        Stopping stopping = Stopping.watch();
        try {
            LabArguments wanted = new LabArguments(arguments);
            Availability availability = Lab.availability();
            if (!availability.usable()) {
                out.println("no lab here: " + availability.reason());
                return UNAVAILABLE;
            }
            if (Sandbox.isNeeded()) {
                return Sandbox.run(JavaPrograms.again(again));
            }
            if (wanted.isJudged()) {
                return runJudged(wanted, stopping, out);
            }
            LabResult result =
                    new ScenarioRunner(wanted.options(), line -> out.println("  " + line)).run(wanted.scenario());
            LabReport report = new LabReport(result);
            out.print(report.text());
            Path svg = wanted.svg();
            if (svg != null) {
                Files.writeString(svg, report.svg(), StandardCharsets.UTF_8);
            }
            return result.isValid() ? GOOD : VOID;
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            return WRONG_ARGUMENTS;
        } catch (IOException e) {
            if (stopping.isUnderWay()) {
                return Stopping.EXIT_CODE;
            }
            out.println("failed: " + e.getMessage());
            return FAILED;
        }
    }
}
