package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DeliveryOrderTest {

    private final DeliveryOrder order = new DeliveryOrder();

    @Test
    void tells_what_comes_behind_a_later_packet_of_its_flow() {
        assertThat(order.isBehind(7, 10)).isFalse();
        assertThat(order.isBehind(7, 9)).isTrue();
        assertThat(order.isBehind(7, 11)).isFalse();
    }

    @Test
    void compares_packets_of_the_same_flow_only() {
        order.isBehind(7, 10);
        assertThat(order.isBehind(8, 5)).isFalse();
        assertThat(order.isBehind(7 + 1_024, 5)).isFalse();
    }

    @Test
    void says_nothing_of_packets_without_a_sequence() {
        assertThat(order.isBehind(7, -1)).isFalse();
        assertThat(order.isBehind(7, -1)).isFalse();
        order.isBehind(7, 10);
        order.reset();
        assertThat(order.isBehind(7, 1)).isFalse();
    }
}
