package io.aggr.examples.lab;

import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.sim.LineSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One measurement: lines, what joins the LANs, a transfer, and what happens meanwhile.
 *
 * @param lines the lines; their own events happen too
 * @param bond the bond that joins the LANs, or empty for one line alone
 * @param plainLine the line that joins the LANs where there is no bond, 1 and up
 * @param transfer the transfer
 * @param warmUp how much of its beginning does not count
 * @param pinging whether pings run along
 * @param events what happens to lines, with times from the start of the transfer
 * @param measuringNative whether each line is first measured alone; otherwise its share of a clean line is computed
 */
public record Scenario(
        LineSet lines,
        Optional<LabBond> bond,
        int plainLine,
        TransferPlan transfer,
        Duration warmUp,
        boolean pinging,
        List<LabEvent> events,
        boolean measuringNative) {

    /** Checks the parts and copies the list. */
    public Scenario {
        Objects.requireNonNull(lines, "lines");
        Objects.requireNonNull(bond, "bond");
        Objects.requireNonNull(transfer, "transfer");
        Objects.requireNonNull(warmUp, "warmUp");
        events = List.copyOf(events);
        if (plainLine < 1 || plainLine > lines.lines().size()) {
            throw new IllegalArgumentException(
                    "scenario.line must be 1.." + lines.lines().size() + ", got " + plainLine);
        }
        boolean limited = !transfer.duration().isZero();
        if (warmUp.isNegative() || (limited && warmUp.compareTo(transfer.duration()) >= 0)) {
            throw new IllegalArgumentException(
                    "scenario.warm-up must be shorter than the transfer of " + transfer.duration() + ", got " + warmUp);
        }
    }

    /**
     * A download over a bond, 5 s to warm up, pings along.
     *
     * @param lines the lines
     * @param bond the bond
     * @param measured how long it counts
     * @return a scenario to refine with the {@code with} methods
     */
    public static Scenario bonded(LineSet lines, LabBond bond, Duration measured) {
        Duration warmUp = Duration.ofSeconds(5);
        return new Scenario(
                lines,
                Optional.of(bond),
                1,
                TransferPlan.download(warmUp.plus(measured)),
                warmUp,
                true,
                List.of(),
                false);
    }

    /**
     * A download over one line alone, 3 s to warm up, no pings.
     *
     * @param lines the lines
     * @param line which of them, 1 and up
     * @param measured how long it counts
     * @return a scenario to refine with the {@code with} methods
     */
    public static Scenario plain(LineSet lines, int line, Duration measured) {
        Duration warmUp = Duration.ofSeconds(3);
        return new Scenario(
                lines,
                Optional.empty(),
                line,
                TransferPlan.download(warmUp.plus(measured)),
                warmUp,
                false,
                List.of(),
                false);
    }

    /**
     * The same with another transfer.
     *
     * @param plan the transfer
     * @return a changed copy
     */
    public Scenario withTransfer(TransferPlan plan) {
        return new Scenario(lines, bond, plainLine, plan, warmUp, pinging, events, measuringNative);
    }

    /**
     * The same with another warm-up.
     *
     * @param time how much of the transfer's beginning does not count
     * @return a changed copy
     */
    public Scenario withWarmUp(Duration time) {
        return new Scenario(lines, bond, plainLine, transfer, time, pinging, events, measuringNative);
    }

    /**
     * The same with or without pings.
     *
     * @param on whether pings run along
     * @return a changed copy
     */
    public Scenario withPinging(boolean on) {
        return new Scenario(lines, bond, plainLine, transfer, warmUp, on, events, measuringNative);
    }

    /**
     * The same with these events beside those of the lines.
     *
     * @param newEvents what happens to lines
     * @return a changed copy
     */
    public Scenario withEvents(List<LabEvent> newEvents) {
        return new Scenario(lines, bond, plainLine, transfer, warmUp, pinging, newEvents, measuringNative);
    }

    /**
     * The same with or without a measurement of each line alone.
     *
     * @param on whether to measure
     * @return a changed copy
     */
    public Scenario withMeasuringNative(boolean on) {
        return new Scenario(lines, bond, plainLine, transfer, warmUp, pinging, events, on);
    }

    /**
     * The events of the lines and those of the scenario.
     *
     * @return in no particular order
     */
    public List<LabEvent> allEvents() {
        List<LabEvent> all =
                new ArrayList<>(lines.events().stream().map(LabEvent::of).toList());
        all.addAll(events);
        return all;
    }
}
