package io.aggr.examples.lab.traffic;

import java.util.List;

/**
 * What came of a series of pings.
 *
 * @param echoes in the order in which they were sent
 */
public record PingResult(List<Echo> echoes) {

    /**
     * One ping.
     *
     * @param sentNanos when it left, by {@link System#nanoTime}
     * @param rttNanos time to its answer, or -1 without one
     */
    public record Echo(long sentNanos, long rttNanos) {
        /**
         * Whether there was an answer.
         *
         * @return false if it was lost
         */
        public boolean isAnswered() {
            return rttNanos >= 0;
        }
    }

    /** Copies the list. */
    public PingResult {
        echoes = List.copyOf(echoes);
    }

    /**
     * How many were sent.
     *
     * @return pings
     */
    public int sent() {
        return echoes.size();
    }

    /**
     * How many had no answer.
     *
     * @return pings
     */
    public int lost() {
        return (int) echoes.stream().filter(echo -> !echo.isAnswered()).count();
    }

    /**
     * The time within which a share of the answers came.
     *
     * @param share 0 (the fastest) to 1 (the slowest)
     * @return nanoseconds, or -1 if none was answered
     */
    public long quantileNanos(double share) {
        long[] answered = echoes.stream()
                .filter(Echo::isAnswered)
                .mapToLong(Echo::rttNanos)
                .sorted()
                .toArray();
        return answered.length == 0 ? -1 : answered[(int) Math.max(0, Math.ceil(share * answered.length) - 1)];
    }

    /**
     * Longest time between two answers.
     *
     * @return nanoseconds, or 0 with fewer than two
     */
    public long longestSilenceNanos() {
        long[] arrivals = echoes.stream()
                .filter(Echo::isAnswered)
                .mapToLong(echo -> echo.sentNanos() + echo.rttNanos())
                .sorted()
                .toArray();
        long longest = 0;
        for (int i = 1; i < arrivals.length; i++) {
            longest = Math.max(longest, arrivals[i] - arrivals[i - 1]);
        }
        return longest;
    }
}
