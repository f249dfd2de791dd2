package io.aggr.examples.lab.demo;

import io.aggr.examples.lab.demo.Stage.Way;
import io.aggr.examples.lab.traffic.TransferPlan.Direction;
import java.util.List;

/** What the demo shows, in this order. */
final class DemoPlan {

    /** Enough that chance puts some of them on either line, but for once in 128 times. */
    private static final int SEVERAL = 8;

    private DemoPlan() {}

    /** Takes about a minute. */
    static List<Stage> full() {
        return List.of(
                Stage.of(Way.LINE_1, Direction.DOWN, 1, 5_000),
                Stage.of(Way.LINE_1, Direction.UP, 1, 4_000),
                Stage.of(Way.LINE_2, Direction.DOWN, 1, 5_000),
                Stage.of(Way.LINE_2, Direction.UP, 1, 4_000),
                Stage.of(Way.PER_CONNECTION, Direction.DOWN, 1, 5_000),
                Stage.of(Way.PER_CONNECTION, Direction.DOWN, SEVERAL, 6_000),
                Stage.of(Way.BONDED, Direction.DOWN, 1, 8_000),
                Stage.of(Way.BONDED, Direction.UP, 1, 8_000),
                Stage.of(Way.BONDED, Direction.DOWN, 1, 12_000).cutting());
    }

    /** Takes about a quarter of a minute. */
    static List<Stage> quick() {
        return List.of(
                Stage.of(Way.LINE_1, Direction.DOWN, 1, 2_500),
                Stage.of(Way.LINE_2, Direction.DOWN, 1, 2_500),
                Stage.of(Way.BONDED, Direction.DOWN, 1, 4_000),
                Stage.of(Way.BONDED, Direction.UP, 1, 3_000),
                Stage.of(Way.BONDED, Direction.DOWN, 1, 4_500).cutting());
    }
}
