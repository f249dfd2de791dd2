package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
 *   --plain               bond without encryption
 *   --scheduler NAME      default earliest-arrival
 *   --seeds               tell the daemons the lines' rates
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
            Arguments wanted = new Arguments(arguments);
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
            if (wanted.svg != null) {
                Files.writeString(wanted.svg, report.svg(), StandardCharsets.UTF_8);
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

    /** The arguments, understood. */
    private static final class Arguments {
        private String profile = "seed";
        private boolean up;
        private long seconds = 20;
        private long warmUpSeconds = 5;
        private int connections = 1;
        private int line;
        private boolean plain;
        private boolean seeds;
        private boolean measuringNative;
        private String scheduler = "earliest-arrival";
        private @Nullable String daemonClass;
        private IpFamily inside = IpFamily.V4;
        private IpFamily outside = IpFamily.V4;
        private List<LabEvent> events = List.of();
        private long seed = 1;
        private @Nullable Path directory;
        private @Nullable Path svg;

        Arguments(List<String> arguments) throws IOException {
            List<String> rest = new ArrayList<>(arguments);
            while (!rest.isEmpty()) {
                String name = rest.remove(0);
                switch (name) {
                    case "--up" -> up = true;
                    case "--plain" -> plain = true;
                    case "--seeds" -> seeds = true;
                    case "--native" -> measuringNative = true;
                    case "--inside-ipv6" -> inside = IpFamily.V6;
                    case "--outside-ipv6" -> outside = IpFamily.V6;
                    case "--ipv6" -> {
                        inside = IpFamily.V6;
                        outside = IpFamily.V6;
                    }
                    case "--profile" -> profile = value(name, rest);
                    case "--seconds" -> seconds = number(name, rest);
                    case "--warm-up" -> warmUpSeconds = number(name, rest);
                    case "--connections" -> connections = (int) number(name, rest);
                    case "--line" -> line = (int) number(name, rest);
                    case "--daemon-class" -> daemonClass = value(name, rest);
                    case "--scheduler" -> scheduler = value(name, rest);
                    case "--script" -> events = LabEvent.parseScript(script(value(name, rest)));
                    case "--seed" -> seed = number(name, rest);
                    case "--svg" -> svg = Path.of(value(name, rest));
                    case "--directory" -> directory = Path.of(value(name, rest));
                    default -> throw new IllegalArgumentException("unknown argument " + name);
                }
            }
            if (line == 0 && daemonClass == null) {
                throw new IllegalArgumentException("a bond needs --daemon-class; without a bond give --line N");
            }
        }

        private static String value(String name, List<String> rest) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            return rest.remove(0);
        }

        private static long number(String name, List<String> rest) {
            String value = value(name, rest);
            if (!value.matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(name + " must be a whole number, got \"" + value + "\"");
            }
            return Long.parseLong(value);
        }

        private static String script(String value) throws IOException {
            return value.startsWith("@")
                    ? Files.readString(Path.of(value.substring(1)), StandardCharsets.UTF_8)
                    : value;
        }

        private AddressPlan addresses() {
            return new AddressPlan(inside, outside);
        }

        LabOptions options() {
            LabOptions options =
                    LabOptions.defaults().withAddresses(addresses()).withSeed(seed);
            if (directory != null) {
                options = options.withRunDirectory(directory);
            }
            return daemonClass == null ? options : options.withDaemonClass(daemonClass);
        }

        Scenario scenario() {
            Duration warmUp = Duration.ofSeconds(warmUpSeconds);
            Duration all = warmUp.plusSeconds(seconds);
            TransferPlan transfer =
                    (up ? TransferPlan.upload(all) : TransferPlan.download(all)).withConnections(connections);
            var lines = Profiles.named(profile);
            LabBond bond = (plain ? LabBond.plain(addresses()) : LabBond.noise(addresses()))
                    .withScheduler(scheduler)
                    .withSeeds(seeds);
            Scenario scenario = line == 0
                    ? Scenario.bonded(lines, bond, Duration.ofSeconds(seconds))
                    : Scenario.plain(lines, line, Duration.ofSeconds(seconds));
            return scenario.withTransfer(transfer)
                    .withWarmUp(warmUp)
                    .withEvents(events)
                    .withMeasuringNative(measuringNative);
        }
    }
}
