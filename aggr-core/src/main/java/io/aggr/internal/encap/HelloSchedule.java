package io.aggr.internal.encap;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** When HELLO goes out on which of the lines to one peer: at once, then at 200 ms ten times, at 1 s ten times, then every 5 s. */
final class HelloSchedule {

    private static final long FIRST_INTERVAL_NANOS = 200_000_000L;
    private static final long SECOND_INTERVAL_NANOS = 1_000_000_000L;
    private static final long LAST_INTERVAL_NANOS = 5_000_000_000L;
    private static final int ATTEMPTS_PER_STAGE = 10;

    private final LongSupplier random;
    private final List<Line> lines = new ArrayList<>();

    /**
     * Makes a schedule without lines.
     *
     * @param random lengthens the intervals, so that many ends do not fall into step
     */
    HelloSchedule(LongSupplier random) {
        this.random = random;
    }

    /**
     * Learns which lines there are. A new one is due at once; one that is gone is forgotten.
     *
     * @param numbers numbers of the lines
     * @param nowNanos monotonic time
     */
    void setLines(int[] numbers, long nowNanos) {
        lines.removeIf(line -> !contains(numbers, line.number));
        for (int number : numbers) {
            if (find(number) == null) {
                lines.add(new Line(number, nowNanos));
            }
        }
    }

    /**
     * Begins anew on all lines.
     *
     * @param nowNanos monotonic time
     */
    void restart(long nowNanos) {
        for (Line line : lines) {
            line.restart(nowNanos);
        }
    }

    /**
     * Asks again on all lines. Where that is going on already, it only does not wait longer than a second for the next time.
     *
     * @param nowNanos monotonic time
     */
    void wake(long nowNanos) {
        for (Line line : lines) {
            if (!line.isAsking) {
                line.restart(nowNanos);
            } else if (line.attempts > 0 && nowNanos - line.sentNanos >= SECOND_INTERVAL_NANOS) {
                line.dueNanos = nowNanos;
            }
        }
    }

    /**
     * There is nothing more to ask on a line.
     *
     * @param number of the line; it need not be one of ours
     */
    void stop(int number) {
        Line line = find(number);
        if (line != null) {
            line.isAsking = false;
        }
    }

    /**
     * Something was said on a line that asks as well as a HELLO would, or a HELLO was sent.
     *
     * @param number of the line; it need not be one of ours
     * @param nowNanos monotonic time
     */
    void sent(int number, long nowNanos) {
        Line line = find(number);
        if (line != null && line.isAsking) {
            line.attempts++;
            line.sentNanos = nowNanos;
            line.dueNanos = nowNanos + lengthened(intervalNanos(line.attempts));
        }
    }

    /**
     * Whether an answer is awaited on a line.
     *
     * @param number of the line; it need not be one of ours
     * @return true if HELLOs go out on it from time to time
     */
    boolean isAsking(int number) {
        Line line = find(number);
        return line != null && line.isAsking;
    }

    /**
     * Whether HELLO has to go out on a line.
     *
     * @param number of the line
     * @param nowNanos monotonic time
     * @return true if it is due
     */
    boolean isDue(int number, long nowNanos) {
        Line line = find(number);
        return line != null && line.isAsking && nowNanos - line.dueNanos >= 0;
    }

    /**
     * Distance to the next HELLO of all lines.
     *
     * @param nowNanos monotonic time
     * @return nanoseconds, 0 or less if one is due; {@link Long#MAX_VALUE} if there is none
     */
    long nanosToDeadline(long nowNanos) {
        long least = Long.MAX_VALUE;
        for (Line line : lines) {
            if (line.isAsking) {
                least = Math.min(least, line.dueNanos - nowNanos);
            }
        }
        return least;
    }

    private long lengthened(long nanos) {
        return nanos + Math.floorMod(random.getAsLong(), nanos / 4 + 1);
    }

    private static long intervalNanos(int attempts) {
        return attempts <= ATTEMPTS_PER_STAGE
                ? FIRST_INTERVAL_NANOS
                : attempts <= 2 * ATTEMPTS_PER_STAGE ? SECOND_INTERVAL_NANOS : LAST_INTERVAL_NANOS;
    }

    private @Nullable Line find(int number) {
        for (Line line : lines) {
            if (line.number == number) {
                return line;
            }
        }
        return null;
    }

    private static boolean contains(int[] numbers, int number) {
        for (int candidate : numbers) {
            if (candidate == number) {
                return true;
            }
        }
        return false;
    }

    /** One line of ours. */
    private static final class Line {
        private final int number;
        private boolean isAsking = true;
        private int attempts;
        private long sentNanos;
        private long dueNanos;

        private Line(int number, long nowNanos) {
            this.number = number;
            dueNanos = nowNanos;
        }

        private void restart(long nowNanos) {
            isAsking = true;
            attempts = 0;
            dueNanos = nowNanos;
        }
    }
}
