package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.spi.Availability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one scenario from the command line.
 *
 * <pre>
 *   --profile NAME        line set, default seed
 *   --up                  upload instead of download
 *   --seconds N           how long it counts, default 20
 *   --warm-up N           seconds before that, default 5
 *   --connections N       TCP connections, default 1
 *   --line N              no bond: line N alone
 *   --daemon-class NAME   main class of the daemon, on the class path; needed for a bond
 *   --encapsulation NAME  default plain; --plain says so too
 *   --scheduler NAME      default earliest-arrival
 *   --rates told|found    whether the daemons are told the lines' rates, default told; --seeds says so too
 *   --ipv6                IPv6 inside and outside
 *   --inside-ipv6, --outside-ipv6
 *   --native              measure each line alone first
 *   --script TEXT         events, or {@literal @}FILE
 *   --seed N              seed of loss and jitter, default 1
 *   --directory DIR       where configurations and output go
 *   --svg FILE            draws the run
 * </pre>
 *
 * <p>Exit code: 0 measured, 1 failed, 2 wrong arguments, 3 void because the emulator was too slow, 4 no lab on this machine.
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

    /**
     * Runs one scenario.
     *
     * @param arguments as described for the class
     * @param again main class and arguments that lead here once more, in a process that may make namespaces
     * @param out where progress and report go
     * @return exit code
     */
    public static int run(List<String> arguments, List<String> again, PrintStream out) {
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
            out.println("failed: " + e.getMessage());
            return FAILED;
        }
    }
}
