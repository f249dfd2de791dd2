package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.Serial;
import org.junit.jupiter.api.Test;

class PacketNumbersTest {

    private static final long SECOND = 1_000_000_000L;

    private final PacketNumbers numbers = new PacketNumbers();

    @Test
    void counts_from_one_and_again_after_a_reset() {
        assertThat(numbers.last()).isZero();
        assertThat(numbers.take()).isEqualTo(1);
        assertThat(numbers.take()).isEqualTo(2);
        assertThat(numbers.last()).isEqualTo(2);
        numbers.reset();
        assertThat(numbers.take()).isEqualTo(1);
    }

    @Test
    void tells_how_far_behind_the_packet_before_in_the_same_flow_group_is() {
        int one = 0x01_00_00_05;
        int other = 0x02_00_00_05;
        assertThat(numbers.distanceInGroup(one, 10)).isZero();
        assertThat(numbers.distanceInGroup(other, 11)).isZero();
        assertThat(numbers.distanceInGroup(one + 7, 13)).isEqualTo(3);
        assertThat(numbers.distanceInGroup(other, 14)).isEqualTo(3);
        numbers.reset();
        assertThat(numbers.distanceInGroup(one, 1)).isZero();
    }

    @Test
    void asks_for_a_new_association_once_a_minute_when_nearly_used_up() {
        assertThat(numbers.takeRetirement(0)).isFalse();
        numbers.next(Serial.RETIRE_SEQUENCE);
        assertThat(numbers.takeRetirement(SECOND)).isTrue();
        assertThat(numbers.takeRetirement(2 * SECOND)).isFalse();
        assertThat(numbers.takeRetirement(61 * SECOND)).isTrue();
        numbers.reset();
        assertThat(numbers.takeRetirement(200 * SECOND)).isFalse();
    }

    @Test
    void are_used_up_before_a_receiver_could_mistake_them() {
        numbers.next(Serial.MAX_SEQUENCE - (1L << 24));
        assertThat(numbers.areUsedUp()).isFalse();
        numbers.take();
        assertThat(numbers.areUsedUp()).isTrue();
    }
}
