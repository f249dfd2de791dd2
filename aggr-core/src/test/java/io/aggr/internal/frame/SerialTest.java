package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SerialTest {

    private static final int STEPS = 1_000_000;

    @Test
    void finds_the_number_of_the_example_in_rfc_9000() {
        // Appendix A.3: 0xa82f30ea was the highest, 0x9b32 came in 16 bits.
        assertThat(Serial.reconstruct(0xa82f30ebL, 0x9b32, 16, (1L << 62) - 1)).isEqualTo(0xa82f9b32L);
    }

    @Test
    void follows_a_sender_through_every_wrap() {
        Random random = Seeded.random();
        follow(random, 24, Serial.MAX_SEQUENCE);
        follow(random, 32, Serial.MAX_COUNTER);
        follow(random, 32, Serial.MAX_SEQUENCE);
        follow(random, 16, Serial.MAX_COUNTER);
    }

    /** The sender's number runs over all boundaries; the receiver gets any number that is nearer than half a window. */
    private static void follow(Random random, int bits, long max) {
        long window = 1L << bits;
        long[] starts = {0, window - 50, (1L << 24) - 50, (1L << 32) - 50, (1L << 47) - 50, max - window, max - 100_000
        };
        for (long start : starts) {
            long expected = Math.max(0, Math.min(start, max));
            for (int i = 0; i < STEPS / starts.length / 4; i++) {
                // Mostly near, now and then as far as the window goes.
                long reach = random.nextInt(8) == 0 ? window / 2 : 64;
                long ahead = 1 - reach + random.nextLong(2 * reach);
                long sent = ahead > max - expected ? max : Math.max(0, expected + ahead);
                long got = Serial.reconstruct(expected, sent & (window - 1), bits, max);
                if (got != sent) {
                    assertThat(got).as("%d bits, expected %d", bits, expected).isEqualTo(sent);
                }
                expected = Math.max(expected, sent < max ? sent + 1 : max);
                if (expected - start > 100_000 + window) {
                    expected = start;
                }
            }
        }
    }

    @Test
    void agrees_with_a_search_among_all_candidates() {
        Random random = Seeded.random();
        for (int i = 0; i < STEPS; i++) {
            int bits = new int[] {16, 24, 32, 1 + random.nextInt(62)}[random.nextInt(4)];
            long max = random.nextBoolean() ? Long.MAX_VALUE : Serial.MAX_SEQUENCE;
            max = Math.max(max, (1L << bits) - 1);
            long expected = switch (random.nextInt(4)) {
                case 0 -> random.nextLong(max) >>> random.nextInt(63);
                case 1 -> max - (random.nextLong(max) >>> random.nextInt(63));
                case 2 -> near(random, bits, max);
                default -> random.nextLong(max);
            };
            long low = random.nextInt(8) == 0 ? expected + (1L << (bits - 1)) : random.nextLong();
            long got = Serial.reconstruct(expected, low, bits, max);
            long wanted = search(expected, low, bits, max);
            if (got != wanted) {
                assertThat(got)
                        .as("expected %d, low %d, %d bits, at most %d", expected, low, bits, max)
                        .isEqualTo(wanted);
            }
        }
    }

    private static long near(Random random, int bits, long max) {
        long multiple = (random.nextLong(max) >>> random.nextInt(63)) >>> bits << bits;
        return Math.max(0, Math.min(max, multiple - 4 + random.nextInt(8)));
    }

    /** Three candidates around the expected number; the nearest that exists, the larger one of two. */
    private static long search(long expected, long low, int bits, long max) {
        BigInteger window = BigInteger.ONE.shiftLeft(bits);
        BigInteger middle = BigInteger.valueOf(expected);
        BigInteger base = middle.subtract(middle.mod(window)).add(BigInteger.valueOf(low & ((1L << bits) - 1)));
        BigInteger best = null;
        for (int k = 1; k >= -1; k--) {
            BigInteger candidate = base.add(window.multiply(BigInteger.valueOf(k)));
            boolean exists = candidate.signum() >= 0 && candidate.compareTo(BigInteger.valueOf(max)) <= 0;
            if (exists
                    && (best == null
                            || candidate
                                            .subtract(middle)
                                            .abs()
                                            .compareTo(best.subtract(middle).abs())
                                    < 0)) {
                best = candidate;
            }
        }
        return best == null ? -1 : best.longValueExact();
    }

    @Test
    void unwraps_the_reading_of_a_clock_with_any_origin() {
        Random random = Seeded.random();
        long[] origins = {0, -1, 1L << 16, 1L << 32, -(1L << 32), Long.MAX_VALUE, Long.MIN_VALUE, 123_456_789_012L};
        for (int bits : new int[] {16, 32}) {
            long half = 1L << (bits - 1);
            for (long origin : origins) {
                long reference = origin - 1000;
                for (int i = 0; i < STEPS / 8; i++) {
                    long reach = random.nextInt(8) == 0 ? half : 2000;
                    long reading = reference - reach + random.nextLong(2 * reach);
                    long got = Serial.unwrap(reference, reading & ((1L << bits) - 1), bits);
                    if (got != reading || Serial.difference(reading, reference, bits) != reading - reference) {
                        assertThat(got).as("%d bits near %d", bits, reference).isEqualTo(reading);
                    }
                    reference += random.nextInt(200);
                }
            }
        }
    }

    @Test
    void says_which_of_two_wrapping_numbers_is_ahead() {
        assertThat(Serial.difference(2, 255, 8)).isEqualTo(3);
        assertThat(Serial.difference(255, 2, 8)).isEqualTo(-3);
        assertThat(Serial.difference(0x8000, 0, 16)).isEqualTo(-0x8000);
        assertThat(Serial.difference(0x7FFF, 0, 16)).isEqualTo(0x7FFF);
        assertThat(Serial.difference(0, 0xFFFF_FFFFL, 32)).isEqualTo(1);
    }

    @Test
    void begins_where_the_protocol_says() {
        assertThat(Serial.counter(0, 0)).isZero();
        assertThat(Serial.counter(0, 0xFFFF_FFFFL)).isEqualTo(0xFFFF_FFFFL);
        assertThat(Serial.sequence(Serial.FIRST_SEQUENCE, 1)).isEqualTo(1);
        assertThat(Serial.sequence(Serial.MAX_SEQUENCE, 0)).isEqualTo(Serial.MAX_SEQUENCE + 1 - (1 << 24));
    }

    @Test
    void ticks_and_microseconds_are_one_clock() {
        Random random = Seeded.random();
        for (int i = 0; i < 10_000; i++) {
            long nanos = random.nextLong() >> random.nextInt(40);
            assertThat(Ticks.microsOfNanos(nanos) >> 6).isEqualTo(Ticks.ofNanos(nanos));
            assertThat(nanos - Ticks.toNanos(Ticks.ofNanos(nanos))).isBetween(0L, Ticks.NANOS_PER_TICK - 1);
        }
    }
}
