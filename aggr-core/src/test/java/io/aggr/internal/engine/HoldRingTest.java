package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class HoldRingTest {

    private final HoldRing ring = new HoldRing(100);

    @Test
    void agrees_with_a_map_in_order_of_arrival() {
        Random random = new Random(3);
        Map<Integer, long[]> model = new LinkedHashMap<>();
        long position = 0;
        for (int step = 0; step < 300_000; step++) {
            if (ring.room() > 0 && random.nextInt(100) < (step / 1_000 % 2 == 0 ? 60 : 40)) {
                int peer = random.nextInt(3);
                int length = random.nextInt(1_500);
                int id = ring.add(peer, position, length);
                assertThat(model).doesNotContainKey(id);
                model.put(id, new long[] {peer, position, length});
                position += 2_000;
            } else if (!model.isEmpty()) {
                List<Integer> ids = List.copyOf(model.keySet());
                int id = random.nextInt(3) == 0 ? ids.get(0) : ids.get(random.nextInt(ids.size()));
                long[] packet = model.remove(id);
                assertThat(ring.position(id)).isEqualTo(packet[1]);
                assertThat(ring.length(id)).isEqualTo((int) packet[2]);
                ring.remove(id);
            }
            assertThat(ring.held()).isEqualTo(model.size());
            int asked = random.nextInt(140) - 5;
            int peer = random.nextInt(3);
            assertThat(ring.holds(asked, peer)).isEqualTo(model.containsKey(asked) && model.get(asked)[0] == peer);
            if (model.isEmpty()) {
                assertThat(ring.oldestPosition()).isEqualTo(Long.MAX_VALUE);
                assertThat(ring.room()).isEqualTo(128);
            } else {
                long[] oldest = model.values().iterator().next();
                assertThat(ring.oldestPosition()).isEqualTo(oldest[1]);
                assertThat(ring.oldestPeer()).isEqualTo((int) oldest[0]);
            }
        }
    }

    @Test
    void walks_over_the_packets_of_one_peer_and_lets_them_go_meanwhile() {
        for (int i = 0; i < 60; i++) {
            ring.add(i % 2, i, 100);
        }
        long[] last = {-1};
        int[] count = new int[1];
        ring.forEach(1, id -> {
            assertThat(ring.position(id)).isGreaterThan(last[0]);
            last[0] = ring.position(id);
            count[0]++;
            ring.remove(id);
        });
        assertThat(count[0]).isEqualTo(30);
        assertThat(ring.held()).isEqualTo(30);
    }
}
