package io.aggr.examples.lab;

import io.aggr.sim.LineEvent;
import io.aggr.sim.LineSettings;
import io.aggr.sim.LineSpec;
import io.aggr.sim.Loss;
import io.aggr.sim.cases.CaseEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that happens to a line while the lab runs.
 *
 * @param at time since the events were handed to the lab, not negative
 * @param label what happens, for reports
 * @param line name of the line, or "line" with its place counted from 1
 * @param kind what is done
 * @param change for {@link Kind#CHANGE}: makes the new line of the present one and the one at the start
 */
public record LabEvent(Duration at, String label, String line, Kind kind, BinaryOperator<LineSpec> change) {

    /** What is done to the line. */
    public enum Kind {
        /** The line carries packets differently. */
        CHANGE,
        /** The modem has lost its line and says so to whoever sends. */
        UNPLUG,
        /** The modem has its line back. */
        PLUG,
        /** The modem gets another public address and forgets its translations. */
        RENUMBER,
        /** The modem forgets its translations and gives everything other ports, at the same public address. */
        REMAP,
        /** Gate-megabit's interface towards the modem goes away. */
        DETACH,
        /** It comes back, with its name and address. */
        ATTACH
    }

    private static final Pattern STATEMENT = Pattern.compile(
            "(?:at +(?<at>[0-9.]+ *(?:ms|s|min)) +)?(?<verb>[a-z]+) +(?<line>[^ ]+)(?: +(?<way>down|up))?(?: +(?<value>.+))?");
    private static final Pattern QUANTITY = Pattern.compile("([0-9]+(?:\\.[0-9]+)?) *([a-zA-Z/%]*)");

    /** Checks the parts. */
    public LabEvent {
        Objects.requireNonNull(at, "at");
        Objects.requireNonNull(label, "label");
        Objects.requireNonNull(line, "line");
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(change, "change");
        if (at.isNegative()) {
            throw new IllegalArgumentException("event.at must not be negative, got " + at);
        }
    }

    /**
     * An event of a line set.
     *
     * @param event as the simulator has it
     * @return the same for the lab
     */
    public static LabEvent of(LineEvent event) {
        return new LabEvent(
                event.at(), event.label(), event.line().name(), Kind.CHANGE, (present, first) -> event.line());
    }

    /**
     * An event of a case.
     *
     * @param event as the case has it
     * @return the same for the lab
     */
    public static LabEvent of(CaseEvent event) {
        Kind kind = switch (event.kind()) {
            case REBIND -> Kind.RENUMBER;
            case REMOVE_INTERFACE -> Kind.DETACH;
            case RESTORE_INTERFACE -> Kind.ATTACH;
        };
        return new LabEvent(event.at(), event.label(), event.line(), kind, (present, first) -> present);
    }

    /**
     * Reads a script: one statement per line or between semicolons, {@code #} begins a comment.
     *
     * <pre>
     *   at 10s cut line1               # swallows everything, silently
     *   at 20s restore line1           # as it was at the start
     *   at 20s rate line1 down 1 Mbit/s
     *   at 20s loss line1 1 %
     *   at 20s delay line1 up 80 ms
     *   at 30s unplug line2            # the modem answers "unreachable"
     *   at 40s plug line2
     *   at 50s renumber line1          # another public address
     *   at 55s remap line1             # the same address, but other ports for all translations
     *   at 60s detach line1            # gate-megabit's interface towards the modem goes away
     *   at 70s attach line1
     * </pre>
     *
     * <p>Without {@code down} or {@code up} a statement is about both directions; without {@code at} it happens at once.
     *
     * @param text the script
     * @return its events in the order of the text
     * @throws IllegalArgumentException if a statement is not understood; the message holds it and what is allowed
     */
    public static List<LabEvent> parseScript(String text) {
        List<LabEvent> events = new ArrayList<>();
        for (String row : text.split("[\n;]", -1)) {
            int comment = row.indexOf('#');
            String statement = (comment < 0 ? row : row.substring(0, comment)).strip();
            if (!statement.isEmpty()) {
                events.add(parse(statement));
            }
        }
        return events;
    }

    private static LabEvent parse(String statement) {
        Matcher matcher = STATEMENT.matcher(statement);
        if (!matcher.matches()) {
            throw wrong(statement, "at TIME VERB LINE [down|up] [VALUE]");
        }
        Duration at = matcher.group("at") == null ? Duration.ZERO : duration(matcher.group("at"), statement);
        String line = matcher.group("line");
        String way = matcher.group("way");
        String value = matcher.group("value");
        String verb = matcher.group("verb");
        String label = statement.replaceFirst("^at +[0-9.]+ *(ms|s|min) +", "");
        boolean takesValue = List.of("rate", "loss", "delay").contains(verb);
        if (takesValue != (value != null)) {
            throw wrong(statement, takesValue ? verb + " LINE [down|up] VALUE" : verb + " LINE");
        }
        return switch (verb) {
            case "cut" -> changing(at, label, line, way, settings -> settings.withBlackHole(true));
            case "restore" -> new LabEvent(at, label, line, Kind.CHANGE, (present, first) -> first);
            case "rate" -> {
                long rate = rate(value, statement);
                yield changing(at, label, line, way, settings -> settings.withRateBitsPerSecond(rate));
            }
            case "loss" -> {
                Loss loss = Loss.random(percent(value, statement));
                yield changing(at, label, line, way, settings -> settings.withLoss(loss));
            }
            case "delay" -> {
                Duration delay = duration(value, statement);
                yield changing(at, label, line, way, settings -> settings.withDelay(delay));
            }
            case "unplug" -> new LabEvent(at, label, line, Kind.UNPLUG, (present, first) -> present);
            case "plug" -> new LabEvent(at, label, line, Kind.PLUG, (present, first) -> present);
            case "renumber" -> new LabEvent(at, label, line, Kind.RENUMBER, (present, first) -> present);
            case "remap" -> new LabEvent(at, label, line, Kind.REMAP, (present, first) -> present);
            case "detach" -> new LabEvent(at, label, line, Kind.DETACH, (present, first) -> present);
            case "attach" -> new LabEvent(at, label, line, Kind.ATTACH, (present, first) -> present);
            default ->
                throw wrong(
                        statement, "cut, restore, rate, loss, delay, unplug, plug, renumber, remap, detach or attach");
        };
    }

    private static LabEvent changing(
            Duration at,
            String label,
            String line,
            @org.jspecify.annotations.Nullable String way,
            UnaryOperator<LineSettings> change) {
        return new LabEvent(at, label, line, Kind.CHANGE, (present, first) -> {
            LineSpec changed = present;
            if (!"up".equals(way)) {
                changed = changed.withDown(change.apply(changed.down()));
            }
            if (!"down".equals(way)) {
                changed = changed.withUp(change.apply(changed.up()));
            }
            return changed;
        });
    }

    private static long rate(String text, String statement) {
        return Math.round(quantity(text, statement, "a rate such as 800 kbit/s or 4 Mbit/s", unit -> switch (unit) {
            case "bit/s" -> 1;
            case "kbit/s" -> 1e3;
            case "Mbit/s" -> 1e6;
            case "Gbit/s" -> 1e9;
            default -> Double.NaN;
        }));
    }

    private static double percent(String text, String statement) {
        return quantity(text, statement, "a loss such as 1 %", unit -> unit.equals("%") ? 0.01 : Double.NaN);
    }

    private static Duration duration(String text, String statement) {
        return Duration.ofNanos(
                Math.round(quantity(text, statement, "a time such as 80 ms or 10 s", unit -> switch (unit) {
                    case "ms" -> 1e6;
                    case "s" -> 1e9;
                    case "min" -> 60e9;
                    default -> Double.NaN;
                })));
    }

    /** A factor for each known unit, not-a-number for others. */
    private interface Units {
        double factor(String unit);
    }

    private static double quantity(String text, String statement, String allowed, Units units) {
        Matcher matcher = QUANTITY.matcher(text.strip());
        double value =
                matcher.matches() ? Double.parseDouble(matcher.group(1)) * units.factor(matcher.group(2)) : Double.NaN;
        if (Double.isNaN(value)) {
            throw wrong(statement, allowed);
        }
        return value;
    }

    private static IllegalArgumentException wrong(String statement, String allowed) {
        return new IllegalArgumentException(String.format(Locale.ROOT, "in \"%s\": expected %s", statement, allowed));
    }
}
