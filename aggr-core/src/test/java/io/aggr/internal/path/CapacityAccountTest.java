package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import io.aggr.CapacityUse;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Every byte that a line could have carried is booked, under the reason that held. */
class CapacityAccountTest {

    private static final long MILLI = 1_000_000;
    private static final long RATE = 8_000_000;

    private final Pacer pacer = new Pacer();
    private final CapacityAccount account = new CapacityAccount();

    CapacityAccountTest() {
        pacer.rate(RATE);
        pacer.restart(0);
        account.pass(0, pacer);
    }

    private long booked(CapacityUse use) {
        return account.bytes().getOrDefault(use, 0L);
    }

    @Test
    void a_thread_that_comes_too_late_for_what_waits_is_booked_as_late() {
        for (long now = 0; now <= 10_000 * MILLI; now += 5 * MILLI) {
            account.pass(now, pacer);
            // Five milliseconds are room for 5,000 bytes; the pacer makes good two of them.
            while (pacer.nanosUntilFree(now) <= 0) {
                pacer.onSent(now, 1_000);
                account.onSent(CapacityUse.PACKETS, 1_000, pacer);
            }
            account.note(CapacityUse.LATE);
        }
        assertThat(booked(CapacityUse.PACKETS)).isCloseTo(6_000_000, withinPercentage(5));
        assertThat(booked(CapacityUse.LATE)).isCloseTo(4_000_000, withinPercentage(8));
    }

    @Test
    void a_line_that_is_suspect_for_a_second_is_booked_for_a_second() {
        for (long now = 0; now <= 10_000 * MILLI; now += MILLI) {
            account.pass(now, pacer);
            account.note(now >= 4_000 * MILLI && now < 5_000 * MILLI ? CapacityUse.SUSPECT : CapacityUse.QUEUE_DROP);
        }
        assertThat(booked(CapacityUse.SUSPECT)).isCloseTo(1_000_000, withinPercentage(1));
        assertThat(booked(CapacityUse.QUEUE_DROP)).isCloseTo(9_000_000, withinPercentage(3));
    }

    @Test
    void whatever_happens_the_books_sum_up_to_what_the_line_could_have_carried() {
        CapacityUse[] reasons = {
            CapacityUse.NOTHING_TO_SEND,
            CapacityUse.REORDER_WAIT,
            CapacityUse.QUEUE_DROP,
            CapacityUse.LATE,
            CapacityUse.SCHEDULER
        };
        CapacityUse[] carried = {CapacityUse.PACKETS, CapacityUse.REPAIRS, CapacityUse.CONTROL};
        Random random = new Random(1);
        long now = 0;
        while (now < 60_000 * MILLI) {
            now += random.nextInt((int) (4 * MILLI));
            account.pass(now, pacer);
            while (pacer.nanosUntilFree(now) <= 0 && random.nextInt(3) > 0) {
                int bytes = 60 + random.nextInt(1_440);
                pacer.onSent(now, bytes);
                account.onSent(carried[random.nextInt(carried.length)], bytes, pacer);
            }
            if (random.nextInt(200) == 0) {
                pacer.pauseUntil(now + random.nextInt((int) (50 * MILLI)));
            }
            account.note(reasons[random.nextInt(reasons.length)]);
        }
        long sum = account.bytes().values().stream().mapToLong(Long::longValue).sum();
        assertThat(sum).isCloseTo(RATE / 8 * 60, withinPercentage(1));
        assertThat(account.bytes()).containsKeys(reasons).containsKeys(carried).containsKey(CapacityUse.HELD_BACK);
    }
}
