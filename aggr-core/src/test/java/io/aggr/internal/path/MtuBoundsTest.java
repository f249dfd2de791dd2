package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MtuBoundsTest {

    private final MtuBounds bounds = new MtuBounds(1500);

    @Test
    void goes_down_through_the_sizes_that_lines_have() {
        bounds.open(1490);
        List<Integer> sizes = new ArrayList<>();
        for (int bytes = bounds.nextBelow(9_000); bytes > 0; bytes = bounds.nextBelow(bytes)) {
            sizes.add(bytes);
        }
        assertThat(sizes).containsExactly(1490, 1480, 1472, 1452, 1420, 1400, 1280, 1200);
    }

    @Test
    void goes_up_again_and_ends_at_the_ceiling() {
        bounds.open(1440);
        List<Integer> sizes = new ArrayList<>();
        for (int bytes = bounds.nextAbove(true); bytes > 0; bytes = bounds.nextAbove(true)) {
            sizes.add(bytes);
            bounds.confirm(bytes);
        }
        assertThat(sizes).containsExactly(1400, 1420, 1440);
    }

    @Test
    void bisects_what_the_usual_sizes_leave_open() {
        bounds.open(1500);
        bounds.confirm(1420);
        bounds.fail(1452);
        assertThat(bounds.nextAbove(false)).isZero();
        for (int bytes = bounds.nextAbove(true); bytes > 0; bytes = bounds.nextAbove(true)) {
            if (bytes <= 1437) {
                bounds.confirm(bytes);
            } else {
                bounds.fail(bytes);
            }
        }
        assertThat(bounds.confirmedBytes()).isBetween(1433, 1437);
        assertThat(bounds.failedBytes()).isBetween(1438, 1441);
    }

    @Test
    void forgets_a_failure_that_is_refuted() {
        bounds.open(1500);
        bounds.fail(1452);
        bounds.confirm(1400);
        assertThat(bounds.failedBytes()).isEqualTo(1452);
        bounds.confirm(1452);
        assertThat(bounds.failedBytes()).isZero();
    }

    @Test
    void is_safe_with_what_ipv6_demands_or_less_where_that_is_not_known_to_work() {
        bounds.open(1500);
        assertThat(bounds.confirmedBytes()).isEqualTo(1280);
        assertThat(bounds.safeBytes()).isEqualTo(1200);
        bounds.confirm(1420);
        assertThat(bounds.safeBytes()).isEqualTo(1280);
        bounds.lower(1200);
        assertThat(bounds.safeBytes()).isEqualTo(MtuBounds.FLOOR_BYTES);
        bounds.lower(0);
        assertThat(bounds.confirmedBytes()).isEqualTo(MtuBounds.FLOOR_BYTES);
        bounds.lower(1200);
        assertThat(bounds.confirmedBytes()).as("it only sinks").isEqualTo(MtuBounds.FLOOR_BYTES);
    }

    @Test
    void expects_no_ceiling_below_the_floor() {
        bounds.open(100);
        assertThat(bounds.ceilingBytes()).isEqualTo(MtuBounds.FLOOR_BYTES);
        assertThat(bounds.confirmedBytes()).isEqualTo(MtuBounds.FLOOR_BYTES);
        assertThat(bounds.nextBelow(MtuBounds.FLOOR_BYTES)).isZero();
    }
}
