package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Handshakes under a flood: few get through as they come, and those who knock again. */
class HandshakeGateTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int HONEST = 0x5818_16F3;

    private final HandshakeGate gate = new HandshakeGate(1);
    private final SplittableRandom random = new SplittableRandom(4);
    private long nowNanos = -5 * SECOND;
    private int passed;

    private boolean knock(int sender) {
        return gate.isFree(nowNanos) || gate.admits(sender, nowNanos);
    }

    /** Fifty thousand a second from ever new senders. */
    private void flood(double seconds) {
        long end = nowNanos + Math.round(seconds * SECOND);
        while (nowNanos < end) {
            nowNanos += 20_000;
            if (knock(random.nextInt())) {
                passed++;
            }
        }
    }

    @Test
    void without_a_flood_all_get_through() {
        for (int i = 0; i < 5_000; i++) {
            nowNanos += SECOND / 150;
            assertThat(knock(random.nextInt())).isTrue();
        }
    }

    @Test
    void under_a_flood_few_get_through_and_who_knocks_again_does() {
        flood(1);
        for (int i = 0; i < 40; i++) {
            int honest = HONEST + i;
            // The first time it is a matter of luck.
            boolean unused = knock(honest);
            flood(1);
            assertThat(knock(honest)).as("second knock of %d", i).isTrue();
            flood(0.02);
            assertThat(knock(honest)).as("what comes at once after it").isTrue();
        }
        // Two hundred a second as they come, the rest by mistake of the filter.
        assertThat(passed / 41.8).isBetween(200.0, 300.0);
    }

    @Test
    void a_flood_that_repeats_itself_gets_no_further_than_the_second_bound() {
        int[] senders = random.ints(4_096).toArray();
        int through = 0;
        for (int i = 0; i < 500_000; i++) {
            nowNanos += 20_000;
            through += knock(senders[i % senders.length]) ? 1 : 0;
        }
        assertThat(through / 10.0).isBetween(1_100.0, 1_240.0);
    }

    @Test
    void a_sender_is_forgotten_after_some_seconds() {
        flood(1);
        boolean unused = knock(HONEST);
        nowNanos += 7 * SECOND;
        flood(0.5);
        int known = 0;
        for (int i = 0; i < 50; i++) {
            while (gate.isFree(nowNanos)) {
                // What is free says nothing about who is known.
            }
            known += gate.admits(HONEST + 1_000_000 + i, nowNanos) ? 1 : 0;
        }
        assertThat(known).isLessThan(5);
        assertThat(gate.admits(HONEST, nowNanos)).isFalse();
    }
}
