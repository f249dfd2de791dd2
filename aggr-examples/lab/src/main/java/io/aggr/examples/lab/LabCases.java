package io.aggr.examples.lab;

import io.aggr.PeerConfig;
import io.aggr.examples.lab.traffic.DatagramPlan;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.sim.LineSpec;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.CaseReport;
import io.aggr.sim.cases.CaseResult;
import io.aggr.sim.cases.CaseTraffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Runs cases in the lab, one after the other, and draws each. */
final class LabCases {

    private static final int UDP_HEADER_BYTES = 8;

    private final LabOptions options;
    private final UnaryOperator<LabBond> bonds;
    private final String encapsulation;
    private final Path charts;
    private final Consumer<String> progress;
    private final BooleanSupplier stopping;
    private int failed;

    /**
     * Cases of a kind of bond.
     *
     * @param options how labs are run, with a daemon; addresses, seed and machines are those of the case
     * @param encapsulation name of the encapsulation
     * @param bonds refines the bond: scheduler, whether rates are told
     * @param charts existing directory for one drawing and one report per case
     * @param progress is told what is going on, one sentence at a time
     * @param stopping asked after a failure: whether everything is about to end, so that no other run is worth while
     */
    LabCases(
            LabOptions options,
            String encapsulation,
            UnaryOperator<LabBond> bonds,
            Path charts,
            Consumer<String> progress,
            BooleanSupplier stopping) {
        this.options = options;
        this.encapsulation = encapsulation;
        this.bonds = bonds;
        this.charts = charts;
        this.progress = progress;
        this.stopping = stopping;
    }

    /** How many runs could not be made. */
    int failed() {
        return failed;
    }

    /** Runs each case once per seed. A run that fails is told of and left out. */
    CaseReport run(List<BondCase> cases, int seeds) throws IOException {
        List<CaseResult> results = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            BondCase bondCase = cases.get(i);
            List<CaseResult> own = new ArrayList<>();
            for (int seed = 1; seed <= seeds; seed++) {
                run(bondCase, seed, own);
            }
            results.addAll(own);
            String outcome = own.isEmpty() ? "failed" : outcome(CaseReport.worst(own));
            progress.accept(
                    String.format(Locale.ROOT, "[%2d/%d] %-24s %s", i + 1, cases.size(), bondCase.name(), outcome));
        }
        return new CaseReport(results);
    }

    private static String outcome(CaseResult worst) {
        return String.format(
                Locale.ROOT,
                "%5.1f %% of ideal  %s",
                worst.shareOfIdeal() * 100,
                !worst.isValid() ? "void" : worst.isMet() ? "met" : "missed: " + worst.missed());
    }

    private void run(BondCase bondCase, int seed, List<CaseResult> results) throws IOException {
        try {
            LabResult result = measure(bondCase, seed);
            if (!result.isValid()) {
                progress.accept(bondCase.name() + ": the machine was too slow, once more");
                result = measure(bondCase, seed);
            }
            boolean told = result.scenario().bond().map(LabBond::seeded).orElse(false);
            CaseResult judged = CaseResult.of(bondCase, seed, told, new LabFigures(result));
            results.add(judged);
            if (CaseReport.worst(results).equals(judged)) {
                String subtitle = bondCase.lines().summary() + "; " + encapsulation + ", "
                        + bondCase.traffic().text() + ", rates " + (told ? "told" : "found") + ", seed " + seed;
                String svg = LabChart.of(result, bondCase.name(), subtitle);
                Files.writeString(charts.resolve(bondCase.name() + ".svg"), svg, StandardCharsets.UTF_8);
                Files.writeString(
                        charts.resolve(bondCase.name() + ".txt"), new LabReport(result).text(), StandardCharsets.UTF_8);
            }
        } catch (IOException e) {
            if (stopping.getAsBoolean()) {
                throw e;
            }
            failed++;
            progress.accept(bondCase.name() + " with seed " + seed + " failed: " + e.getMessage());
        }
    }

    private LabResult measure(BondCase bondCase, int seed) throws IOException {
        CaseTraffic traffic = bondCase.traffic();
        AddressPlan addresses = new AddressPlan(
                bondCase.ipv6Inside() ? IpFamily.V6 : IpFamily.V4, bondCase.ipv6Outside() ? IpFamily.V6 : IpFamily.V4);
        LabOptions own = options.withAddresses(addresses)
                .withSeed(seed)
                .withHosts(new HostTraits(traffic.congestion(), traffic.ecn(), false));
        return new ScenarioRunner(own, sentence -> {}).run(scenario(bondCase, addresses));
    }

    /** A case as a scenario. */
    Scenario scenario(BondCase bondCase, AddressPlan addresses) {
        CaseTraffic traffic = bondCase.traffic();
        LabBond bond = bonds.apply(LabBond.named(encapsulation, addresses));
        if (bondCase.equalise() != PeerConfig.Equalise.AUTO) {
            String choice = bondCase.equalise().name().toLowerCase(Locale.ROOT);
            bond = bond.withPeerLines(bond.peerLines() + "equalise = \"" + choice + "\"\n");
        }
        TransferPlan plan = new TransferPlan(
                traffic.down() ? TransferPlan.Direction.DOWN : TransferPlan.Direction.UP,
                traffic.connections(),
                bondCase.duration(),
                0,
                traffic.isDatagrams() ? Optional.of(datagrams(bondCase, bond, addresses)) : Optional.empty());
        return new Scenario(
                bondCase.lines(),
                Optional.of(bond),
                1,
                plan,
                bondCase.settling(),
                true,
                bondCase.events().stream().map(LabEvent::of).toList(),
                false);
    }

    private static DatagramPlan datagrams(BondCase bondCase, LabBond bond, AddressPlan addresses) {
        CaseTraffic traffic = bondCase.traffic();
        double sum = bondCase.lines().lines().stream()
                .mapToDouble(line -> rate(line, traffic.down()))
                .sum();
        int payloadBytes = CaseTraffic.DATAGRAM_BYTES - addresses.inside().headerBytes() - UDP_HEADER_BYTES;
        double onLine = CaseTraffic.DATAGRAM_BYTES + bond.overheadBytes();
        return new DatagramPlan(
                Math.round(sum * traffic.datagramShare() * payloadBytes / onLine), payloadBytes, bondCase.settling());
    }

    private static double rate(LineSpec line, boolean down) {
        return (down ? line.down() : line.up()).rateBitsPerSecond();
    }
}
