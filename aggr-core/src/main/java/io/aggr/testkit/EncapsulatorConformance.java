package io.aggr.testkit;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.testkit.EncapsulatorTrial.End;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Checks that an encapsulator keeps what {@link Encapsulator} promises, with two ends over a network in memory and in virtual time. It says
 * nothing about the strength of its cryptography.
 *
 * @since 0.1
 */
public final class EncapsulatorConformance {

    private static final long SEED = 20063;
    private static final int MTU_BYTES = 1437;
    private static final int ALTERED_BYTES = 61;
    private static final int GARBAGE = 2000;

    /** The datagram of a handshake that is lost; ours has not many. */
    private static final int MOST_LOST = 6;

    private EncapsulatorConformance() {}

    /**
     * Checks a provider with two ends.
     *
     * @param provider the provider
     * @param caller the end that knows where the other is
     * @param callee the end that waits
     * @throws BrokenRule if a promise is broken; it names which
     */
    public static void check(EncapsulatorProvider provider, EncapsulatorEnd caller, EncapsulatorEnd callee) {
        if (!Names.isValid(provider.name())) {
            throw new BrokenRule(EncapsulatorRule.NAMED, "it is \"" + provider.name() + "\".");
        }
        checkParts(provider, new EncapsulatorTrial(provider, caller, callee, 2));
        checkNothingBefore(new EncapsulatorTrial(provider, caller, callee, 2));
        connected(provider, caller, callee, 2, i -> false, EncapsulatorRule.AGREES)
                .close();
        for (int lost = 0; lost < MOST_LOST; lost++) {
            int which = lost;
            // With one line, since the first datagram may well go over all at once.
            for (int lines = 1; lines <= 2; lines++) {
                connected(provider, caller, callee, lines, i -> i == which, EncapsulatorRule.SURVIVES_LOSS)
                        .close();
            }
        }
        checkRestart(provider, caller, callee);
        try (EncapsulatorTrial trial = connected(provider, caller, callee, 2, i -> false, EncapsulatorRule.AGREES)) {
            for (End end : new End[] {trial.caller(), trial.callee()}) {
                checkRoundTrips(end);
                checkRuns(end);
                checkFullBatch(end);
                checkAltered(end);
                checkCut(end);
                checkReplay(end);
            }
            checkGarbage(trial);
            checkRemoval(trial);
        }
    }

    private static void checkParts(EncapsulatorProvider provider, EncapsulatorTrial trial) {
        try (trial) {
            Encapsulator encapsulator = trial.caller().encapsulator();
            EncapsulationTraits traits = encapsulator.traits();
            if (provider.authenticates() != traits.authenticates()) {
                throw new BrokenRule(
                        EncapsulatorRule.SAYS_THE_SAME,
                        "the one says " + provider.authenticates() + ", the other " + traits.authenticates() + ".");
            }
            List<Object> first = parts(encapsulator);
            List<Object> again = parts(encapsulator);
            if (!traits.equals(encapsulator.traits())
                    || !IntStream.range(0, first.size()).allMatch(i -> first.get(i) == again.get(i))) {
                throw new BrokenRule(EncapsulatorRule.CONSTANT_PARTS, "a second call gave another.");
            }
        }
    }

    private static List<Object> parts(Encapsulator encapsulator) {
        return List.of(encapsulator.sealer(), encapsulator.opener(), encapsulator.handshake());
    }

    private static void checkNothingBefore(EncapsulatorTrial trial) {
        try (trial) {
            for (End end : new End[] {trial.caller(), trial.callee()}) {
                if (end.isReady() || end.seal(1, 0, end.plaintext(100, 1), 1).size() > 0) {
                    throw new BrokenRule(EncapsulatorRule.NOTHING_BEFORE_THE_SESSION, "something was sealed.");
                }
            }
        }
    }

    private static EncapsulatorTrial connected(
            EncapsulatorProvider provider,
            EncapsulatorEnd caller,
            EncapsulatorEnd callee,
            int lines,
            IntPredicate lost,
            EncapsulatorRule rule) {
        EncapsulatorTrial trial = new EncapsulatorTrial(provider, caller, callee, lines);
        trial.connect(lost, rule);
        return trial;
    }

    private static void checkRestart(EncapsulatorProvider provider, EncapsulatorEnd caller, EncapsulatorEnd callee) {
        for (boolean restartCaller : new boolean[] {true, false}) {
            try (EncapsulatorTrial trial =
                    connected(provider, caller, callee, 2, i -> false, EncapsulatorRule.AGREES)) {
                End stays = restartCaller ? trial.callee() : trial.caller();
                long before = stays.association();
                trial.restart(restartCaller);
                trial.connect(i -> false, EncapsulatorRule.RESTARTS);
                if (stays.association() == before) {
                    throw new BrokenRule(
                            EncapsulatorRule.RESTARTS,
                            "the end that stayed still numbers in association " + before + " after the "
                                    + (restartCaller ? "caller" : "callee") + " has started anew.");
                }
            }
        }
    }

    private static void checkRoundTrips(End end) {
        int least = end.traits().carriesFrames() ? 1 : 20;
        for (int size = least; size <= MTU_BYTES; size += size < 300 ? 1 : 37) {
            roundTrip(end, size);
        }
        roundTrip(end, MTU_BYTES);
    }

    private static void roundTrip(End end, int size) {
        byte[] plain = end.plaintext(size, size);
        byte[] sealed = sealOne(end, plain);
        if (sealed.length != size + end.traits().overheadBytes()) {
            throw new BrokenRule(
                    EncapsulatorRule.OVERHEAD,
                    size + " bytes became " + sealed.length + " with an overhead of "
                            + end.traits().overheadBytes() + ".");
        }
        end.other().expect(sealed, plain, end.lastLine(), end.lastCounter());
    }

    private static void checkRuns(End end) {
        byte[] plain = end.plaintext(600, 9);
        var run = end.sealRun(16, plain);
        if (run.size() != 16) {
            throw new BrokenRule(EncapsulatorRule.ROUND_TRIP, "of a run of 16 only " + run.size() + " were sealed.");
        }
        // A line may bring them out of order, within bounds.
        for (int i : new int[] {3, 0, 1, 2, 7, 6, 5, 4, 8, 9, 15, 14, 13, 12, 11, 10}) {
            end.other().expect(run.get(i), plain, end.lastLine(), end.lastCounter() - 15 + i);
        }
    }

    private static void checkFullBatch(End end) {
        byte[] plain = end.plaintext(100, 3);
        int sealed = end.sealInto(4, 2, plain);
        if (sealed != 2) {
            throw new BrokenRule(
                    EncapsulatorRule.SEALS_WHAT_FITS, "of 4 datagrams for a batch of 2 it made " + sealed + ".");
        }
    }

    private static void checkAltered(End end) {
        byte[] plain = end.plaintext(ALTERED_BYTES, 5);
        byte[] sealed = sealOne(end, plain);
        long counter = end.lastCounter();
        for (int bit = 0; bit < 8 * sealed.length; bit++) {
            byte[] altered = sealed.clone();
            altered[bit >> 3] ^= (byte) (1 << (bit & 7));
            OpenOutcome outcome = end.other().open(altered);
            if (outcome == OpenOutcome.OPENED && end.traits().authenticates()) {
                throw new BrokenRule(EncapsulatorRule.REFUSES_ALTERED, "with bit " + bit + " changed it was opened.");
            }
        }
        if (end.traits().authenticates()) {
            end.other().expect(sealed, plain, end.lastLine(), counter);
        }
    }

    private static void checkCut(End end) {
        byte[] sealed = sealOne(end, end.plaintext(ALTERED_BYTES, 6));
        for (int length = 0; length <= sealed.length + 3; length++) {
            if (length != sealed.length) {
                OpenOutcome outcome = end.other().open(Arrays.copyOf(sealed, length));
                if (outcome == OpenOutcome.OPENED && end.traits().authenticates()) {
                    throw new BrokenRule(
                            EncapsulatorRule.REFUSES_CUT,
                            "of " + sealed.length + " bytes, " + length + " were opened.");
                }
            }
        }
    }

    private static void checkReplay(End end) {
        if (!end.traits().authenticates()) {
            return;
        }
        byte[] first = sealOne(end, end.plaintext(100, 7));
        long firstCounter = end.lastCounter();
        byte[] second = sealOne(end, end.plaintext(100, 8));
        end.other().expect(second, end.plaintext(100, 8), end.lastLine(), end.lastCounter());
        end.other().expect(first, end.plaintext(100, 7), end.lastLine(), firstCounter);
        for (byte[] again : new byte[][] {first, second}) {
            if (end.other().open(again) == OpenOutcome.OPENED) {
                throw new BrokenRule(EncapsulatorRule.REFUSES_REPLAYED, "it was opened again.");
            }
        }
    }

    private static void checkGarbage(EncapsulatorTrial trial) {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int i = 0; i < GARBAGE; i++) {
            byte[] bytes = new byte[random.nextInt(i % 2 == 0 ? 256 : 1500)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                // Types are small numbers; without this the first byte would stop nearly all.
                bytes[0] = (byte) random.nextInt(8);
            }
            End end = i % 3 == 0 ? trial.caller() : trial.callee();
            OpenOutcome outcome = end.open(bytes);
            if (outcome == OpenOutcome.OPENED && end.traits().authenticates()) {
                throw new BrokenRule(EncapsulatorRule.REFUSES_ALTERED, "random bytes were opened.");
            }
            end.strange(ByteBuffer.wrap(bytes), new HandshakeSource(0, 77));
        }
    }

    private static void checkRemoval(EncapsulatorTrial trial) {
        End end = trial.caller();
        byte[] sealed = sealOne(trial.callee(), trial.callee().plaintext(100, 2));
        end.remove();
        if (end.isReady() || end.seal(1, 1_000_000, end.plaintext(100, 1), 1).size() > 0) {
            throw new BrokenRule(EncapsulatorRule.FORGETS, "something was sealed.");
        }
        if (end.open(sealed) == OpenOutcome.OPENED) {
            throw new BrokenRule(EncapsulatorRule.FORGETS, "something was opened.");
        }
    }

    private static byte[] sealOne(End end, byte[] plain) {
        var sealed = end.sealRun(1, plain);
        if (sealed.size() != 1) {
            throw new BrokenRule(EncapsulatorRule.ROUND_TRIP, plain.length + " bytes were not sealed.");
        }
        return sealed.get(0);
    }
}
