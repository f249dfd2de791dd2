package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PeerAlarmsTest {

    private static final long MILLI = 1_000_000;

    private long nowNanos = -10_000 * MILLI;

    private List<Integer> due(PeerAlarms alarms) {
        List<Integer> peers = new ArrayList<>();
        alarms.begin(nowNanos);
        for (int peer = alarms.next(); peer != PeerAlarms.NONE; peer = alarms.next()) {
            peers.add(peer);
        }
        return peers;
    }

    @Test
    void one_peer_alone_is_always_looked_at() {
        PeerAlarms alarms = new PeerAlarms(1);
        for (int i = 0; i < 3; i++) {
            assertThat(due(alarms)).containsExactly(0);
            alarms.sleep(0, Long.MAX_VALUE, true, nowNanos);
        }
        assertThat(alarms.distance(nowNanos)).isGreaterThan(1L << 60);
    }

    @Test
    void a_peer_that_sleeps_says_when_it_has_something_to_do() {
        PeerAlarms alarms = new PeerAlarms(2);
        assertThat(due(alarms)).containsExactly(0, 1);
        alarms.sleep(0, 5 * MILLI, false, nowNanos);
        alarms.sleep(1, 6 * MILLI, false, nowNanos);
        assertThat(due(alarms)).isEmpty();
        assertThat(alarms.distance(nowNanos)).isEqualTo(5 * MILLI);
        nowNanos += 5 * MILLI;
        assertThat(due(alarms)).containsExactly(0);
        alarms.wake(1);
        assertThat(alarms.distance(nowNanos)).isZero();
        assertThat(due(alarms)).containsExactly(1);
    }

    @Test
    void what_wakes_while_it_is_looked_at_is_looked_at_again() {
        PeerAlarms alarms = new PeerAlarms(3);
        due(alarms);
        for (int peer = 0; peer < 3; peer++) {
            alarms.sleep(peer, Long.MAX_VALUE, true, nowNanos);
        }
        alarms.wake(1);
        alarms.begin(nowNanos);
        assertThat(alarms.next()).isEqualTo(1);
        alarms.wake(1);
        alarms.sleep(1, Long.MAX_VALUE, true, nowNanos);
        assertThat(alarms.next()).isEqualTo(PeerAlarms.NONE);
        assertThat(due(alarms)).containsExactly(1);
    }

    @Test
    void a_peer_that_was_taken_out_is_not_looked_at_even_if_something_happens_to_it() {
        PeerAlarms alarms = new PeerAlarms(3);
        alarms.wake(1);
        alarms.remove(1);
        assertThat(due(alarms)).containsExactly(0, 2);
        alarms.wake(1);
        alarms.sleep(1, 0, false, nowNanos);
        assertThat(due(alarms)).isEmpty();
        alarms.add(7);
        assertThat(due(alarms)).containsExactly(7);
    }

    @Test
    void idle_peers_that_are_due_at_about_the_same_time_are_looked_at_together() {
        PeerAlarms alarms = new PeerAlarms(3);
        nowNanos = 7_000 * MILLI;
        due(alarms);
        alarms.sleep(0, 10_001 * MILLI, true, nowNanos);
        alarms.sleep(1, 10_024 * MILLI, true, nowNanos);
        alarms.sleep(2, 10_026 * MILLI, true, nowNanos);
        assertThat(alarms.distance(nowNanos)).isEqualTo(10_025 * MILLI);
        nowNanos += 10_025 * MILLI;
        assertThat(due(alarms)).contains(0, 1);
    }

    @Test
    void a_grain_ends_at_its_end_wherever_the_clock_began() {
        assertThat(PeerAlarms.endOfGrain(0)).isZero();
        assertThat(PeerAlarms.endOfGrain(1)).isEqualTo(25 * MILLI);
        assertThat(PeerAlarms.endOfGrain(25 * MILLI)).isEqualTo(25 * MILLI);
        assertThat(PeerAlarms.endOfGrain(-1)).isZero();
        assertThat(PeerAlarms.endOfGrain(-26 * MILLI)).isEqualTo(-25 * MILLI);
    }

    /** Against a map of times: whoever is due or awake is looked at, and nobody is left alone for longer than promised. */
    @Test
    void agrees_with_a_simple_model() {
        Random random = new Random(Long.getLong("aggr.seed", 4713));
        PeerAlarms alarms = new PeerAlarms(0);
        TreeMap<Integer, Long> dueNanos = new TreeMap<>();
        TreeMap<Integer, Long> lookedNanos = new TreeMap<>();
        TreeMap<Integer, Boolean> idle = new TreeMap<>();
        int nextPeer = 0;
        for (int step = 0; step < 20_000; step++) {
            nowNanos += random.nextInt(4) * MILLI;
            if (dueNanos.size() < 3 || random.nextInt(50) == 0) {
                alarms.add(nextPeer);
                dueNanos.put(nextPeer, nowNanos);
                idle.put(nextPeer, false);
                lookedNanos.put(nextPeer++, nowNanos);
            }
            if (dueNanos.size() > 3 && random.nextInt(50) == 0) {
                int gone = List.copyOf(dueNanos.keySet()).get(random.nextInt(dueNanos.size()));
                alarms.remove(gone);
                dueNanos.remove(gone);
                lookedNanos.remove(gone);
                idle.remove(gone);
            }
            if (random.nextInt(5) == 0) {
                int woken = List.copyOf(dueNanos.keySet()).get(random.nextInt(dueNanos.size()));
                alarms.wake(woken);
                dueNanos.put(woken, nowNanos);
            }
            List<Integer> looked = due(alarms);
            assertThat(looked).doesNotHaveDuplicates().isSubsetOf(dueNanos.keySet());
            for (int peer : List.copyOf(dueNanos.keySet())) {
                boolean wasLooked = looked.contains(peer);
                assertThat(wasLooked || dueNanos.get(peer) - nowNanos > 0).isTrue();
                long longest = (idle.get(peer) ? 10_100 : 110) * MILLI;
                assertThat(wasLooked || nowNanos - lookedNanos.get(peer) < longest)
                        .isTrue();
                if (wasLooked) {
                    long distance = random.nextInt(3_000) * MILLI;
                    boolean isIdle = random.nextBoolean();
                    alarms.sleep(peer, distance, isIdle, nowNanos);
                    boolean mayWait = isIdle && dueNanos.size() > 1 && distance >= 1_000 * MILLI;
                    long grain = mayWait ? 25 * MILLI : 1;
                    dueNanos.put(peer, -Math.floorDiv(-(nowNanos + distance), grain) * grain);
                    idle.put(peer, isIdle);
                    lookedNanos.put(peer, nowNanos);
                }
            }
            long least =
                    dueNanos.values().stream().mapToLong(Long::longValue).min().orElseThrow();
            assertThat(alarms.distance(nowNanos)).isEqualTo(least - nowNanos);
        }
    }
}
