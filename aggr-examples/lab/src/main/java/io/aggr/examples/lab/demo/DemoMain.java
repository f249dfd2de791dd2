package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.JavaPrograms;
import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.Stopping;
import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The demo as a program.
 *
 * <pre>
 *   --daemon-class NAME   main class of the daemon, on the class path; needed unless it is simulated
 *   --quick               a quarter of a minute instead of a whole one
 *   --simulate            in the simulator even where the real thing could be had
 *   --svg FILE            where the chart goes; unless said, a new file among the temporary ones
 * </pre>
 *
 * <p>As root, or as an ordinary user in a user namespace of its own, it shows real daemons between network namespaces; where neither can be had,
 * the simulator, and says why.
 *
 * <p>Exit code: 0 one connection over the bond got more than over either line alone, 1 it did not or something failed, 2 wrong arguments, 130 stopped from the keyboard.
 */
public final class DemoMain {

    /** The bond got more than each line alone. */
    public static final int GOOD = 0;
    /** It did not, or something failed. */
    public static final int FAILED = 1;
    /** The arguments are wrong. */
    public static final int WRONG_ARGUMENTS = 2;

    /** The daemons live for seconds, and the fast compiler is good enough for such lines. */
    private static final String[] DAEMON_FLAGS = {
        "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-Xmx128m", "-Xshare:auto"
    };

    private static final int ROW = 76;
    private static final LineSet LINES = Profiles.SEED;

    private DemoMain() {}

    /**
     * Runs the program.
     *
     * @param arguments as described for the class
     */
    public static void main(String[] arguments) {
        List<String> again = new ArrayList<>(List.of(DemoMain.class.getName()));
        again.addAll(List.of(arguments));
        System.exit(run(List.of(arguments), again));
    }

    /**
     * Runs the demo on the standard output.
     *
     * @param arguments as described for the class
     * @param again main class and arguments that lead here once more, in a process that may make namespaces
     * @return exit code
     */
    public static int run(List<String> arguments, List<String> again) {
        Style style = Style.ofStandardOutput();
        PrintStream out = new PrintStream(
                new FileOutputStream(FileDescriptor.out),
                false,
                style.isUnicode() ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
        Stopping stopping = Stopping.watch();
        try {
            Arguments wanted = new Arguments(arguments);
            Availability here =
                    wanted.isSimulating ? Availability.no("the simulator was asked for") : Lab.availability();
            if (here.usable() && Sandbox.isNeeded()) {
                return Sandbox.run(JavaPrograms.again(again));
            }
            return show(wanted, here, new Screen(out, style));
        } catch (IllegalArgumentException e) {
            System.err.println("aggr: demo: " + e.getMessage());
            return WRONG_ARGUMENTS;
        } catch (IOException e) {
            if (stopping.isUnderWay()) {
                return Stopping.EXIT_CODE;
            }
            System.err.println("aggr: demo: " + e.getMessage());
            return FAILED;
        }
    }

    private static int show(Arguments wanted, Availability here, Screen screen) throws IOException {
        Style style = screen.style();
        Path chart = chartFile(wanted.svg);
        LabOptions options = LabOptions.defaults();
        LabBond bond = LabBond.noise(options.addresses());
        Outcome outcome = new Outcome(LINES, bond.payloadShare(options.addresses()));
        Drawing drawing = new Drawing(style, outcome.sumKilobytes(Direction.DOWN), outcome.sumKilobytes(Direction.UP));
        screen.keep("", "  " + style.bold("aggr demo: one TCP connection over two ADSL lines"), "");
        if (!here.usable() && !wanted.isSimulating) {
            String sentence =
                    "What follows is simulated, since no real network can be built here: " + here.reason() + ".";
            wrap(sentence).forEach(row -> screen.keep("  " + row));
            screen.keep("");
        }
        String where;
        try (Stand stand =
                here.usable() ? new LabStand(LINES, wanted.labOptions(options)) : new SimulatedStand(LINES)) {
            stand.description().forEach(line -> screen.keep("  " + line));
            screen.keep("");
            new Demo(stand, screen, outcome, drawing).run(wanted.isQuick ? DemoPlan.quick() : DemoPlan.full());
            where = stand.summary();
        }
        Files.writeString(chart, DemoChart.svg(outcome, where), StandardCharsets.UTF_8);
        screen.keep("", "  Chart: " + chart, "");
        return outcome.isGood() ? GOOD : FAILED;
    }

    private static List<String> wrap(String text) {
        List<String> rows = new ArrayList<>();
        StringBuilder row = new StringBuilder();
        for (String word : text.split(" ", -1)) {
            if (row.length() + word.length() > ROW) {
                rows.add(row.toString());
                row.setLength(0);
            }
            row.append(row.length() == 0 ? "" : " ").append(word);
        }
        rows.add(row.toString());
        return rows;
    }

    /** Makes the file of the chart before anything else: nobody wants to hear after a minute that it cannot be written. */
    private static Path chartFile(@Nullable Path wanted) throws IOException {
        if (wanted == null) {
            Path file = Files.createTempFile("aggr-demo-", ".svg");
            // Made by root, it is to be looked at by whoever sits there.
            return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
        try {
            return Files.write(wanted, new byte[0]);
        } catch (NoSuchFileException e) {
            throw new IOException("cannot write " + wanted + ": there is no such directory", e);
        } catch (AccessDeniedException e) {
            throw new IOException("cannot write " + wanted + ": permission denied", e);
        } catch (IOException e) {
            throw new IOException("cannot write " + wanted + ": " + e.getMessage(), e);
        }
    }

    /** The arguments, understood. */
    private static final class Arguments {
        private boolean isQuick;
        private boolean isSimulating;
        private @Nullable String daemonClass;
        private @Nullable Path svg;

        Arguments(List<String> arguments) {
            List<String> rest = new ArrayList<>(arguments);
            while (!rest.isEmpty()) {
                String name = rest.remove(0);
                switch (name) {
                    case "--quick" -> isQuick = true;
                    case "--simulate" -> isSimulating = true;
                    case "--daemon-class" -> daemonClass = value(name, rest);
                    case "--svg" -> svg = Path.of(value(name, rest));
                    default -> throw new IllegalArgumentException("unknown argument " + name);
                }
            }
            if (daemonClass == null && !isSimulating) {
                throw new IllegalArgumentException("--daemon-class is missing");
            }
        }

        private static String value(String name, List<String> rest) {
            if (rest.isEmpty()) {
                throw new IllegalArgumentException(name + " needs a value");
            }
            return rest.remove(0);
        }

        LabOptions labOptions(LabOptions defaults) {
            return daemonClass == null ? defaults : defaults.withDaemonClass(daemonClass, DAEMON_FLAGS);
        }
    }
}
