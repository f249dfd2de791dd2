package io.aggr.sim.cases;

import static java.util.Objects.requireNonNull;

import io.aggr.PeerConfig;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSettings;
import io.aggr.sim.LineSpec;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * One row of the table by which a bond is judged: lines, what happens to them, what is sent, and the marks to reach.
 *
 * @param name short name, unique
 * @param lines the lines, and how they change
 * @param events what happens otherwise
 * @param traffic what is sent
 * @param equalise whether bulk flows get an even delay, at both ends
 * @param duration how long
 * @param settling how much of its begin does not count, unless a mark says otherwise
 * @param ipv6Inside whether the hosts speak IPv6
 * @param ipv6Outside whether the bond's datagrams are IPv6
 * @param stages where it can be run
 * @param marks what to reach, at least one
 * @since 0.1
 */
public record BondCase(
        String name,
        LineSet lines,
        List<CaseEvent> events,
        CaseTraffic traffic,
        PeerConfig.Equalise equalise,
        Duration duration,
        Duration settling,
        boolean ipv6Inside,
        boolean ipv6Outside,
        Set<Stage> stages,
        List<CaseMark> marks) {

    /** Where a case is run. */
    public enum Stage {
        /** Virtual time, modelled TCP. */
        SIMULATOR,
        /** Real daemons, kernel TCP, emulated lines. */
        LAB
    }

    /** Checks the parts and copies the lists. */
    public BondCase {
        requireNonNull(name, "case.name");
        requireNonNull(lines, "case.lines");
        events = List.copyOf(events);
        requireNonNull(traffic, "case.traffic");
        requireNonNull(equalise, "case.equalise");
        requireNonNull(duration, "case.duration");
        requireNonNull(settling, "case.settling");
        stages = Set.copyOf(stages);
        marks = List.copyOf(marks);
        if (settling.isNegative() || settling.compareTo(duration) >= 0) {
            throw new IllegalArgumentException(
                    "case.settling of " + name + " must be 0 or more and below " + duration + ", got " + settling);
        }
        if (marks.isEmpty()) {
            throw new IllegalArgumentException("case.marks of " + name + " must not be empty");
        }
        for (CaseEvent event : events) {
            lines.line(event.line());
        }
    }

    /**
     * A case of 20 s, of which the first 5 do not count, over IPv4, in the simulator and in the lab.
     *
     * @param name short name, unique
     * @param lines the lines, and how they change
     * @param traffic what is sent
     * @param marks what to reach
     * @return a case to refine
     */
    public static BondCase of(String name, LineSet lines, CaseTraffic traffic, CaseMark... marks) {
        return new BondCase(
                name,
                lines,
                List.of(),
                traffic,
                PeerConfig.Equalise.AUTO,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                false,
                false,
                EnumSet.allOf(Stage.class),
                List.of(marks));
    }

    /**
     * The same with other times.
     *
     * @param seconds length of the traffic
     * @param settlingSeconds how much of it does not count
     * @return a changed copy
     */
    public BondCase lasting(long seconds, long settlingSeconds) {
        return new BondCase(
                name,
                lines,
                events,
                traffic,
                equalise,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(settlingSeconds),
                ipv6Inside,
                ipv6Outside,
                stages,
                marks);
    }

    /**
     * The same with other families.
     *
     * @param inside whether the hosts speak IPv6
     * @param outside whether the bond's datagrams are IPv6
     * @return a changed copy
     */
    public BondCase withIpv6(boolean inside, boolean outside) {
        return new BondCase(name, lines, events, traffic, equalise, duration, settling, inside, outside, stages, marks);
    }

    /**
     * The same with another choice of an even delay.
     *
     * @param choice {@code AUTO} unless changed
     * @return a changed copy
     */
    public BondCase withEqualise(PeerConfig.Equalise choice) {
        return new BondCase(
                name, lines, events, traffic, choice, duration, settling, ipv6Inside, ipv6Outside, stages, marks);
    }

    /**
     * The same with something that happens.
     *
     * @param happenings what
     * @return a changed copy
     */
    public BondCase withEvents(CaseEvent... happenings) {
        return new BondCase(
                name,
                lines,
                List.of(happenings),
                traffic,
                equalise,
                duration,
                settling,
                ipv6Inside,
                ipv6Outside,
                stages,
                marks);
    }

    /**
     * The same, only at one stage.
     *
     * @param stage where
     * @return a changed copy
     */
    public BondCase onlyIn(Stage stage) {
        return new BondCase(
                name,
                lines,
                events,
                traffic,
                equalise,
                duration,
                settling,
                ipv6Inside,
                ipv6Outside,
                EnumSet.of(stage),
                marks);
    }

    /**
     * What the best line carries in the direction of the traffic, as it is at the start.
     *
     * @return bit/s of IP packets
     */
    public double bestLineBitsPerSecond() {
        return lines.lines().stream().mapToDouble(this::rate).max().orElse(0);
    }

    /**
     * What the lines to which nothing happens carry in the direction of the traffic.
     *
     * @return bit/s of IP packets
     */
    public double steadyLinesBitsPerSecond() {
        Set<String> touched = new HashSet<>();
        lines.events().forEach(event -> touched.add(event.line().name()));
        events.forEach(event -> touched.add(event.line()));
        return lines.lines().stream()
                .filter(line -> !touched.contains(line.name()))
                .mapToDouble(this::rate)
                .sum();
    }

    private double rate(LineSpec line) {
        LineSettings way = traffic.down() ? line.down() : line.up();
        return way.rateBitsPerSecond();
    }
}
