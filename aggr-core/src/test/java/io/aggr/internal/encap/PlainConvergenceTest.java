package io.aggr.internal.encap;

import static io.aggr.internal.encap.PlainWorld.MILLI;
import static io.aggr.internal.encap.PlainWorld.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.encap.OpenOutcome;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends and the lines between them, whatever happens to either. */
class PlainConvergenceTest {

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void converges_after_loss_doubling_reordering_and_restarts(boolean bothHaveLines) {
        long slowest = 0;
        for (long seed : Seeds.several(Integer.getInteger("aggr.runs", 100)).toArray()) {
            slowest = Math.max(slowest, convergence(seed, bothHaveLines));
        }
        System.out.println("slowest convergence: " + slowest / MILLI + " ms");
    }

    private static long convergence(long seed, boolean bothHaveLines) {
        SplittableRandom chance = new SplittableRandom(seed);
        PlainWorld world = new PlainWorld(chance.nextLong(), chance.nextInt(1, 5), bothHaveLines);
        try {
            world.loss = chance.nextInt(3) * 0.2;
            world.doubling = chance.nextInt(2) * 0.2;
            world.maxDelay = chance.nextInt(3) == 0 ? 3 * SECOND : chance.nextLong(30, 400) * MILLI;
            world.ends[0].start();
            world.ends[1].start();
            int restarts = chance.nextInt(8);
            for (int i = 0; i < restarts; i++) {
                world.runFor(chance.nextLong(3 * SECOND));
                int who = chance.nextInt(3);
                for (PlainWorld.End end : world.ends) {
                    if (who != end.index) {
                        end.stop();
                        world.after(chance.nextLong(2 * SECOND), () -> {
                            if (end.encapsulator == null) {
                                end.start();
                            }
                        });
                    }
                }
                world.lineIsDown[chance.nextInt(world.lineCount)] ^= true;
            }
            world.runFor(2 * SECOND);
            world.endFaults();
            // One line may have come to the longest interval while others carried data.
            long took = world.nanosToConvergence(7 * SECOND);
            staysQuietAndWhole(world);
            survivesReplays(world, chance);
            return took;
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
        }
    }

    private static void staysQuietAndWhole(PlainWorld world) {
        // What is late may still be on its way, and an end may have asked just now because it heard nothing.
        world.runFor(6 * SECOND);
        int before = world.handshakes.size();
        int[] associations = {world.ends[0].associations, world.ends[1].associations};
        int[] opened = {world.ends[0].opened, world.ends[1].opened};
        world.runFor(5 * SECOND);
        assertThat(world.handshakes).hasSize(before);
        assertThat(world.isConverged()).isTrue();
        for (PlainWorld.End end : world.ends) {
            assertThat(end.associations).isEqualTo(associations[end.index]);
            // 20 datagrams a second, line and direction.
            assertThat(end.opened - opened[end.index]).isBetween(95 * world.lineCount, 105 * world.lineCount);
        }
        // An end alone sends 5 HELLOs a second and line and what the limits allow.
        int most = 2 * (16 * world.lineCount + 2 * (20 + 64));
        assertThat(world.handshakesPerSecond.values()).allMatch(count -> count <= most);
    }

    /** All that was ever said comes again, in any order, to whom it was meant for. */
    private static void survivesReplays(PlainWorld world, SplittableRandom chance) {
        PlainSession session = world.ends[0].sending;
        List<PlainWorld.Wire> all = new ArrayList<>(world.handshakes);
        Collections.shuffle(all, new Random(chance.nextLong()));
        for (PlainWorld.Wire wire : all) {
            world.ends[wire.to()].arrive(wire.line(), wire.datagram().array());
            world.runFor(chance.nextLong(80 * MILLI));
        }
        world.runFor(SECOND);
        assertThat(world.isConverged()).isTrue();
        assertThat(world.ends[0].sending.association()).isEqualTo(session.association());
    }

    @Test
    void needs_two_round_trips_at_the_start() {
        PlainWorld world = new PlainWorld(Seeds.first(), 2, false);
        world.minDelay = 25 * MILLI;
        world.maxDelay = 25 * MILLI;
        world.ends[1].start();
        world.ends[0].start();
        assertThat(world.nanosToConvergence(SECOND)).isLessThanOrEqualTo(110 * MILLI);
        world.runFor(10 * SECOND);
        // On each of the lines: HELLO, ACK, HELLO, DONE, DONE; on all lines HELLO again when the association begins,
        // with its answers.
        assertThat(world.handshakes.size()).isLessThanOrEqualTo(16);
    }

    @Test
    void recovers_from_the_death_of_either_end_well_within_three_seconds() {
        for (int victim = 0; victim < 2; victim++) {
            for (long seed : Seeds.several(20).toArray()) {
                PlainWorld world = new PlainWorld(seed, 2, false);
                world.ends[0].start();
                world.ends[1].start();
                world.nanosToConvergence(SECOND);
                world.runFor(10 * SECOND);
                world.ends[victim].stop();
                world.runFor(world.random.nextLong(1500 * MILLI));
                world.ends[victim].start();
                assertThat(world.nanosToConvergence(3 * SECOND))
                        .as("seed %d", seed)
                        .isLessThan(1500 * MILLI);
                assertThat(world.ends[victim].associations).isEqualTo(2);
                assertThat(world.ends[1 - victim].associations).isEqualTo(2);
            }
        }
    }

    @Test
    void asking_again_does_not_disturb_an_association_that_is_alive() {
        PlainWorld world = new PlainWorld(Seeds.first(), 3, false);
        world.ends[0].start();
        world.ends[1].start();
        world.nanosToConvergence(SECOND);
        world.runFor(5 * SECOND);
        PlainSession before = world.ends[0].sending;
        // All lines stand still for four seconds, as in a power cut at the provider's.
        Arrays.fill(world.lineIsDown, true);
        int handshakes = world.handshakes.size();
        world.runFor(4 * SECOND);
        assertThat(world.handshakes.size()).isBetween(handshakes + 9, handshakes + 60);
        world.endFaults();
        world.runFor(3 * SECOND);
        assertThat(world.isConverged()).isTrue();
        assertThat(world.ends[0].sending.association()).isEqualTo(before.association());
        assertThat(world.ends[0].associations).isEqualTo(1);
        assertThat(world.ends[1].associations).isEqualTo(1);
        int quiet = world.handshakes.size();
        world.runFor(10 * SECOND);
        assertThat(world.handshakes).hasSize(quiet);
    }

    @Test
    void a_line_that_comes_late_joins_the_association() {
        PlainWorld world = new PlainWorld(Seeds.first(), 2, false);
        world.lineIsDown[1] = true;
        world.ends[0].start();
        world.ends[1].start();
        world.runFor(40 * SECOND);
        assertThat(world.ends[0].sending.openLinks().size()).isEqualTo(1);
        long association = world.ends[0].sending.association();
        world.endFaults();
        assertThat(world.nanosToConvergence(7 * SECOND)).isLessThan(6500 * MILLI);
        assertThat(world.ends[0].sending.association()).isEqualTo(association);
        assertThat(world.ends[1].associations).isEqualTo(1);
    }

    @Test
    void an_end_that_nobody_answers_asks_less_and_less() {
        PlainWorld world = new PlainWorld(Seeds.first(), 1, false);
        world.carriesData = false;
        world.ends[0].start();
        world.runFor(2 * SECOND);
        assertThat(world.handshakes.size()).isBetween(8, 11);
        world.runFor(12 * SECOND);
        assertThat(world.handshakes.size()).isBetween(19, 22);
        world.runFor(60 * SECOND);
        assertThat(world.handshakes.size()).isBetween(28, 35);
    }

    @Test
    void two_processes_with_one_id_are_told_to_the_operator() {
        PlainWorld world = new PlainWorld(Seeds.first(), 1, false);
        world.ends[0].start();
        world.ends[1].start();
        for (int i = 0; i < 8; i++) {
            world.runFor(2 * SECOND);
            world.ends[0].stop();
            world.ends[0].start();
        }
        world.runFor(2 * SECOND);
        assertThat(world.ends[1].warnings).isNotEmpty().allMatch(warning -> warning.contains("id 77"));
        assertThat(world.ends[1].outcomes.keySet())
                .isSubsetOf(
                        OpenOutcome.HANDSHAKE, OpenOutcome.OPENED, OpenOutcome.NO_SESSION, OpenOutcome.UNKNOWN_PEER);
    }
}
