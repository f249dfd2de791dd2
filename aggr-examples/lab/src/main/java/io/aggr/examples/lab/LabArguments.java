package io.aggr.examples.lab;

import io.aggr.Providers;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.trial.Trials;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.Cases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of {@link LabMain}, understood. */
final class LabArguments {
    /** What a case says itself. */
    private static final Set<String> NOT_WITH_CASES = Set.of(
            "--profile",
            "--up",
            "--seconds",
            "--warm-up",
            "--connections",
            "--line",
            "--ipv6",
            "--inside-ipv6",
            "--outside-ipv6",
            "--native",
            "--script",
            "--seed",
            "--svg");

    private static final Set<String> ONLY_WITH_CASES = Set.of("--runs", "--json", "--charts");

    private String profile = "seed";
    private boolean up;
    private long seconds = 20;
    private long warmUpSeconds = 5;
    private int connections = 1;
    private int line;
    private String encapsulation = LabBond.DEFAULT_ENCAPSULATION;
    private boolean told;
    private boolean measuringNative;
    private String scheduler = "earliest-arrival";
    private @Nullable String daemonClass;
    private IpFamily inside = IpFamily.V4;
    private IpFamily outside = IpFamily.V4;
    private List<LabEvent> events = List.of();
    private long seed = 1;
    private @Nullable Path directory;
    private @Nullable Path svg;
    private boolean all;
    private final List<String> cases = new ArrayList<>();
    private int seeds = 1;
    private boolean json;
    private @Nullable Path charts;

    LabArguments(List<String> arguments) throws IOException {
        List<String> rest = new ArrayList<>(arguments);
        Set<String> given = new HashSet<>();
        while (!rest.isEmpty()) {
            String name = rest.remove(0);
            given.add(name);
            switch (name) {
                case "--all" -> all = true;
                case "--case" -> cases.add(value(name, rest));
                case "--runs" -> seeds = (int) number(name, rest);
                case "--json" -> json = true;
                case "--charts" -> charts = Path.of(value(name, rest));
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
        given.retainAll(isJudged() ? NOT_WITH_CASES : ONLY_WITH_CASES);
        if (!given.isEmpty()) {
            throw new IllegalArgumentException(
                    given + (isJudged() ? " has no meaning beside --all and --case" : " needs --all or --case"));
        }
        if (!trials().isEmpty() && (charts != null || !encapsulation.equals(LabBond.DEFAULT_ENCAPSULATION))) {
            throw new IllegalArgumentException(
                    trials() + " has no charts and no other encapsulation than " + LabBond.DEFAULT_ENCAPSULATION);
        }
        if (seeds < 1 || seeds > 100) {
            throw new IllegalArgumentException("--runs must be 1..100, got " + seeds);
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

    /** Whether cases are run, and not one scenario. */
    boolean isJudged() {
        return all || !cases.isEmpty();
    }

    /** Those of the names given that are trials and no cases. */
    List<String> trials() {
        return cases.stream().filter(Trials.names()::contains).toList();
    }

    /** The cases to run. */
    List<BondCase> cases() {
        List<BondCase> wanted = all
                ? Cases.of(BondCase.Stage.LAB)
                : cases.stream()
                        .filter(name -> !Trials.names().contains(name))
                        .map(LabArguments::named)
                        .toList();
        for (BondCase each : wanted) {
            if (!each.stages().contains(BondCase.Stage.LAB)) {
                throw new IllegalArgumentException("case " + each.name() + " is only for the simulator");
            }
        }
        return wanted;
    }

    private static BondCase named(String name) {
        try {
            return Cases.named(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; beside cases: " + String.join(", ", Trials.names()), e);
        }
    }

    /** How often each case is run, with the seeds 1 and up. */
    int seeds() {
        return seeds;
    }

    boolean isJson() {
        return json;
    }

    /** Where the drawings of cases go; made if missing. */
    Path charts() throws IOException {
        return charts == null ? Files.createTempDirectory("aggr-lab-charts-") : Files.createDirectories(charts);
    }

    String encapsulation() {
        return encapsulation;
    }

    boolean isTold() {
        return told;
    }

    /** Puts into a bond what was asked for. */
    LabBond refine(LabBond bond) {
        return bond.withScheduler(scheduler).withSeeds(told);
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
