package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Two ends with keys through minutes of everything that goes wrong on lines and machines: loss in bursts, reordering, lines that die, shrink and come
 * back, modems that translate anew or get another address, threads that stand still, processes that die, clocks that are
 * set. Whatever happens, nothing is made up or altered, nothing comes twice, nothing vanishes without a count ({@link Conservation}), what is held is
 * bounded, and after each calm the bond carries packets again.
 *
 * <p>{@code -Daggr.soak.minutes=60} makes it as long as that, in virtual time, {@code -Daggr.seed} another one.
 */
@SimulatedTest
class SoakTest {

    private static final int SHORT_SECONDS = 63;
    private static final int LONGEST_RUN_SECONDS = 600;
    private static final int TROUBLE_SECONDS = 30;
    private static final int CALM_SECONDS = 15;
    /** An end that has lost its clock and its memory is let in after 15 seconds of silence; then others have to find each other again. */
    private static final int CALM_SECONDS_AFTER_STEP = 30;

    private static final int PACKET_BYTES = 400;
    private static final Duration LONGEST_DELAY = Duration.ofMillis(300);
    private static final double SHARE = 0.1;

    @Test
    void a_bond_lives_through_everything_that_goes_wrong() {
        long seed = Seeds.next("SoakTest");
        int seconds = 60 * Integer.getInteger("aggr.soak.minutes", 0);
        if (seconds == 0) {
            run(seed, SHORT_SECONDS);
        }
        for (int run = 0; seconds > 0; run++) {
            run(seed + run, Math.min(seconds, LONGEST_RUN_SECONDS));
            seconds -= LONGEST_RUN_SECONDS;
        }
    }

    private static void run(long seed, int seconds) {
        SplittableRandom random = new SplittableRandom(seed);
        boolean down = random.nextBoolean();
        Simulation simulation = Simulation.of(Profiles.SEED)
                .encrypted(true)
                .seed(seed)
                .datagrams(SHARE, PACKET_BYTES)
                .clockDrift(random.nextInt(201) - 100)
                .ipv6Outside(random.nextBoolean());
        Duration length = Duration.ofSeconds(seconds);
        simulation = down ? simulation.download(length) : simulation.upload(length);
        List<String> mishaps = new ArrayList<>();
        List<long[]> calms = new ArrayList<>();
        int at = 2;
        while (at + TROUBLE_SECONDS + CALM_SECONDS_AFTER_STEP < seconds) {
            int end = at + TROUBLE_SECONDS;
            boolean stepped = false;
            for (double next = at; next < end; next += 0.2 + 3 * random.nextDouble()) {
                stepped |= plan(simulation, Duration.ofMillis((long) (1_000 * next)), random, mishaps);
            }
            simulation.at(Duration.ofSeconds(end), "calm", SoakTest::restoreAll);
            at = end + (stepped ? CALM_SECONDS_AFTER_STEP : CALM_SECONDS);
            // Before that, those that have lost each other may find each other again.
            calms.add(new long[] {at - 5, at - 1});
        }
        String what = "seed " + seed + ", " + (down ? "down" : "up") + ": " + mishaps;
        SimulationReport report = simulation.run();
        UdpFlow flow = report.datagrams().orElseThrow();
        assertThat(flow.duplicatePackets())
                .as("packets that came twice, %s", what)
                .isZero();
        for (long[] calm : calms) {
            double goodput = report.goodputBitsPerSecond(Duration.ofSeconds(calm[0]), Duration.ofSeconds(calm[1]));
            assertThat(goodput).as("bit/s from second %d on, %s", calm[0], what).isGreaterThan(20_000);
        }
    }

    /** Whether a clock is set. */
    private static boolean plan(Simulation simulation, Duration at, SplittableRandom random, List<String> mishaps) {
        String line = Profiles.SEED.lines().get(random.nextInt(2)).name();
        double amount = random.nextDouble();
        int what = random.nextInt(14);
        // From a day back to a day ahead, and mostly by seconds or minutes.
        Duration step = Duration.ofMillis((long) (86_400_000 * (2 * amount - 1) * Math.pow(random.nextDouble(), 6)));
        Duration stall = Duration.ofMillis((long) (4_000 * amount * amount));
        String label = at.toMillis() + " " + line + " " + what;
        mishaps.add(label);
        simulation.at(at, label, bond -> {
            lookAtMemory(bond);
            switch (what) {
                case 0, 1 -> bond.change(bond.line(line).withLoss(Loss.random(amount * amount)));
                case 2 -> bond.change(bond.line(line).withLoss(Loss.bursts(amount / 4, 1 + 20 * amount)));
                case 3 -> change(bond, line, it -> it.withJitter(Jitter.reordering(part(it.delay(), amount))));
                case 4 -> change(bond, line, it -> it.withJitter(Jitter.none()).withDelay(part(LONGEST_DELAY, amount)));
                case 5 -> change(bond, line, it -> it.withRateBitsPerSecond(100_000 + (long) (8_000_000 * amount)));
                case 6 -> bond.cut(line);
                case 7 -> bond.restore(line);
                case 8 -> bond.rebind(line);
                case 9 -> bond.stallSite(stall, stall);
                case 10 -> bond.stallHub(stall, stall);
                case 11 -> bond.stepSiteClock(step);
                case 12 -> bond.stepHubClock(step);
                default -> {
                    if (amount < 0.5) {
                        bond.restartSite();
                    } else {
                        bond.restartHub();
                    }
                }
            }
        });
        return what == 11 || what == 12;
    }

    private static Duration part(Duration of, double share) {
        return Duration.ofNanos((long) (of.toNanos() * share));
    }

    private interface Change {
        LineSettings of(LineSettings before);
    }

    private static void change(SimulatedBond bond, String line, Change change) {
        LineSpec before = bond.line(line);
        bond.change(before.withDown(change.of(before.down())).withUp(change.of(before.up())));
    }

    private static void restoreAll(SimulatedBond bond) {
        lookAtMemory(bond);
        for (LineSpec line : Profiles.SEED.lines()) {
            bond.restore(line.name());
            bond.change(line);
        }
    }

    /** What both ends say that they hold, against the bounds that docs/architecture.md gives for arenas of 4 MiB. */
    private static void lookAtMemory(SimulatedBond bond) {
        for (BondStats stats : List.of(bond.siteStats(), bond.hubStats())) {
            for (BondStats.PeerStats peer : stats.peers()) {
                assertThat(peer.heldPackets()).isLessThanOrEqualTo(4_096);
                assertThat(peer.queuedPackets()).isLessThanOrEqualTo(4_096);
                assertThat(peer.queuedBytes()).isLessThanOrEqualTo(4L << 20);
                assertThat(peer.links()).hasSizeLessThanOrEqualTo(16);
                assertThat(peer.drops().values()).allMatch(count -> count >= 0);
            }
        }
    }
}
