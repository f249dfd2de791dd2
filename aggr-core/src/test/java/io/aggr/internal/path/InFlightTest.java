package io.aggr.internal.path;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class InFlightTest {

    private final InFlight ring = new InFlight(100);

    @Test
    void remembers_what_was_sent_until_it_is_acknowledged() {
        long counter = ring.add(5, 77, 1_000, 1_400, 0xABCD, 3, 9, 4);
        assertThat(counter).isZero();
        assertThat(ring.isUnacknowledged(0)).isTrue();
        assertThat(ring.sequence(0)).isEqualTo(77);
        assertThat(ring.arenaPosition(0)).isEqualTo(1_000);
        assertThat(ring.length(0)).isEqualTo(1_400);
        assertThat(ring.flowHash(0)).isEqualTo(0xABCD);
        assertThat(ring.flags(0)).isEqualTo(3);
        assertThat(ring.flowDistance(0)).isEqualTo(9);
        assertThat(ring.sentNanos(0)).isEqualTo(5);
        assertThat(ring.readNanos(0)).isEqualTo(4);
        ring.acknowledge(0);
        assertThat(ring.isUnacknowledged(0)).isFalse();
        assertThat(ring.oldestCounter()).isEqualTo(1);
    }

    @Test
    void tells_packets_from_control_frames_and_both_from_stamps() {
        long packet = ring.add(0, 1, 0, 100, 0, 0, 0, 0);
        long control = ring.add(0, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, 0);
        long probe = ring.add(0, InFlight.NO_SEQUENCE, 0, 0, 0, InFlight.STAMPED, 0, 0);
        long challenge = ring.add(0, InFlight.ELSEWHERE, 0, 0, 0, 0, 0, 0);
        assertThat(ring.hasPacket(packet)).isTrue();
        assertThat(ring.hasPacket(control)).isFalse();
        assertThat(ring.hasPacket(challenge)).isFalse();
        assertThat(ring.hasStamp(packet)).isTrue();
        assertThat(ring.hasStamp(control)).isFalse();
        assertThat(ring.hasStamp(probe)).isTrue();
    }

    @Test
    void answers_once_when_the_peer_asks_for_a_packet() {
        long packet = ring.add(0, 1, 0, 100, 0, 0, 0, 0);
        long given = ring.add(0, 2, 0, 100, 0, 0, 0, 0);
        long control = ring.add(0, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, 0);
        assertThat(ring.recall(packet)).isEqualTo(InFlight.Recall.REPAIRABLE);
        ring.sendAgain(packet);
        assertThat(ring.recall(packet)).isEqualTo(InFlight.Recall.REPAIRED);
        assertThat(ring.isUnacknowledged(packet)).isFalse();
        ring.giveUp(given);
        assertThat(ring.recall(given)).isEqualTo(InFlight.Recall.GONE);
        assertThat(ring.recall(control)).isEqualTo(InFlight.Recall.NO_PACKET);
        ring.acknowledge(packet);
        assertThat(ring.recall(packet)).isEqualTo(InFlight.Recall.REPAIRED);
        assertThat(ring.recall(3)).isEqualTo(InFlight.Recall.UNKNOWN);
        assertThat(ring.recall(-1)).isEqualTo(InFlight.Recall.UNKNOWN);
        assertThat(ring.recall(Long.MAX_VALUE)).isEqualTo(InFlight.Recall.UNKNOWN);
    }

    @Test
    void repairs_what_it_assumed_to_have_arrived_but_not_what_has() {
        long assumed = ring.add(0, 1, 0, 100, 0, 0, 0, 0);
        long arrived = ring.add(0, 2, 0, 100, 0, 0, 0, 0);
        ring.assume(assumed);
        ring.acknowledge(arrived);
        assertThat(ring.oldestCounter()).isEqualTo(2);
        assertThat(ring.recall(assumed)).isEqualTo(InFlight.Recall.REPAIRABLE);
        assertThat(ring.length(assumed)).isEqualTo(100);
        assertThat(ring.recall(arrived)).isEqualTo(InFlight.Recall.SETTLED);
    }

    @Test
    void recalls_as_many_as_it_has_room_for() {
        for (int i = 0; i < 129; i++) {
            ring.add(0, i, 0, 100, 0, 0, 0, 0);
        }
        assertThat(ring.recall(0)).isEqualTo(InFlight.Recall.UNKNOWN);
        assertThat(ring.recall(1)).isEqualTo(InFlight.Recall.REPAIRABLE);
    }

    @Test
    void agrees_with_a_map_that_forgets_the_oldest() {
        int size = 128;
        Random random = Seeded.random();
        TreeMap<Long, Long> model = new TreeMap<>();
        long next = 0;
        for (int step = 0; step < 200_000; step++) {
            if (random.nextInt(3) > 0) {
                long sequence = random.nextInt(1_000);
                assertThat(ring.add(step, sequence, 0, 1, 0, 0, 0, 0)).isEqualTo(next);
                model.put(next++, sequence);
                model.headMap(next - size).clear();
            } else {
                long counter = next - random.nextInt(2 * size) + 3;
                ring.acknowledge(counter);
                model.remove(counter);
            }
            long asked = next - random.nextInt(2 * size) + 3;
            assertThat(ring.isUnacknowledged(asked)).isEqualTo(model.containsKey(asked));
            if (model.containsKey(asked)) {
                assertThat(ring.sequence(asked)).isEqualTo(model.get(asked));
            }
            long oldest = model.isEmpty() ? next : model.firstKey();
            assertThat(ring.oldestCounter()).isLessThanOrEqualTo(oldest);
        }
        assertThat(ring.nextCounter()).isEqualTo(next);
    }

    @Test
    void begins_again_at_zero() {
        ring.add(0, 1, 0, 1, 0, 0, 0, 0);
        ring.reset();
        assertThat(ring.nextCounter()).isZero();
        assertThat(ring.isUnacknowledged(0)).isFalse();
        assertThat(ring.add(0, 2, 0, 1, 0, 0, 0, 0)).isZero();
    }
}
