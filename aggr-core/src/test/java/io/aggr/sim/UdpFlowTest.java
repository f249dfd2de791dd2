package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aggr.testing.SimulatedTest;
import java.time.Duration;
import org.junit.jupiter.api.Test;

@SimulatedTest
class UdpFlowTest {
    private static final long SECOND = 1_000_000_000L;

    private final VirtualTime time = new VirtualTime();

    /** Ten seconds of 1200-byte packets towards the owner, at 4 Mbit/s over a line of 5. */
    private UdpFlow run(LineSpec spec) {
        SimLine line = new SimLine(time, spec, 1);
        ModelHost near = new ModelHost(time, line.near(), "10.0.0.1");
        ModelHost far = new ModelHost(time, line.far(), "10.0.0.2");
        UdpFlow flow = UdpFlow.start(far, near, 4_000_000, 1_200);
        time.runUntil(10 * SECOND);
        flow.stop();
        time.runUntil(11 * SECOND);
        assertThat(near.corruptPackets()).isZero();
        return flow;
    }

    private static LineSpec line() {
        return Profiles.modem("line", 5_000, 1_000, 20);
    }

    @Test
    void delivers_what_it_sends_at_its_rate() {
        UdpFlow flow = run(line());
        assertThat(flow.sentPackets(0, 10 * SECOND)).isEqualTo(4_167);
        assertThat(flow.sentPackets(SECOND, 2 * SECOND)).isBetween(416, 417);
        assertThat(flow.lostPackets(0, 10 * SECOND)).isZero();
        assertThat(flow.overtakenPackets(0, 10 * SECOND)).isZero();
        assertThat(flow.duplicatePackets()).isZero();
        assertThat(flow.goodputBitsPerSecond(SECOND, 9 * SECOND)).isCloseTo(4e6 * 1_172 / 1_200, within(20_000.0));
        assertThat(flow.longestGapNanos(SECOND, 9 * SECOND)).isLessThan(12_000_000);
    }

    @Test
    void counts_what_the_line_loses() {
        UdpFlow flow = run(line().withLoss(Loss.random(0.05)));
        assertThat(flow.lostPackets(0, 10 * SECOND)).isBetween(160, 260);
        assertThat(flow.overtakenPackets(0, 10 * SECOND)).isZero();
    }

    @Test
    void counts_what_is_overtaken() {
        LineSpec line = line();
        UdpFlow flow = run(line.withDown(line.down().withJitter(Jitter.reordering(Duration.ofMillis(15)))));
        assertThat(flow.lostPackets(0, 10 * SECOND)).isZero();
        assertThat(flow.overtakenPackets(0, 10 * SECOND)).isGreaterThan(1_000);
    }

    @Test
    void refuses_sizes_that_cannot_be_sent() {
        SimLine line = new SimLine(time, line(), 1);
        ModelHost near = new ModelHost(time, line.near(), "10.0.0.1");
        ModelHost far = new ModelHost(time, line.far(), "10.0.0.2");
        assertThatThrownBy(() -> UdpFlow.start(near, far, 1_000, 35)).hasMessageContaining("udp.packet");
        assertThatThrownBy(() -> UdpFlow.start(near, far, 1_000, 1_501)).hasMessageContaining("1500");
        assertThatThrownBy(() -> UdpFlow.start(near, far, 0, 1_000)).hasMessageContaining("udp.rate");
    }

    @Test
    void goes_through_a_bond_with_either_family() {
        for (boolean ipv6 : new boolean[] {false, true}) {
            SimulationReport report = Simulation.of(Profiles.UNEQUAL)
                    .datagrams(0.8, 1_228)
                    .ipv6Inside(ipv6)
                    .ipv6Outside(ipv6)
                    .download(Duration.ofSeconds(6))
                    .run();
            assertThat(report.flows()).isEmpty();
            UdpFlow flow = report.datagrams().orElseThrow();
            assertThat(flow.duplicatePackets()).isZero();
            assertThat(report.datagramsLostShare()).isLessThan(0.001);
            assertThat(report.datagramsOutOfOrderShare()).isLessThan(0.001);
            assertThat(report.details()).contains("fast").contains("dropped");
        }
    }

    @Test
    void half_as_much_again_as_the_lines_carry_does_not_slow_a_ping_down() {
        SimulationReport report = Simulation.of(Profiles.SEED)
                .datagrams(1.5, 1_228)
                .download(Duration.ofSeconds(8))
                .run();
        assertThat(report.shareOfIdeal()).isGreaterThan(0.98);
        assertThat(report.pingLoaded().p95Nanos()).isLessThan(report.pingIdle().p95Nanos() + 20_000_000);
        assertThat(report.pingLoaded().unanswered()).isZero();
    }
}
