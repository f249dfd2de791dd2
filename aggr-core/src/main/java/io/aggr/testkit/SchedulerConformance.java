package io.aggr.testkit;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Checks that a scheduler keeps what {@link Scheduler} promises, over lines of all sorts. It does not say whether the scheduler is a good one;
 * the simulator does.
 *
 * <pre>{@code
 * SchedulerConformance.check(new LowestRtt());
 * }</pre>
 *
 * @since 0.1
 */
public final class SchedulerConformance {

    private static final long SEED = 20061;
    private static final int PACKETS = 400;
    private static final int FLOWS = 12;
    private static final List<LinkState> STATES = List.of(LinkState.values());

    private SchedulerConformance() {}

    /**
     * Checks a provider without options, and the schedulers that it makes.
     *
     * @param provider the provider
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(SchedulerProvider provider) {
        check(provider, Map.of());
    }

    /**
     * Checks a provider with options, and the schedulers that it makes.
     *
     * @param provider the provider
     * @param options options for each scheduler
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(SchedulerProvider provider, Map<String, String> options) {
        if (!Names.isValid(provider.name())) {
            throw new BrokenRule(SchedulerRule.NAMED, "it is \"" + provider.name() + "\".");
        }
        check(() -> provider.create(ProviderConfig.of(options)));
    }

    /**
     * Checks schedulers.
     *
     * @param schedulers makes a new one at each call
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(Supplier<Scheduler> schedulers) {
        checkNewInstance(schedulers);
        for (long origin : new long[] {0, Long.MAX_VALUE - 1_000_000_000L, -1_000_000_000L}) {
            checkCalm(schedulers, origin, 1);
            checkCalm(schedulers, origin, 2);
            checkCalm(schedulers, origin, 16);
        }
        checkUnmeasured(schedulers);
        checkAllDown(schedulers);
        checkNumberOfLines(schedulers);
        checkSizesAndRuns(schedulers);
        checkTiers(schedulers);
        checkExtremes(schedulers);
        checkChanges(schedulers);
        checkPrompt(schedulers);
        checkAllocation(schedulers);
    }

    private static void checkNewInstance(Supplier<Scheduler> schedulers) {
        try (Scheduler one = schedulers.get();
                Scheduler other = schedulers.get()) {
            // A lambda without state may be one object for all.
            if (one == other && !one.getClass().isSynthetic() && !one.getClass().isHidden()) {
                throw new BrokenRule(SchedulerRule.NEW_INSTANCE, "two calls gave the same object.");
            }
        }
    }

    private static void checkCalm(Supplier<Scheduler> schedulers, long origin, int count) {
        ScriptedLinks links = uneven(count);
        links.setNowNanos(origin);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            int sent = 0;
            for (int i = 0; i < PACKETS; i++) {
                sent += trial.carry(randomPacket(trial, random)) ? 1 : 0;
                // A tenth of what the lines could carry.
                trial.advance(10_000_000);
            }
            if (sent < PACKETS / 2) {
                throw new BrokenRule(
                        SchedulerRule.SENDS,
                        "of " + PACKETS + " packets over " + count + " nearly idle lines only " + sent + " were sent.");
            }
            for (int i = 0; i < PACKETS; i++) {
                // As many as it takes.
                trial.carry(randomPacket(trial, random));
            }
        }
    }

    private static void checkUnmeasured(Supplier<Scheduler> schedulers) {
        for (int measured = 0; measured <= 2; measured++) {
            ScriptedLinks links = uneven(3);
            for (int i = measured; i < 3; i++) {
                links.get(i).setMeasured(false).setDelayNanos(0).setRateBitsPerSecond(LinkView.UNLIMITED);
            }
            saturate(schedulers, links);
        }
    }

    private static void checkAllDown(Supplier<Scheduler> schedulers) {
        ScriptedLinks links = uneven(3);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (LinkState state : STATES) {
                for (int i = 0; i < 3; i++) {
                    trial.setState(i, state);
                }
                for (int i = 0; i < 20; i++) {
                    trial.carry(randomPacket(trial, random));
                }
            }
            for (int i = 0; i < 3; i++) {
                trial.setState(i, LinkState.UP);
                for (int j = 0; j < 20; j++) {
                    trial.carry(randomPacket(trial, random));
                }
            }
        }
    }

    private static void checkNumberOfLines(Supplier<Scheduler> schedulers) {
        ScriptedLinks links = uneven(1);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int count : new int[] {1, 2, 3, 16, 2, 5, 1, 16}) {
                int before = links.size();
                links.resize(count);
                for (int i = before; i < count; i++) {
                    trial.setState(i, LinkState.DOWN);
                    trial.setState(i, LinkState.UP);
                }
                for (int i = 0; i < 100; i++) {
                    trial.carry(randomPacket(trial, random));
                }
            }
        }
    }

    private static void checkSizesAndRuns(Supplier<Scheduler> schedulers) {
        ScriptedLinks links = uneven(4);
        links.get(0).setMaxPacketBytes(500);
        links.get(1).setMaxPacketBytes(1280);
        links.get(2).setMaxPacketBytes(9000);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < PACKETS; i++) {
                ScriptedPacket packet = randomPacket(trial, random).setLengthBytes(random.nextInt(20, 1437));
                trial.carry(i % 3 == 0 ? packet.setCount(random.nextInt(2, 17)) : packet);
            }
            trial.carry(randomPacket(trial, random).setLengthBytes(9000));
            trial.carry(randomPacket(trial, random).setLengthBytes(9001));
            trial.carry(randomPacket(trial, random).setLengthBytes(65_535));
        }
    }

    private static void checkTiers(Supplier<Scheduler> schedulers) {
        ScriptedLinks links = uneven(4);
        links.get(0).setCostTier(255);
        links.get(1).setCostTier(1);
        links.get(3).setCostTier(1);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (LinkState cheapest : new LinkState[] {LinkState.UP, LinkState.SUSPECT, LinkState.UP}) {
                trial.setState(2, cheapest);
                for (int i = 0; i < PACKETS; i++) {
                    trial.carry(randomPacket(trial, random));
                }
            }
        }
    }

    private static void checkExtremes(Supplier<Scheduler> schedulers) {
        ScriptedLinks unlimited = new ScriptedLinks(3);
        for (int i = 0; i < 3; i++) {
            unlimited.get(i).setRateBitsPerSecond(LinkView.UNLIMITED);
        }
        saturate(schedulers, unlimited);

        ScriptedLinks slow = new ScriptedLinks(3);
        slow.get(0).setRateBitsPerSecond(1000).setDelayNanos(60_000_000_000L).setRttNanos(Long.MAX_VALUE / 4);
        slow.get(1).setRateBitsPerSecond(64_000).setLossRatio(1.0).setRttNanos(1);
        slow.get(2).setRateBitsPerSecond(1_000_000_000_000L).setDelayNanos(0).setWeight(Integer.MAX_VALUE);
        saturate(schedulers, slow);

        ScriptedLinks thin = new ScriptedLinks(2);
        thin.get(0).setRateBitsPerSecond(9_600).setWeight(1);
        thin.get(1).setRateBitsPerSecond(9_600).setDelayNanos(900_000_000).setWeight(1);
        saturate(schedulers, thin);

        ScriptedLinks full = new ScriptedLinks(2);
        full.get(0).setBacklogBytes(10_000_000);
        full.get(1).setBacklogBytes(70_000);
        saturate(schedulers, full);

        ScriptedLinks small = new ScriptedLinks(2);
        small.get(0).setBacklogLimitBytes(1);
        small.get(1).setBacklogLimitBytes(1).setRateBitsPerSecond(300_000);
        saturate(schedulers, small);
    }

    private static void saturate(Supplier<Scheduler> schedulers, ScriptedLinks links) {
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < PACKETS; i++) {
                trial.carry(randomPacket(trial, random));
            }
        }
    }

    private static void checkChanges(Supplier<Scheduler> schedulers) {
        ScriptedLinks links = uneven(5);
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), links)) {
            SplittableRandom random = new SplittableRandom(SEED);
            for (int round = 0; round < 200; round++) {
                int line = random.nextInt(links.size());
                ScriptedLink link = links.get(line);
                switch (random.nextInt(7)) {
                    case 0 -> trial.setState(line, STATES.get(random.nextInt(STATES.size())));
                    case 1 -> link.setRateBitsPerSecond(random.nextLong(100_000, 1_000_000_000));
                    case 2 ->
                        link.setDelayNanos(random.nextLong(400_000_000)).setRttNanos(random.nextLong(1, 900_000_000));
                    case 3 -> link.setLossRatio(random.nextDouble());
                    case 4 -> link.setMeasured(random.nextBoolean());
                    case 5 -> link.setCostTier(random.nextInt(3));
                    default -> trial.advance(random.nextLong(500_000_000));
                }
                trial.feedback(line);
                for (int i = 0; i < 20; i++) {
                    trial.carry(randomPacket(trial, random));
                }
            }
        }
    }

    private static void checkPrompt(Supplier<Scheduler> schedulers) {
        try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), uneven(4))) {
            trial.checkPrompt();
        }
    }

    private static void checkAllocation(Supplier<Scheduler> schedulers) {
        for (TrafficClass trafficClass : TrafficClass.values()) {
            try (SchedulerTrial trial = new SchedulerTrial(schedulers.get(), uneven(4))) {
                trial.checkAllocation(trafficClass);
            }
        }
    }

    private static ScriptedLinks uneven(int count) {
        ScriptedLinks links = new ScriptedLinks(count);
        for (int i = 0; i < count; i++) {
            links.get(i)
                    .setRateBitsPerSecond(2_000_000L * (1 + (i * 7) % 5))
                    .setDelayNanos(10_000_000L * ((i * 3) % 4))
                    .setRttNanos(20_000_000L + 20_000_000L * ((i * 3) % 4));
        }
        return links;
    }

    private static ScriptedPacket randomPacket(SchedulerTrial trial, SplittableRandom random) {
        return trial.packet()
                .setLengthBytes(random.nextInt(4) == 0 ? random.nextInt(20, 400) : 400)
                .setFlowHash(random.nextInt(FLOWS) * 0x9E37_79B9)
                .setTrafficClass(random.nextInt(5) == 0 ? TrafficClass.URGENT : TrafficClass.BULK)
                .setRepair(random.nextInt(20) == 0)
                .setWaitedNanos(random.nextLong(200_000_000));
    }
}
