package io.aggr.examples.lab;

import io.aggr.Providers;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The arguments of {@link LabMain}, understood. */
final class LabArguments {
    private String profile = "seed";
    private boolean up;
    private long seconds = 20;
    private long warmUpSeconds = 5;
    private int connections = 1;
    private int line;
    private String encapsulation = LabBond.DEFAULT_ENCAPSULATION;
    private boolean told = true;
    private boolean measuringNative;
    private String scheduler = "earliest-arrival";
    private @Nullable String daemonClass;
    private IpFamily inside = IpFamily.V4;
    private IpFamily outside = IpFamily.V4;
    private List<LabEvent> events = List.of();
    private long seed = 1;
    private @Nullable Path directory;
    private @Nullable Path svg;

    LabArguments(List<String> arguments) throws IOException {
        List<String> rest = new ArrayList<>(arguments);
        while (!rest.isEmpty()) {
            String name = rest.remove(0);
            switch (name) {
                case "--up" -> up = true;
                case "--plain" -> encapsulation = "plain";
                case "--encapsulation" -> encapsulation = value(name, rest);
                case "--seeds" -> told = true;
                case "--rates" -> told = isTold(value(name, rest));
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
        if (line == 0) {
            // Better here, with the list of those that can be had, than in the last words of a daemon.
            Providers.discover().byName(EncapsulatorProvider.class, encapsulation, "encapsulator");
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

    private static boolean isTold(String value) {
        return switch (value) {
            case "told" -> true;
            case "found" -> false;
            default -> throw new IllegalArgumentException("--rates must be told or found, got \"" + value + "\"");
        };
    }

    private static String script(String value) throws IOException {
        return value.startsWith("@") ? Files.readString(Path.of(value.substring(1)), StandardCharsets.UTF_8) : value;
    }

    private AddressPlan addresses() {
        return new AddressPlan(inside, outside);
    }

    /** Where the drawing goes, or null for none. */
    @Nullable
    Path svg() {
        return svg;
    }

    LabOptions options() {
        LabOptions options = LabOptions.defaults().withAddresses(addresses()).withSeed(seed);
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
        LineSet lines = Profiles.named(profile);
        Scenario scenario = line == 0
                ? Scenario.bonded(lines, bond(), Duration.ofSeconds(seconds))
                : Scenario.plain(lines, line, Duration.ofSeconds(seconds));
        return scenario.withTransfer(transfer)
                .withWarmUp(warmUp)
                .withEvents(events)
                .withMeasuringNative(measuringNative);
    }

    private LabBond bond() {
        return LabBond.named(encapsulation, addresses())
                .withScheduler(scheduler)
                .withSeeds(told);
    }
}
