package io.aggr.examples.lab.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs the stages on a {@link Stand} and shows them. */
final class Demo {

    private final Stand stand;
    private final Screen screen;
    private final Outcome outcome;
    private final Drawing drawing;

    Demo(Stand stand, Screen screen, Outcome outcome, Drawing drawing) {
        this.stand = stand;
        this.screen = screen;
        this.outcome = outcome;
        this.drawing = drawing;
    }

    /** Shows all, the table and what follows from it. */
    void run(List<Stage> stages) throws IOException {
        screen.keep(drawing.head());
        for (Stage stage : stages) {
            Measured measured = stand.run(stage, progress());
            outcome.add(measured);
            screen.keep(drawing.done(measured));
        }
        List<String> end = new ArrayList<>();
        end.add("");
        end.addAll(outcome.table(screen.style()));
        end.add("");
        end.addAll(outcome.verdict());
        for (String doubt : stand.doubts()) {
            end.add("  " + screen.style().alarming(doubt));
        }
        screen.keep(end);
    }

    private Stand.Progress progress() {
        return new Stand.Progress() {
            @Override
            public void preparing(String what) {
                screen.live(List.of("  " + screen.style().faint(what + " ...")));
            }

            @Override
            public void running(Measured soFar, double seconds) {
                screen.live(drawing.live(soFar, seconds));
            }

            @Override
            public void happened(String what) {
                if (!screen.style().isTerminal()) {
                    screen.keep("    " + what);
                }
            }
        };
    }
}
