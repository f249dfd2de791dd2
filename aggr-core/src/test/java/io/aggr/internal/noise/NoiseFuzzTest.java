package io.aggr.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.aggr.encap.OpenOutcome;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;

class NoiseFuzzTest {

    private static final int MOST_STEPS = 200;
    /** Longer than any budget, cookie or silence lasts; meanwhile both ends have something to say, as lines that are probed do. */
    private static final int CALM_SECONDS = 45;
    /** Who asks for connections asks again after such a silence, as the engine does. */
    private static final int SILENT_SECONDS = 5;

    @FuzzTest
    void a_strangers_datagram_changes_nothing_at_either_end(byte[] datagram) {
        NoiseWorld world = new NoiseWorld(1).connected();
        int answers = world.a.sent.size() + world.b.sent.size();
        long associations = world.a.associations + world.b.associations;
        for (NoiseWorld.End end : List.of(world.a, world.b)) {
            int before = end.received.size();
            end.arrive(0, datagram, NoiseWorld.address(99, 1));
            assertThat(end.received).hasSize(before);
        }
        assertThat(world.a.sent.size() + world.b.sent.size()).isEqualTo(answers);
        assertThat(world.a.associations + world.b.associations).isEqualTo(associations);
        assertThat(world.a.data(0)).isTrue();
        world.runFor(NoiseWorld.SECOND);
        assertThat(world.b.count(OpenOutcome.OPENED)).isPositive();
        assertThat(world.b.received.get(world.b.received.size() - 1)).isEqualTo(number(world.a));
    }

    /** The first byte says what happens, the second to whom or what. */
    @FuzzTest
    void after_any_mishaps_both_ends_find_each_other_again(byte[] script) {
        NoiseWorld world = new NoiseWorld(2).connected();
        for (int i = 0; i + 1 < script.length && i < 2 * MOST_STEPS; i += 2) {
            step(world, script[i] & 7, script[i + 1] & 0xFF);
        }
        world.loss = 0;
        int heard = 0;
        for (int second = 0; second < CALM_SECONDS; second++) {
            if (second % SILENT_SECONDS == 0) {
                if (world.a.received.size() == heard) {
                    world.a.connect();
                }
                heard = world.a.received.size();
            }
            world.a.data(0);
            world.b.data(0);
            world.runFor(NoiseWorld.SECOND);
        }
        for (NoiseWorld.End end : List.of(world.a, world.b)) {
            int before = end.other().received.size();
            assertThat(end.data(0)).as("a session of " + end.name).isTrue();
            world.runFor(NoiseWorld.SECOND);
            assertThat(end.other().received.size()).as("heard of " + end.name).isGreaterThan(before);
        }
        for (NoiseWorld.End end : List.of(world.a, world.b)) {
            assertThat(new HashSet<>(end.received)).as("at most once").hasSameSizeAs(end.received);
        }
    }

    private static int number(NoiseWorld.End end) {
        return end.other().received.stream().mapToInt(Integer::intValue).max().orElse(-1);
    }

    private static void step(NoiseWorld world, int what, int argument) {
        NoiseWorld.End end = (argument & 1) == 0 ? world.a : world.b;
        switch (what) {
            case 0 -> world.runFor(argument * 100L * NoiseWorld.MILLI);
            case 1 -> end.data((argument >> 1) & 1);
            case 2 -> world.loss = argument / 256.0;
            case 3 -> again(end, argument, false);
            case 4 -> again(end, argument, true);
            case 5 -> end.connect();
            case 6 -> end.wallOffsetNanos += (argument - 128) * NoiseWorld.SECOND;
            default -> {
                // A process that comes back counts its packets from the beginning; ours are told apart by number only.
                if (end == world.a && argument > 200) {
                    end.start();
                    end.connect();
                }
            }
        }
    }

    /** Something old arrives once more, as it was or with a byte changed. */
    private static void again(NoiseWorld.End end, int argument, boolean tampered) {
        if (end.sent.isEmpty()) {
            return;
        }
        byte[] old = end.sent.get(argument % end.sent.size()).clone();
        if (tampered && old.length > 0) {
            old[argument % old.length] ^= (byte) (1 << (argument & 7));
        }
        int received = end.other().received.size();
        OpenOutcome outcome = end.other().arrive(0, old, NoiseWorld.address(50 + argument, 1));
        if (tampered) {
            assertThat(outcome).as(Arrays.toString(old)).isNotEqualTo(OpenOutcome.OPENED);
            assertThat(end.other().received).hasSize(received);
        }
    }
}
