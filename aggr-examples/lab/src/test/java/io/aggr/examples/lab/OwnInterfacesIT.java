package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aggr.examples.lab.traffic.DatagramPlan;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.CongestionAlgorithm;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import io.aggr.testing.NetnsTest;
import io.aggr.testing.SlowTest;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lab in which each line has an interface of its own, without a bond. */
@NetnsTest
@SlowTest
class OwnInterfacesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @BeforeAll
    static void needs_a_lab() {
        Availability here = Lab.availability();
        boolean required = System.getProperty("aggr.require", System.getenv().getOrDefault("AGGR_REQUIRE", ""))
                .contains("netns");
        assumeTrue(here.usable() || required, here.reason());
    }

    @Test
    void an_interface_goes_away_and_comes_back_with_its_address() throws IOException {
        LabOptions options = LabOptions.defaults().withHosts(new HostTraits(CongestionAlgorithm.BBR, true, true));
        try (Lab lab = Lab.start(Profiles.SEED, options)) {
            lab.routePlain(1);
            lab.awaitReachable(PATIENCE);

            lab.event(LabEvent.parseScript("detach line1").get(0));
            assertThat(lab.check(LabHost.GATE_MEGABIT, "ip", "link", "show"))
                    .contains("wan2")
                    .doesNotContain("wan1");
            PingResult silent = lab.ping(Duration.ofMillis(500));
            assertThat(silent.lost()).isEqualTo(silent.sent());

            lab.event(LabEvent.parseScript("attach line1").get(0));
            lab.routePlain(1);
            lab.awaitReachable(PATIENCE);
            assertThat(lab.check(LabHost.LAN_B, "ip", "route")).contains("congctl bbr");
            assertThat(lab.check(LabHost.LAN_A, "cat", "/proc/sys/net/ipv4/tcp_ecn"))
                    .startsWith("1");

            // The modem lets in nothing unasked for a host of the LAN, so upwards: 0.4 of the line's 0.8 Mbit/s.
            TransferResult result = lab.transfer(TransferPlan.upload(Duration.ofSeconds(3))
                    .withDatagrams(new DatagramPlan(400_000, 500, Duration.ofSeconds(1))));
            assertThat(result.datagrams().sent()).isBetween(170L, 215L);
            assertThat(result.datagrams().overtaken() + result.datagrams().duplicates())
                    .isZero();
            assertThat(result.datagrams().lostShare()).isLessThan(0.02);
            assertThat(result.totalBytes()).isBetween(130_000L, 155_000L);
        }
    }
}
