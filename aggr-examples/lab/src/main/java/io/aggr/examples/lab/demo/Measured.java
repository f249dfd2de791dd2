package io.aggr.examples.lab.demo;

import io.aggr.sim.report.Series;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * What a {@link Stage} showed. Times of series count from its first byte; rates are kB/s of 1000 bytes.
 *
 * @param stage what was shown
 * @param kilobytes what the application got, as {@link #steadyKilobytes} says, kB/s
 * @param lines what each line carried, in IP packets
 * @param payload what the application got
 * @param ping round-trip times of a ping beside it, ms, not-a-number for those without answer
 * @param pingMillis their median after the settling, not-a-number if there was no answer
 * @param longestGap longest time in which the application got nothing
 */
record Measured(
        Stage stage,
        double kilobytes,
        List<Series> lines,
        Series payload,
        Series ping,
        double pingMillis,
        Duration longestGap) {

    /** What share of the best is thought of as "back". */
    private static final double BACK = 0.9;

    private static final int EVEN_POINTS = 3;
    private static final long STEP_NANOS = 100_000_000;
    private static final long WINDOW_NANOS = 300_000_000;

    Measured {
        lines = List.copyOf(lines);
    }

    /**
     * What the application got between two moments at which it came evenly, the first not before {@link Stage#settling}. TCP hands out in one piece
     * what waited behind a lost segment; a border within such a wait would count too much or too little.
     *
     * @param payload what it got over time
     * @return kB/s, 0 if there is no such time
     */
    static double steadyKilobytes(Stage stage, Series payload) {
        double[] sorted = new double[payload.size()];
        for (int i = 0; i < sorted.length; i++) {
            sorted[i] = payload.value(i);
        }
        Arrays.sort(sorted);
        double median = sorted.length == 0 ? 0 : sorted[sorted.length / 2];
        int first = -1;
        int last = -1;
        for (int i = EVEN_POINTS - 1; i < payload.size(); i++) {
            if (payload.timeNanos(i) >= stage.settling().toNanos() && isEven(payload, i, median)) {
                first = first < 0 ? i : first;
                last = i;
            }
        }
        return last > first ? payload.mean(payload.timeNanos(first) + 1, payload.timeNanos(last) + 1) : 0;
    }

    private static boolean isEven(Series payload, int last, double median) {
        for (int i = last - EVEN_POINTS + 1; i <= last; i++) {
            if (payload.value(i) * 4 < median * 3 || payload.value(i) * 4 > median * 5) {
                return false;
            }
        }
        return true;
    }

    /** What the application got while the first line was cut, kB/s; the moment of the cut does not count. */
    double kilobytesWhileCut() {
        long from = stage.cutAt().plusMillis(500).toNanos();
        return payload.mean(from, stage.restoreAt().toNanos());
    }

    /** How long after the restoration the first line carried nearly as much as before the cut; negative if it never did. */
    Duration backAfter() {
        Series line = lines.get(0);
        double before = line.mean(
                stage.cutAt().minusMillis(800).toNanos(), stage.cutAt().toNanos());
        long restored = stage.restoreAt().toNanos();
        for (long at = restored; at + WINDOW_NANOS <= stage.duration().toNanos(); at += STEP_NANOS) {
            if (line.mean(at, at + WINDOW_NANOS) >= BACK * before) {
                return Duration.ofNanos(at - restored);
            }
        }
        return Duration.ofNanos(-1);
    }
}
