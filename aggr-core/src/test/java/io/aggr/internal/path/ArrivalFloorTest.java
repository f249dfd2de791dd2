package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ArrivalFloorTest {

    private static final long MILLI = 1_000_000;

    private final ArrivalFloor floor = new ArrivalFloor();
    private final DuplicateFilter arrived = new DuplicateFilter();

    @Test
    void stands_below_the_first_hole() {
        arrived.add(1);
        arrived.add(2);
        arrived.add(4);
        assertThat(floor.rise(arrived)).isEqualTo(2);
        arrived.add(3);
        assertThat(floor.rise(arrived)).isEqualTo(4);
    }

    @Test
    void does_not_wait_for_a_hole_that_nobody_waits_for_any_more() {
        arrived.add(1);
        arrived.add(5);
        for (long now = 0; now < 500 * MILLI; now += 10 * MILLI) {
            floor.note(arrived, now);
            assertThat(floor.rise(arrived)).isEqualTo(1);
        }
        arrived.add(7);
        for (long now = 500 * MILLI; now < 700 * MILLI; now += 10 * MILLI) {
            floor.note(arrived, now);
        }
        assertThat(floor.rise(arrived)).isEqualTo(5);
    }

    @Test
    void begins_again_with_an_association() {
        arrived.add(1);
        assertThat(floor.rise(arrived)).isEqualTo(1);
        floor.reset();
        arrived.reset();
        assertThat(floor.rise(arrived)).isZero();
    }

    @Test
    void never_stays_behind_what_can_be_told_apart() {
        arrived.add(1_000_000);
        assertThat(floor.rise(arrived)).isEqualTo(1_000_000 - DuplicateFilter.REACH + 1);
    }
}
