package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SimulatedTest
class IdleBondTest {

    private static final Duration COMING_UP = Duration.ofSeconds(10);
    private static final Duration IDLE = Duration.ofMinutes(30);

    @Test
    void a_bond_without_traffic_sends_nothing_but_a_probe_now_and_then() {
        VirtualTime time = new VirtualTime();
        SimulatedBond bond = new SimulatedBond(Simulation.of(Profiles.SEED), time);
        time.runFor(COMING_UP);
        long before = datagrams(bond.siteStats()) + datagrams(bond.hubStats());

        time.runFor(IDLE);

        long sent = datagrams(bond.siteStats()) + datagrams(bond.hubStats()) - before;
        // Two ends, two lines, a probe and its answer each ten seconds.
        assertThat(sent).isBetween(100L, 2 * 2 * 2 * IDLE.toSeconds() / 10);
        bond.stop();
    }

    @Test
    void the_first_packets_after_a_pause_go_over_two_lines() {
        for (String line : new String[] {"fast", "slow"}) {
            VirtualTime time = new VirtualTime();
            SimulatedBond bond = new SimulatedBond(Simulation.of(Profiles.UNEQUAL), time);
            time.runFor(COMING_UP);
            bond.cut(line);
            long begin = time.nowNanos();
            Ping ping = Ping.start(bond.siteHost(), bond.hubHost(), Duration.ofMillis(100));
            time.runFor(Duration.ofMillis(250));
            ping.stop();
            time.runFor(Duration.ofMillis(100));
            assertThat(ping.sentPackets()).isEqualTo(3);
            assertThat(ping.unanswered(begin, time.nowNanos()))
                    .as("with %s dead", line)
                    .isZero();
            bond.stop();
        }
    }

    private static long datagrams(BondStats stats) {
        return stats.peers().get(0).links().stream()
                .mapToLong(BondStats.LinkStats::sentPackets)
                .sum();
    }
}
