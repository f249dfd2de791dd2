package io.aggr.examples.lab;

import io.aggr.examples.lab.trial.TrialReport;
import io.aggr.examples.lab.trial.Trials;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.function.UnaryOperator;

/** Runs trials, one after the other, and prints what each has shown. */
final class LabTrials {

    private final LabOptions options;
    private final UnaryOperator<LabBond> bonds;
    private final PrintStream out;
    private final boolean json;

    /**
     * Trials of a kind of bond.
     *
     * @param options how labs are run, with a daemon
     * @param bonds refines the bond: scheduler, whether rates are told
     * @param out where reports go
     * @param json whether they are for programs
     */
    LabTrials(LabOptions options, UnaryOperator<LabBond> bonds, PrintStream out, boolean json) {
        this.options = options;
        this.bonds = bonds;
        this.out = out;
        this.json = json;
    }

    /** Runs each trial once per seed; answers the exit code. */
    int run(List<String> names, int seeds) {
        int worst = LabMain.GOOD;
        for (String name : names) {
            for (int seed = 1; seed <= seeds; seed++) {
                int outcome = run(name, seed);
                worst = rank(outcome) > rank(worst) ? outcome : worst;
            }
        }
        return worst;
    }

    private int run(String name, int seed) {
        try {
            TrialReport report = Trials.named(name).run(options.withSeed(seed), bonds);
            out.print(json ? report.json() + "\n" : report.text());
            return !report.isValid() ? LabMain.VOID : report.isMet() ? LabMain.GOOD : LabMain.MISSED;
        } catch (IOException e) {
            (json ? System.err : out).println(name + " with seed " + seed + " failed: " + e.getMessage());
            return LabMain.FAILED;
        }
    }

    private static int rank(int outcome) {
        return List.of(LabMain.GOOD, LabMain.VOID, LabMain.MISSED, LabMain.FAILED)
                .indexOf(outcome);
    }
}
