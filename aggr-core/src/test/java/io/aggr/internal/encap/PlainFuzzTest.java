package io.aggr.internal.encap;

import static io.aggr.internal.encap.PlainWorld.MILLI;
import static io.aggr.internal.encap.PlainWorld.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;

/** The handshake of {@code plain}, which anybody can speak who can send to an end. */
class PlainFuzzTest {

    private static final int MOST_STEPS = 200;
    private static final int LINES = 3;

    /** The first byte says what happens, the second to whom or what; what follows an eighth of all is a stranger's datagram. */
    @FuzzTest
    void after_any_mishaps_both_ends_are_in_one_association_again(byte[] script) {
        PlainWorld world = new PlainWorld(3, LINES, script.length > 0 && (script[0] & 1) == 1);
        world.ends[0].start();
        world.ends[1].start();
        world.runFor(SECOND);
        int at = 1;
        for (int step = 0; step < MOST_STEPS && at + 1 < script.length; step++) {
            at = step(world, script, at);
        }
        world.endFaults();
        for (PlainWorld.End end : world.ends) {
            if (end.encapsulator == null) {
                end.start();
            }
        }
        world.nanosToConvergence(60 * SECOND);
        int[] opened = {world.ends[0].opened, world.ends[1].opened};
        world.runFor(SECOND);
        for (int i = 0; i < 2; i++) {
            assertThat(world.ends[i].opened).as("heard by %d", i).isGreaterThan(opened[i] + 30);
        }
    }

    private static int step(PlainWorld world, byte[] script, int at) {
        int argument = script[at + 1] & 0xFF;
        PlainWorld.End end = world.ends[argument & 1];
        switch (script[at] & 7) {
            case 0 -> world.runFor(argument * 20L * MILLI);
            case 1 -> world.loss = argument / 256.0;
            case 2 -> world.doubling = argument / 256.0;
            case 3 -> world.maxDelay = world.minDelay + argument * 10L * MILLI;
            case 4 -> world.lineIsDown[argument % LINES] ^= true;
            case 5 -> {
                if (!world.handshakes.isEmpty()) {
                    PlainWorld.Wire old = world.handshakes.get(argument % world.handshakes.size());
                    byte[] bytes = new byte[old.datagram().remaining()];
                    old.datagram().get(old.datagram().position(), bytes);
                    if ((argument & 2) != 0) {
                        int where = argument * 7 % bytes.length;
                        // Not the number of the line: whoever forges that opens a line that nobody has, and nothing
                        // forbids it.
                        bytes[where == 1 ? 0 : where] ^= (byte) (1 << (argument & 7));
                    }
                    world.ends[old.to()].arriveFromElsewhere(argument % LINES, bytes);
                }
            }
            case 6 -> {
                end.stop();
                if (argument < 224) {
                    end.start();
                }
            }
            default -> {
                int length = Math.min(argument, script.length - at - 2);
                byte[] datagram = Arrays.copyOfRange(script, at + 2, at + 2 + length);
                end.arriveFromElsewhere(argument % LINES, datagram);
                return at + 2 + length;
            }
        }
        return at + 2;
    }
}
