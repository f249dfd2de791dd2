package io.aggr.sim;

import java.time.Duration;
import java.util.List;

/**
 * The line sets against which the figures of this project are stated, shared by simulator and lab.
 *
 * <p>Modems have the deep queues of their kind: 200 ms of the nominal rate but at least 64 kB towards the owner, 250 ms
 * but at least 16 kB from the owner, fixed in bytes.
 *
 * @since 0.1
 */
public final class Profiles {
    /** Two equal ADSL lines of 4/0.8 Mbit/s, 20 ms. */
    public static final LineSet SEED =
            set("seed", "2 x 4/0.8 Mbit/s, 20 ms", modem("adsl-1", 4_000, 800, 20), modem("adsl-2", 4_000, 800, 20));

    /** Two unequal lines, 16/1 Mbit/s 15 ms and 6/0.6 Mbit/s 35 ms. */
    public static final LineSet UNEQUAL = set(
            "unequal",
            "16/1 Mbit/s, 15 ms + 6/0.6 Mbit/s, 35 ms",
            modem("fast", 16_000, 1_000, 15),
            modem("slow", 6_000, 600, 35));

    /** ADSL of 8/1 Mbit/s 12 ms and LTE of 20/5 Mbit/s 30 ms with 15 ms of jitter that keeps the order. */
    public static final LineSet ADSL_LTE = set(
            "adsl+lte",
            "8/1 Mbit/s, 12 ms + 20/5 Mbit/s, 30 ± 15 ms",
            modem("adsl", 8_000, 1_000, 12),
            jittery(modem("lte", 20_000, 5_000, 30), Jitter.inOrder(Duration.ofMillis(15))));

    /** {@link #ADSL_LTE} with jitter that lets packets overtake each other inside the LTE line. */
    public static final LineSet ADSL_LTE_REORDERING = set(
            "adsl+lte-reordering",
            "8/1 Mbit/s, 12 ms + 20/5 Mbit/s, 30 ± 15 ms out of order",
            modem("adsl", 8_000, 1_000, 12),
            jittery(modem("lte", 20_000, 5_000, 30), Jitter.reordering(Duration.ofMillis(15))));

    /** {@link #SEED} with 1 % random loss on the second line. */
    public static final LineSet LOSSY = set(
            "lossy",
            "2 x 4/0.8 Mbit/s, 20 ms, the second with 1 % loss",
            modem("adsl-1", 4_000, 800, 20),
            modem("adsl-2", 4_000, 800, 20).withLoss(Loss.random(0.01)));

    /** {@link #UNEQUAL} with 1 % random loss on the fast line. */
    public static final LineSet LOSSY_FAST = set(
            "lossy-fast",
            "unequal, the fast line with 1 % loss",
            modem("fast", 16_000, 1_000, 15).withLoss(Loss.random(0.01)),
            modem("slow", 6_000, 600, 35));

    /** {@link #UNEQUAL} with 3 % random loss on both lines. */
    public static final LineSet LOSSY_BOTH = set(
            "lossy-both",
            "unequal, both lines with 3 % loss",
            modem("fast", 16_000, 1_000, 15).withLoss(Loss.random(0.03)),
            modem("slow", 6_000, 600, 35).withLoss(Loss.random(0.03)));

    /** Four lines of 20/4, 15/3, 10/2 and 5/1 Mbit/s at 10, 20, 30 and 50 ms. */
    public static final LineSet FOUR = set(
            "four",
            "20 + 15 + 10 + 5 Mbit/s down, 4 + 3 + 2 + 1 up, 10, 20, 30, 50 ms",
            modem("a", 20_000, 4_000, 10),
            modem("b", 15_000, 3_000, 20),
            modem("c", 10_000, 2_000, 30),
            modem("d", 5_000, 1_000, 50));

    /** Two lines of 20/2 Mbit/s whose delays are 140 ms apart. */
    public static final LineSet FAR = set(
            "far",
            "2 x 20/2 Mbit/s, 10 and 150 ms",
            modem("near", 20_000, 2_000, 10),
            modem("far", 20_000, 2_000, 150));

    /** {@link #UNEQUAL}, the fast line silently dead from 20 s to 30 s. */
    public static final LineSet DEAD_FAST =
            UNEQUAL.withEvents("dead-fast", "unequal, the fast line silently dead from 20 s to 30 s", death("fast"));

    /** {@link #UNEQUAL}, the slow line silently dead from 20 s to 30 s. */
    public static final LineSet DEAD_SLOW =
            UNEQUAL.withEvents("dead-slow", "unequal, the slow line silently dead from 20 s to 30 s", death("slow"));

    /** {@link #UNEQUAL}, the fast line at a quarter of its rate towards the owner from 20 s to 40 s. */
    public static final LineSet DROP = UNEQUAL.withEvents(
            "drop",
            "unequal, the fast line at a quarter of its rate from 20 s to 40 s",
            new LineEvent(
                    Duration.ofSeconds(20),
                    "fast falls to 4 Mbit/s",
                    UNEQUAL.line("fast").withDown(UNEQUAL.line("fast").down().withRateBitsPerSecond(4_000_000))),
            new LineEvent(Duration.ofSeconds(40), "fast is back", UNEQUAL.line("fast")));

    private static final List<LineSet> ALL = List.of(
            SEED,
            UNEQUAL,
            ADSL_LTE,
            ADSL_LTE_REORDERING,
            LOSSY,
            LOSSY_FAST,
            LOSSY_BOTH,
            FOUR,
            FAR,
            DEAD_FAST,
            DEAD_SLOW,
            DROP);

    private Profiles() {}

    /**
     * All line sets.
     *
     * @return unmodifiable, in the order of the constants
     */
    public static List<LineSet> all() {
        return ALL;
    }

    /**
     * A line set by its name.
     *
     * @param name such as {@code unequal}
     * @return the set
     * @throws IllegalArgumentException if there is none; the message lists the names
     */
    public static LineSet named(String name) {
        for (LineSet set : ALL) {
            if (set.name().equals(name)) {
                return set;
            }
        }
        throw new IllegalArgumentException("no line set named \"" + name + "\"; there are "
                + String.join(", ", ALL.stream().map(LineSet::name).toList()));
    }

    /**
     * A line with the queues of a usual modem.
     *
     * @param name its name
     * @param downKilobitsPerSecond rate towards the owner, kbit/s
     * @param upKilobitsPerSecond rate from the owner, kbit/s
     * @param delayMillis one-way delay of both directions
     * @return a line with 200 ms, at least 64 kB, of queue down and 250 ms, at least 16 kB, up
     */
    public static LineSpec modem(String name, long downKilobitsPerSecond, long upKilobitsPerSecond, long delayMillis) {
        long down = downKilobitsPerSecond * 1000;
        long up = upKilobitsPerSecond * 1000;
        Duration delay = Duration.ofMillis(delayMillis);
        return new LineSpec(
                name,
                LineSettings.of(down, delay).withQueue(QueueLimit.ofModem(down, Duration.ofMillis(200), 64_000)),
                LineSettings.of(up, delay).withQueue(QueueLimit.ofModem(up, Duration.ofMillis(250), 16_000)));
    }

    private static LineSpec jittery(LineSpec line, Jitter jitter) {
        return line.withDown(line.down().withJitter(jitter)).withUp(line.up().withJitter(jitter));
    }

    private static LineEvent[] death(String lineName) {
        LineSpec line = UNEQUAL.line(lineName);
        return new LineEvent[] {
            new LineEvent(Duration.ofSeconds(20), lineName + " dies", line.withBlackHole(true)),
            new LineEvent(Duration.ofSeconds(30), lineName + " is back", line)
        };
    }

    private static LineSet set(String name, String summary, LineSpec... lines) {
        return new LineSet(name, summary, List.of(lines), List.of());
    }
}
