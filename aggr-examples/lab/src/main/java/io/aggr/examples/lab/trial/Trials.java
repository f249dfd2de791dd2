package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.attack.FloodKind;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** All trials by name: the long ones that judge a bond, and short ones of the same kind for the tests of every build. */
public final class Trials {

    private static final Duration WARM_UP = Duration.ofSeconds(8);
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final Duration FLOOD = Duration.ofSeconds(15);
    private static final int CHANGES = 50;

    private static final Map<String, Trial> LONG = all();

    private Trials() {}

    private static Map<String, Trial> all() {
        Map<String, Trial> all = new LinkedHashMap<>();
        all.put("rekeys", new RekeyTrial("rekeys", CHANGES, WARM_UP));
        all.put("rebinding-nat", new RebindingTrial("rebinding-nat", WARM_UP, Duration.ofSeconds(8)));
        all.put(
                "restart-each",
                new RestartTrial(
                        "restart-each",
                        List.of(RestartTrial.Step.MEGABIT, RestartTrial.Step.GIGABIT),
                        WARM_UP,
                        Duration.ofSeconds(14)));
        all.put(
                "restart-both",
                new RestartTrial("restart-both", List.of(RestartTrial.Step.BOTH), WARM_UP, Duration.ofSeconds(16)));
        all.put("flood-garbage", flood("flood-garbage", FloodKind.GARBAGE));
        all.put("flood-init", flood("flood-init", FloodKind.INIT));
        all.put("flood-data", flood("flood-data", FloodKind.DATA));
        return all;
    }

    private static Trial flood(String name, FloodKind kind) {
        return new FloodTrial(name, List.of(kind), WARM_UP, QUIET, FLOOD);
    }

    /**
     * Those that judge a bond.
     *
     * @return names
     */
    public static List<String> names() {
        return List.copyOf(LONG.keySet());
    }

    /**
     * One of {@link #names}.
     *
     * @param name its name
     * @return the trial
     * @throws IllegalArgumentException if there is none of this name
     */
    public static Trial named(String name) {
        Trial trial = LONG.get(name);
        if (trial == null) {
            throw new IllegalArgumentException("there is no trial " + name + "; there are " + names());
        }
        return trial;
    }

    /**
     * A few changes of keys.
     *
     * @return a trial of about ten seconds
     */
    public static Trial shortRekeys() {
        return new RekeyTrial("rekeys", 3, Duration.ofSeconds(2));
    }

    /**
     * Modems that translate anew.
     *
     * @return a trial of about ten seconds
     */
    public static Trial shortRebinding() {
        return new RebindingTrial("rebinding-nat", Duration.ofSeconds(3), Duration.ofSeconds(3));
    }

    /**
     * A restart of both ends.
     *
     * @return a trial of about ten seconds
     */
    public static Trial shortRestart() {
        return new RestartTrial(
                "restart-both", List.of(RestartTrial.Step.BOTH), Duration.ofSeconds(2), Duration.ofSeconds(6));
    }

    /**
     * All floods, one after the other.
     *
     * @return a trial of about twenty seconds
     */
    public static Trial shortFloods() {
        return new FloodTrial(
                "floods",
                List.of(FloodKind.GARBAGE, FloodKind.DATA, FloodKind.INIT),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3),
                Duration.ofSeconds(3));
    }
}
