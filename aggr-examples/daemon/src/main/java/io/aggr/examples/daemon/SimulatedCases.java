package io.aggr.examples.daemon;

import io.aggr.sim.Simulation;
import io.aggr.sim.SimulationReport;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.CaseReport;
import io.aggr.sim.cases.CaseResult;
import io.aggr.sim.cases.CaseSimulation;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;

/** Runs cases in the simulator, as many at a time as there are processors, and draws each. */
final class SimulatedCases {

    private final List<BondCase> cases;
    private final int seeds;
    private final boolean ratesTold;
    private final UnaryOperator<Simulation> plugins;
    private final Path charts;
    private final PrintWriter progress;
    private int finished;

    /**
     * Cases to run.
     *
     * @param cases which, in the order of the report
     * @param seeds each is run with the seeds 1 to this
     * @param ratesTold whether the bonds are told what the lines carry
     * @param plugins puts scheduler and reorder buffer into a simulation
     * @param charts existing directory for one drawing per case
     * @param progress one line per case goes here
     */
    SimulatedCases(
            List<BondCase> cases,
            int seeds,
            boolean ratesTold,
            UnaryOperator<Simulation> plugins,
            Path charts,
            PrintWriter progress) {
        this.cases = List.copyOf(cases);
        this.seeds = seeds;
        this.ratesTold = ratesTold;
        this.plugins = plugins;
        this.charts = charts;
        this.progress = progress;
    }

    /** Runs them all. */
    CaseReport run() throws IOException, InterruptedException {
        int workers = Math.min(cases.size(), Runtime.getRuntime().availableProcessors());
        ExecutorService pool = Executors.newFixedThreadPool(Math.max(1, workers));
        try {
            List<Future<List<CaseResult>>> runs = new ArrayList<>();
            cases.forEach(each -> runs.add(pool.submit(() -> run(each))));
            List<CaseResult> results = new ArrayList<>();
            for (Future<List<CaseResult>> run : runs) {
                results.addAll(run.get());
            }
            return new CaseReport(results);
        } catch (ExecutionException e) {
            throw new IOException(e.getCause() == null ? e : e.getCause());
        } finally {
            pool.shutdownNow();
        }
    }

    private List<CaseResult> run(BondCase bondCase) throws IOException {
        List<CaseResult> results = new ArrayList<>();
        Map<CaseResult, SimulationReport> reports = new HashMap<>();
        for (int seed = 1; seed <= seeds; seed++) {
            SimulationReport report =
                    plugins.apply(CaseSimulation.of(bondCase, seed, ratesTold)).run();
            CaseResult result = CaseSimulation.result(bondCase, seed, ratesTold, report);
            results.add(result);
            reports.put(result, report);
        }
        CaseResult worst = CaseReport.worst(results);
        SimulationReport drawn = reports.get(worst);
        if (drawn != null) {
            Files.writeString(
                    charts.resolve(bondCase.name() + ".svg"), drawn.chart().svg());
        }
        tell(worst);
        return results;
    }

    private synchronized void tell(CaseResult worst) {
        finished++;
        progress.println(String.format(
                Locale.ROOT,
                "[%2d/%d] %-24s %5.1f %% of ideal  %s",
                finished,
                cases.size(),
                worst.bondCase().name(),
                worst.shareOfIdeal() * 100,
                worst.isMet() ? "met" : "missed: " + worst.missed()));
        progress.flush();
    }
}
