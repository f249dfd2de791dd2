package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RepairBudgetTest {

    private static final long MILLI = 1_000_000;
    private static final int PACKET = 1_000;

    private final RepairBudget budget = new RepairBudget();

    private int spend(long now) {
        int count = 0;
        while (budget.allows(now, PACKET)) {
            budget.onRepair(now, PACKET);
            count++;
        }
        return count;
    }

    @Test
    void allows_a_few_packets_in_any_case() {
        assertThat(spend(-5 * MILLI)).isEqualTo((int) RepairBudget.FLOOR_BYTES / PACKET);
    }

    @Test
    void allows_a_tenth_of_what_was_sent_within_a_second() {
        for (int i = 0; i < 1_000; i++) {
            budget.onSent(i * MILLI, PACKET);
        }
        assertThat(spend(999 * MILLI)).isEqualTo(100);
        assertThat(spend(1_400 * MILLI)).isZero();
        // Both what was sent and what was repaired is forgotten.
        assertThat(spend(2_100 * MILLI)).isEqualTo((int) RepairBudget.FLOOR_BYTES / PACKET);
    }

    @Test
    void allows_a_tenth_of_what_paced_lines_carry() {
        budget.rate(8_000_000);
        assertThat(spend(0)).isEqualTo(100);
        budget.rate(Pacer.UNLIMITED);
        assertThat(spend(5_000 * MILLI)).isEqualTo((int) RepairBudget.FLOOR_BYTES / PACKET);
    }

    @Test
    void forgets_everything_in_a_long_pause() {
        spend(0);
        assertThat(budget.allows(MILLI, PACKET)).isFalse();
        assertThat(budget.allows(100_000 * MILLI, PACKET)).isTrue();
    }
}
