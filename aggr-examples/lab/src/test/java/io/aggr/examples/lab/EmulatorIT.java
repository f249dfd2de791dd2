package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aggr.examples.lab.emulator.LineCounters;
import io.aggr.examples.lab.netns.Programs;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import io.aggr.sim.Loss;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import io.aggr.testing.NetnsTest;
import io.aggr.testing.SlowTest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The emulated lines against their own settings, and kernel TCP over one of them. */
@NetnsTest
@SlowTest
class EmulatorIT {

    private static final double LOSS = 0.1;
    private static final LineSpec CLEAN = Profiles.modem("clean", 4_000, 800, 20);
    private static final LineSpec LOSSY =
            Profiles.modem("lossy", 20_000, 5_000, 30).withLoss(Loss.random(LOSS));
    private static final double PING_BITS = 84 * 8;

    private static Lab lab;

    @BeforeAll
    static void builds_the_lab() throws IOException {
        Availability here = Lab.availability();
        boolean required = System.getProperty("aggr.require", System.getenv().getOrDefault("AGGR_REQUIRE", ""))
                .contains("netns");
        assumeTrue(here.usable() || required, here.reason());
        lab = Lab.start(
                new LineSet("emulator", "a clean and a lossy line", List.of(CLEAN, LOSSY), List.of()),
                LabOptions.defaults());
    }

    @AfterAll
    static void leaves_nothing_behind() throws IOException {
        if (lab != null) {
            lab.close();
            assertThat(Programs.check("ip", "netns", "list"))
                    .doesNotContain("aggrlab-" + ProcessHandle.current().pid());
            assertThat(lab.runDirectory()).doesNotExist();
        }
    }

    @Test
    void delays_a_packet_by_what_its_line_says() throws IOException {
        lab.routePlain(1);
        lab.awaitReachable(Duration.ofSeconds(5));
        lab.setPingInterval(Duration.ofMillis(50));
        PingResult pings = lab.ping(Duration.ofSeconds(1));

        double lineMillis = 2 * 20 + 1e3 * PING_BITS / 4e6 + 1e3 * PING_BITS / 0.8e6;
        assertThat(pings.lost()).isZero();
        // 1 ms each way.
        assertThat(pings.quantileNanos(0.5) / 1e6).isCloseTo(lineMillis, within(2.0));
    }

    @Test
    void loses_the_share_that_its_line_says() throws IOException {
        lab.routePlain(2);
        lab.awaitReachable(Duration.ofSeconds(5));
        lab.setPingInterval(Duration.ofNanos(500_000));
        PingResult pings = lab.ping(Duration.ofSeconds(2));

        double expected = (1 - LOSS) * (1 - LOSS);
        double answered = 1 - pings.lost() / (double) pings.sent();
        double deviation = Math.sqrt(expected * (1 - expected) / pings.sent());
        assertThat(pings.sent()).isGreaterThan(3000);
        assertThat(answered).isCloseTo(expected, within(4 * deviation));
    }

    @Test
    void a_clean_line_gives_tcp_its_rate_both_in_packets_and_in_payload() throws IOException {
        lab.routePlain(1);
        lab.awaitReachable(Duration.ofSeconds(5));
        TransferResult result =
                lab.transfer(new TransferPlan(TransferPlan.Direction.DOWN, 1, Duration.ZERO, 4_000_000));

        List<LabSample> saturated = lab.samples().stream()
                .filter(sample -> sample.atNanos() > result.startNanos() + 1_000_000_000L
                        && sample.atNanos() < result.endNanos() - 500_000_000L)
                .toList();
        LabSample first = saturated.get(0);
        LabSample last = saturated.get(saturated.size() - 1);
        long bytes = down(last).deliveredBytes() - down(first).deliveredBytes();
        double rate = bytes * 8e9 / (last.atNanos() - first.atNanos());
        assertThat(rate).isCloseTo(4e6, within(0.01 * 4e6));

        double best = 4e6 * 1448 / 1500;
        assertThat(result.goodputBitsPerSecond()).isBetween(0.985 * best, 1.001 * best);
    }

    private static LineCounters down(LabSample sample) {
        return sample.down().get(0);
    }

    @Test
    void events_change_lines_while_they_run() throws IOException {
        lab.routePlain(1);
        lab.awaitReachable(Duration.ofSeconds(5));

        for (LabEvent event : LabEvent.parseScript("cut line1")) {
            lab.event(event);
        }
        assertThatThrownBy(() -> lab.awaitReachable(Duration.ofMillis(300)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not reach");

        lab.schedule(LabEvent.parseScript("at 100 ms restore clean; at 100 ms renumber clean"));
        assertThat(lab.awaitReachable(Duration.ofSeconds(5))).isGreaterThan(40_000_000);
    }

    @Test
    void delivers_in_time_and_loses_nothing_by_itself() throws IOException {
        assertThat(lab.droppedByEmulator()).isZero();
        assertThat(lab.samples()).isNotEmpty();
    }
}
