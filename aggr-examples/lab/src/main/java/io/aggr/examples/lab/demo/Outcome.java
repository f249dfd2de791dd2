package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.demo.Stage.Way;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** All that the demo has shown, and what follows from it. */
final class Outcome {

    /** A full segment with time stamps (RFC 7323) in a packet of 1500 bytes. */
    private static final double NATIVE_PAYLOAD = 1448.0 / 1500;

    private final LineSet lines;
    private final double tunnelPayload;
    private final List<Measured> all = new ArrayList<>();

    /**
     * Nothing shown yet.
     *
     * @param tunnelPayload payload of a full packet through the tunnel, as a share of the packet on the line
     */
    Outcome(LineSet lines, double tunnelPayload) {
        this.lines = lines;
        this.tunnelPayload = tunnelPayload;
    }

    void add(Measured measured) {
        all.add(measured);
    }

    List<Measured> all() {
        return List.copyOf(all);
    }

    /** All lines together, kB/s of packets. */
    double sumKilobytes(Direction direction) {
        return lines.lines().stream()
                .mapToDouble(line -> kilobytes(line, direction))
                .sum();
    }

    private static double kilobytes(LineSpec line, Direction direction) {
        return (direction == Direction.DOWN ? line.down() : line.up()).rateBitsPerSecond() / 8e3;
    }

    private Optional<Measured> find(Way way, Direction direction, int connections) {
        return all.stream()
                .filter(measured -> !measured.stage().isCutting()
                        && measured.stage().way() == way
                        && measured.stage().direction() == direction
                        && measured.stage().connections() == connections)
                .findFirst();
    }

    /** The better of the lines alone; where it was not measured, what TCP can have on it at best. */
    private double bestAlone(Direction direction) {
        double best = 0;
        for (Way way : List.of(Way.LINE_1, Way.LINE_2)) {
            best = Math.max(
                    best,
                    find(way, direction, 1)
                            .map(Measured::kilobytes)
                            .orElse(kilobytes(lines.lines().get(way.line() - 1), direction) * NATIVE_PAYLOAD));
        }
        return best;
    }

    private double bonded(Direction direction) {
        return find(Way.BONDED, direction, 1).map(Measured::kilobytes).orElse(0.0);
    }

    /** Whether one connection over the bond got more than over either line alone, both ways. */
    boolean isGood() {
        return bonded(Direction.DOWN) > bestAlone(Direction.DOWN) && bonded(Direction.UP) > bestAlone(Direction.UP);
    }

    /** The table at the end. */
    List<String> table(Style style) {
        List<String> rows = new ArrayList<>();
        rows.add(style.bold(columns("kB/s of TCP payload", "down", "up", "ping beside the download")));
        rows.add(row(Way.LINE_1, 1));
        rows.add(row(Way.LINE_2, 1));
        all.stream()
                .filter(measured -> measured.stage().way() == Way.PER_CONNECTION)
                .forEach(measured ->
                        rows.add(row(Way.PER_CONNECTION, measured.stage().connections())));
        rows.add(style.bold(row(Way.BONDED, 1)));
        rows.add("  " + style.faint(style.rule(70)));
        double down = sumKilobytes(Direction.DOWN);
        double up = sumKilobytes(Direction.UP);
        rows.add(columns("wanted in 2006", whole(down), whole(up), "every bit of both lines"));
        rows.add(columns(
                "most that TCP can have",
                whole(down * NATIVE_PAYLOAD),
                whole(up * NATIVE_PAYLOAD),
                "1448 of 1500 bytes"));
        rows.add(columns(
                "most through the tunnel",
                whole(down * tunnelPayload),
                whole(up * tunnelPayload),
                Math.round(tunnelPayload * 1500) + " of 1500 bytes"));
        return rows;
    }

    private String row(Way way, int connections) {
        Optional<Measured> down = find(way, Direction.DOWN, connections);
        Optional<Measured> up = find(way, Direction.UP, connections);
        String label =
                down.or(() -> up).map(measured -> measured.stage().label()).orElse(way.label());
        double ping = down.map(Measured::pingMillis).orElse(Double.NaN);
        return columns(
                label,
                down.map(measured -> whole(measured.kilobytes())).orElse("-"),
                up.map(measured -> whole(measured.kilobytes())).orElse("-"),
                Double.isNaN(ping) ? "" : String.format(Locale.ROOT, "%.0f ms", ping));
    }

    private static String columns(String label, String down, String up, String note) {
        return String.format(Locale.ROOT, "  %-26s%6s%7s     %s", label, down, up, note);
    }

    private static String whole(double kilobytes) {
        return String.format(Locale.ROOT, "%.0f", kilobytes);
    }

    /** What it means. */
    List<String> verdict() {
        List<String> rows = new ArrayList<>();
        double down = bonded(Direction.DOWN);
        double up = bonded(Direction.UP);
        rows.add(String.format(Locale.ROOT, "  One TCP connection got %.0f kB/s down and %.0f kB/s up,", down, up));
        rows.add(String.format(
                Locale.ROOT,
                "  %.2f and %.2f times what the better line gives alone.",
                down / bestAlone(Direction.DOWN),
                up / bestAlone(Direction.UP)));
        all.stream()
                .filter(measured -> measured.stage().isCutting())
                .findFirst()
                .ifPresent(measured -> {
                    Duration back = measured.backAfter();
                    rows.add(String.format(
                            Locale.ROOT,
                            "  When line 1 failed it paused for %.2f s and went on at %.0f kB/s;",
                            measured.longestGap().toMillis() / 1e3,
                            measured.kilobytesWhileCut()));
                    rows.add(
                            back.isNegative()
                                    ? "  line 1 did not carry as much as before until the end."
                                    : String.format(
                                            Locale.ROOT,
                                            "  %.1f s after its return line 1 carried as much as before.",
                                            back.toMillis() / 1e3));
                });
        if (!isGood()) {
            rows.add("  That is NOT more than the lines alone.");
        }
        return rows;
    }
}
