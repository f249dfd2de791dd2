package io.aggr.examples.daemon.rates;

import io.aggr.StartRate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * Rates by the names of peer and line, with the time at which each was found. Knows no clock and no file.
 *
 * <p>Not safe for several threads.
 */
final class KeptRates {

    /** What is older says little of a line, which may have been replaced meanwhile. */
    static final Duration MAX_AGE = Duration.ofDays(31);

    /** A peer that comes to us names its lines as it likes; so many can be up at a time. */
    static final int MAX_LINES_PER_PEER = 16;

    /** Bounds the file. A hub with a thousand peers of four lines each needs a fifth of it. */
    static final int MAX_LINES = 20_000;

    /** What is found a little differently each time is not worth a write. */
    private static final double WORTH_NOTING = 0.1;

    private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

    /** Whose line. */
    record Name(String peer, String line) implements Comparable<Name> {

        private static final Comparator<Name> ORDER =
                Comparator.comparing(Name::peer).thenComparing(Name::line);

        @Override
        public int compareTo(Name other) {
            return ORDER.compare(this, other);
        }
    }

    /** Bits per second away from this end, and when that was found, in seconds since 1970. */
    record Rate(long bitsPerSecond, long foundSeconds) {}

    private final TreeMap<Name, Rate> rates = new TreeMap<>();

    /** All of it, in order of the names. */
    Map<Name, Rate> all() {
        return new LinkedHashMap<>(rates);
    }

    /** Takes in what a file says. */
    void put(Name name, Rate rate) {
        rates.put(name, rate);
    }

    /**
     * Takes in what a bond has found. A line that nothing was sent over since keeps the time at which it was measured: its figure is the same to the bit.
     */
    void note(List<StartRate> found, long nowSeconds) {
        for (StartRate rate : found) {
            Name name = new Name(rate.peer(), rate.link());
            Rate known = rates.get(name);
            if (known == null || known.bitsPerSecond != rate.bitsPerSecond()) {
                rates.put(name, new Rate(rate.bitsPerSecond(), nowSeconds));
            }
        }
        forgetOld(nowSeconds);
        bound();
    }

    /** Forgets what is too old. What seems to come from the future stays: a machine without a clock begins in 1970 after each start. */
    private void forgetOld(long nowSeconds) {
        rates.values().removeIf(rate -> isOld(rate, nowSeconds));
    }

    static boolean isOld(Rate rate, long nowSeconds) {
        return nowSeconds - rate.foundSeconds > MAX_AGE.toSeconds();
    }

    private void bound() {
        List<Name> newestFirst = new ArrayList<>(rates.keySet());
        newestFirst.sort(Comparator.comparingLong((Name name) -> Objects.requireNonNull(rates.get(name)).foundSeconds)
                .reversed());
        Map<String, Integer> ofPeer = new HashMap<>();
        int kept = 0;
        for (Name name : newestFirst) {
            if (ofPeer.merge(name.peer, 1, Integer::sum) > MAX_LINES_PER_PEER || ++kept > MAX_LINES) {
                rates.remove(name);
            }
        }
    }

    /** Whether so much has changed since something was written that it should be written again, though the bond goes on. */
    boolean isNewsFor(Map<Name, Rate> written) {
        for (Map.Entry<Name, Rate> entry : rates.entrySet()) {
            Rate now = entry.getValue();
            Rate then = written.get(entry.getKey());
            if (then == null
                    || Math.abs(now.bitsPerSecond - then.bitsPerSecond) > WORTH_NOTING * then.bitsPerSecond
                    || now.foundSeconds - then.foundSeconds > DAY_SECONDS) {
                return true;
            }
        }
        return false;
    }

    /** For the bond. */
    List<StartRate> startRates() {
        List<StartRate> result = new ArrayList<>();
        rates.forEach((name, rate) -> result.add(new StartRate(name.peer, name.line, rate.bitsPerSecond)));
        return result;
    }
}
