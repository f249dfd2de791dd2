package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.PeerConfig;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.CidrPrefix;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A hub with many peers does not look at those that have nothing to do each time that one of them has. */
class ManyPeersTest {

    private static final long MILLI = 1_000_000;
    private static final int PEERS = 250;

    private final TestTun tun = new TestTun();
    private final TestEncapsulator encapsulator = new TestEncapsulator();
    private final Egress egress;
    private long nowNanos = -10_000 * MILLI;

    ManyPeersTest() {
        List<PeerSettings> peers = new ArrayList<>();
        List<AllowedIps.Entry> allowed = new ArrayList<>();
        for (int i = 0; i < PEERS; i++) {
            peers.add(new PeerSettings(
                    i,
                    "peer-" + i,
                    "under-test",
                    EarliestArrivalScheduler::new,
                    EarliestArrivalScheduler::new,
                    "gap",
                    capacity -> EngineBench.gap(16),
                    capacity -> EngineBench.gap(16),
                    false,
                    PeerConfig.Equalise.OFF,
                    List.of()));
            allowed.add(new AllowedIps.Entry(
                    CidrPrefix.parse("10." + (100 + i / 256) + "." + i % 256 + ".0/24"), i, "peer-" + i));
        }
        Engine engine = new Engine(new EngineSettings(
                tun,
                List.of(new TestLink()),
                encapsulator,
                peers,
                AllowedIps.of(allowed),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                new Random(1)::nextLong,
                EngineEvents.NONE));
        egress = engine.egress();
        egress.start(nowNanos);
        run();
        run();
    }

    /** How many peers were looked at. */
    private long run() {
        long before = encapsulator.readyAsked;
        egress.run(nowNanos);
        return encapsulator.readyAsked - before;
    }

    /** Until their turns do not come from the beginning any more, when all were looked at. */
    private void leaveAlone() {
        for (int i = 0; i < 50; i++) {
            nowNanos += 100 * MILLI;
            run();
        }
    }

    @Test
    void looks_at_each_idle_peer_once_in_five_seconds_however_often_it_is_called() {
        leaveAlone();
        long looked = 0;
        for (int i = 0; i < 5_000; i++) {
            nowNanos += MILLI;
            looked += run();
        }
        assertThat(looked).isBetween(PEERS - PEERS / 10L, PEERS + PEERS / 10L);
    }

    @Test
    void looks_at_once_at_the_peer_that_a_packet_is_for() {
        nowNanos += MILLI;
        assertThat(run()).isZero();
        tun.incoming.add(EngineBench.packet("10.1.0.1", "10.100.7.9", 100));
        tun.read(egress.openBatch());
        egress.takePackets(nowNanos);
        assertThat(run()).isEqualTo(1);
        assertThat(egress.peer(7).tunPackets()).isEqualTo(1);
        assertThat(run()).isZero();
    }

    @Test
    void passes_over_idle_peers_that_were_looked_at_meanwhile_for_another_reason() {
        long looked = 0;
        for (int i = 0; i < 4_000; i++) {
            nowNanos += MILLI;
            looked += run();
        }
        assertThat(looked).isLessThan(PEERS / 10);
    }

    @Test
    void looks_at_all_when_something_has_happened_to_a_link() {
        nowNanos += MILLI;
        egress.onLinkGone(0, nowNanos);
        assertThat(run()).isEqualTo(PEERS);
    }

    @Test
    void looks_ten_times_a_second_at_a_peer_with_traffic() {
        leaveAlone();
        tun.incoming.add(EngineBench.packet("10.1.0.1", "10.100.7.9", 100));
        tun.read(egress.openBatch());
        egress.takePackets(nowNanos);
        long looked = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNanos += MILLI;
            looked += run();
        }
        assertThat(looked).isBetween(PEERS / 5 + 5L, PEERS / 5 + PEERS / 10L + 15);
    }
}
