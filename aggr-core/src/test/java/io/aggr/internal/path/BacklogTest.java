package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BacklogTest {

    private final Backlog backlog = new Backlog();

    @Test
    void gives_out_urgent_packets_first_and_each_kind_in_order() {
        backlog.add(1, 100, false);
        backlog.add(2, 10, true);
        backlog.add(3, 100, false);
        backlog.add(4, 10, true);
        assertThat(backlog.bytes()).isEqualTo(220);
        assertThat(backlog.urgentBytes()).isEqualTo(20);
        assertThat(backlog.firstOrdinary()).isEqualTo(1);
        assertThat(backlog.isUrgentNext()).isTrue();
        assertThat(new int[] {backlog.poll(), backlog.poll(), backlog.poll(), backlog.poll()})
                .containsExactly(2, 4, 1, 3);
        assertThat(backlog.poll()).isEqualTo(Backlog.NONE);
        assertThat(backlog.bytes()).isZero();
        assertThat(backlog.urgentBytes()).isZero();
    }

    @Test
    void agrees_with_two_queues() {
        Random random = Seeded.random();
        ArrayDeque<int[]> urgent = new ArrayDeque<>();
        ArrayDeque<int[]> ordinary = new ArrayDeque<>();
        for (int step = 0; step < 100_000; step++) {
            if (random.nextInt(1_000) < (step / 10_000 % 2 == 0 ? 600 : 400)) {
                int[] packet = {step, random.nextInt(1_500)};
                boolean isUrgent = random.nextInt(4) == 0;
                (isUrgent ? urgent : ordinary).add(packet);
                backlog.add(packet[0], packet[1], isUrgent);
            } else {
                int[] packet = urgent.isEmpty() ? ordinary.poll() : urgent.poll();
                assertThat(backlog.peek()).isEqualTo(packet == null ? Backlog.NONE : packet[0]);
                assertThat(backlog.poll()).isEqualTo(packet == null ? Backlog.NONE : packet[0]);
            }
            assertThat(backlog.packets()).isEqualTo(urgent.size() + ordinary.size());
        }
        assertThat(backlog.urgentBytes())
                .isEqualTo(urgent.stream().mapToInt(p -> p[1]).sum());
        assertThat(backlog.bytes() - backlog.urgentBytes())
                .isEqualTo(ordinary.stream().mapToInt(p -> p[1]).sum());
    }
}
