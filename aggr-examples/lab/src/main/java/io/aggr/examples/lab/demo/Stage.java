package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import java.time.Duration;

/**
 * One thing that the demo shows.
 *
 * @param way what joins the two LANs
 * @param direction which way the bytes go
 * @param connections how many TCP connections share them
 * @param duration how long
 * @param isCutting whether the first line is cut after a third of the time and restored after two thirds
 */
record Stage(Way way, Direction direction, int connections, Duration duration, boolean isCutting) {

    private static final Duration LONGEST_SETTLING = Duration.ofSeconds(2);

    /** What joins the two LANs. */
    enum Way {
        /** The first line, natively. */
        LINE_1("line 1 alone"),
        /** The second line, natively. */
        LINE_2("line 2 alone"),
        /** Both, but each connection stays on one. */
        PER_CONNECTION("per connection (2006)"),
        /** Both, packet by packet. */
        BONDED("bonded");

        private final String label;

        Way(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }

        boolean isBond() {
            return this == PER_CONNECTION || this == BONDED;
        }

        /** Number of the line that is used natively, 1 and up. */
        int line() {
            return this == LINE_2 ? 2 : 1;
        }
    }

    static Stage of(Way way, Direction direction, int connections, int millis) {
        return new Stage(way, direction, connections, Duration.ofMillis(millis), false);
    }

    Stage cutting() {
        return new Stage(way, direction, connections, duration, true);
    }

    boolean isDown() {
        return direction == Direction.DOWN;
    }

    /** The begin does not count: TCP is still finding out how fast it may go. */
    Duration settling() {
        Duration third = duration.dividedBy(3);
        return third.compareTo(LONGEST_SETTLING) < 0 ? third : LONGEST_SETTLING;
    }

    Duration cutAt() {
        return duration.dividedBy(3);
    }

    Duration restoreAt() {
        return duration.multipliedBy(2).dividedBy(3);
    }

    /** For a row of the display. */
    String label() {
        return switch (way) {
            case LINE_1, LINE_2 -> way.label();
            case PER_CONNECTION -> way.label() + ", " + connections;
            case BONDED -> way.label() + (connections == 1 ? ", 1 connection" : ", " + connections + " connections");
        };
    }
}
