package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aggr.BondStats;
import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusClient;
import io.aggr.examples.lab.AddressPlan;
import io.aggr.examples.lab.IpFamily;
import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabEvent;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.LabReport;
import io.aggr.examples.lab.LabResult;
import io.aggr.examples.lab.LabSample;
import io.aggr.examples.lab.RunningTransfer;
import io.aggr.examples.lab.Scenario;
import io.aggr.examples.lab.ScenarioRunner;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.LineSet;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import io.aggr.testing.NetnsTest;
import io.aggr.testing.SlowTest;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Two daemons over the ADSL lines of the lab, with TCP of the kernel. */
@NetnsTest
@SlowTest
class BondedLinesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration WARM_UP = Duration.ofSeconds(3);
    private static final long SECOND = 1_000_000_000L;
    private static final double MILLI = 1e6;

    /** Start fast, and leave the processors to the packets. */
    private static final String[] FLAGS = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"};

    @BeforeAll
    static void needs_a_lab() {
        Availability here = Lab.availability();
        boolean required = System.getProperty("aggr.require", System.getenv().getOrDefault("AGGR_REQUIRE", ""))
                .contains("netns");
        assumeTrue(here.usable() || required, here.reason());
    }

    private static LabOptions options(AddressPlan plan) {
        return LabOptions.defaults().withAddresses(plan).withDaemonClass(Main.class.getName(), FLAGS);
    }

    private static Scenario scenario(AddressPlan plan, TransferPlan transfer) {
        LabBond bond = LabBond.plain(plan).withSeeds(true);
        return Scenario.bonded(Profiles.SEED, bond, transfer.duration().minus(WARM_UP))
                .withTransfer(transfer)
                .withWarmUp(WARM_UP);
    }

    /** Measures, and once more if that was not good and the machine had other things to do. */
    private static LabResult measure(AddressPlan plan, Scenario scenario, Predicate<LabResult> isGood)
            throws IOException {
        ScenarioRunner runner = new ScenarioRunner(options(plan), progress -> {});
        LabResult result = runner.run(scenario);
        double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
        boolean isBusy = !result.isValid() || load > Runtime.getRuntime().availableProcessors();
        if (!isGood.test(result) && isBusy) {
            System.out.println("measured again, since this machine was busy:\n" + new LabReport(result).text());
            return runner.run(scenario);
        }
        return result;
    }

    /** Share of the ideal, and the ping that goes along. */
    private static void assertRow(AddressPlan plan, TransferPlan transfer, double share) throws IOException {
        Predicate<LabResult> isGood = result -> result.shareOfIdeal() >= share
                && addedMillis(result) <= 25
                && result.loaded().lost() == 0;
        LabResult result = measure(plan, scenario(plan, transfer), isGood);
        String report = new LabReport(result).text();
        assertThat(result.shareOfIdeal()).as(report).isBetween(share, 1.005);
        assertThat(addedMillis(result)).as(report).isLessThanOrEqualTo(25);
        assertThat(result.lineShares())
                .as(report)
                .allSatisfy(part -> assertThat(part).isCloseTo(0.5, within(0.02)));
    }

    private static double addedMillis(LabResult result) {
        return (result.loaded().quantileNanos(0.95) - result.idle().quantileNanos(0.5)) / MILLI;
    }

    @Test
    void one_connection_downloads_with_the_sum_of_the_lines() throws IOException {
        assertRow(AddressPlan.ipv4(), TransferPlan.download(Duration.ofSeconds(8)), 0.97);
    }

    @Test
    void one_connection_uploads_with_the_sum_of_the_lines() throws IOException {
        assertRow(AddressPlan.ipv4(), TransferPlan.upload(Duration.ofSeconds(8)), 0.94);
    }

    /** The two mixtures of the families are cases of the simulator. */
    @Test
    void ipv6_travels_over_ipv6_lines() throws IOException {
        assertRow(new AddressPlan(IpFamily.V6, IpFamily.V6), TransferPlan.download(Duration.ofSeconds(7)), 0.97);
    }

    @Test
    void two_unequal_lines_give_more_than_the_better_one_alone() throws IOException {
        assertAboveBestLine(Profiles.UNEQUAL);
    }

    @Test
    void four_lines_give_more_than_the_best_one_alone() throws IOException {
        assertAboveBestLine(Profiles.FOUR);
    }

    private static void assertAboveBestLine(LineSet lines) throws IOException {
        AddressPlan plan = AddressPlan.ipv4();
        TransferPlan transfer = TransferPlan.download(Duration.ofSeconds(6));
        Scenario scenario = Scenario.bonded(
                        lines,
                        LabBond.plain(plan).withSeeds(true),
                        transfer.duration().minus(WARM_UP))
                .withTransfer(transfer)
                .withWarmUp(WARM_UP);
        double best = lines.lines().stream()
                .mapToDouble(line -> line.down().rateBitsPerSecond())
                .max()
                .orElseThrow();
        Predicate<LabResult> isGood = result -> result.goodputBitsPerSecond() > best * result.payloadShare()
                && result.loaded().lost() == 0;
        LabResult result = measure(plan, scenario, isGood);

        assertThat(isGood.test(result)).as(new LabReport(result).text()).isTrue();
    }

    @Test
    void a_connection_survives_ten_seconds_of_a_silently_dead_line() throws IOException {
        AddressPlan plan = AddressPlan.ipv4();
        Scenario scenario = scenario(plan, TransferPlan.download(Duration.ofSeconds(17)))
                .withEvents(LabEvent.parseScript("at 3 s cut line1; at 13 s restore line1"));
        LabResult result = measure(plan, scenario, BondedLinesIT::hasSurvived);

        assertThat(hasSurvived(result)).as(new LabReport(result).text()).isTrue();
    }

    private static boolean hasSurvived(LabResult result) {
        return result.longestGapNanos() < SECOND / 2
                && result.shareOfIdeal(5 * SECOND, 12 * SECOND) > 0.9
                && result.shareOfIdeal(15 * SECOND, 17 * SECOND) > 0.9;
    }

    @Test
    void traffic_flows_again_soon_after_either_daemon_was_killed_and_started_anew() throws IOException {
        try (Lab lab = Lab.start(Profiles.SEED, options(AddressPlan.ipv4()))) {
            LabBond.Texts texts = texts(lab, "earliest-arrival");
            ChildProcess gigabit = lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
            ChildProcess megabit = lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
            lab.awaitReachable(PATIENCE);
            RunningTransfer transfer = lab.begin(TransferPlan.download(Duration.ofSeconds(22)));
            lab.ping(Duration.ofSeconds(3));

            megabit.kill();
            lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
            assertThat(lab.awaitReachable(PATIENCE) / MILLI)
                    .as("ms after the end with the lines was killed")
                    .isLessThan(6_000);
            lab.ping(Duration.ofSeconds(6));
            TransferResult between = transfer.soFar();

            gigabit.kill();
            lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
            assertThat(lab.awaitReachable(PATIENCE) / MILLI)
                    .as("ms after the end that listens was killed")
                    .isLessThan(6_000);
            TransferResult result = transfer.await();

            // TCP's own timer doubles during each silence; after that the connection goes on.
            assertThat(between.samples().get(between.samples().size() - 1).bytes())
                    .isPositive();
            assertThat(result.goodputBitsPerSecond(19 * SECOND, 22 * SECOND)).isGreaterThan(4e6);
        }
    }

    private static LabBond.Texts texts(Lab lab, String scheduler) throws IOException {
        return LabBond.plain(lab.addresses())
                .withSeeds(true)
                .withScheduler(scheduler)
                .texts(
                        lab.addresses(),
                        lab.profile(),
                        (name, key) -> lab.writePrivate(name, key).toString());
    }

    @Test
    void with_flow_hash_a_connection_stays_on_one_line_which_leaves_through_its_own_modem() throws IOException {
        try (Lab lab = Lab.start(Profiles.SEED, options(AddressPlan.ipv4()))) {
            LabBond.Texts texts = texts(lab, "flow-hash");
            lab.startDaemon(LabHost.GATE_GIGABIT, texts.gigabit());
            lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
            lab.awaitReachable(PATIENCE);

            TransferResult one = lab.transfer(TransferPlan.download(Duration.ofSeconds(4)));
            assertThat(Math.max(share(lab, one, 0), share(lab, one, 1)))
                    .as("share of the busier line in the download of one connection")
                    .isGreaterThan(0.97);
            TransferResult up = lab.transfer(TransferPlan.upload(Duration.ofSeconds(3)));
            assertThat(up.totalBytes()).isPositive();

            // Where eight fall on one line, which happens once in 128 times, others fall differently.
            TransferPlan eight = TransferPlan.download(Duration.ofSeconds(5)).withConnections(8);
            TransferResult several = lab.transfer(eight);
            if (Math.min(share(lab, several, 0), share(lab, several, 1)) < 0.1) {
                several = lab.transfer(eight);
            }
            assertThat(share(lab, several, 0)).isBetween(0.3, 0.7);

            // Statistics are a second old at most.
            lab.ping(Duration.ofMillis(1_500));
            assertEachLineUsesItsModem(lab);
        }
    }

    /** What the receiver's lines delivered while a transfer ran: one line's part of all. */
    private static double share(Lab lab, TransferResult transfer, int line) {
        List<LabSample> during = new ArrayList<>(lab.samples());
        during.removeIf(
                sample -> sample.atNanos() - transfer.startNanos() < 0 || sample.atNanos() - transfer.endNanos() > 0);
        LabSample first = during.get(0);
        LabSample last = during.get(during.size() - 1);
        double ours = 0;
        double all = 0;
        for (int i = 0; i < last.down().size(); i++) {
            double bytes =
                    last.down().get(i).deliveredBytes() - first.down().get(i).deliveredBytes();
            all += bytes;
            ours += i == line ? bytes : 0;
        }
        return ours / all;
    }

    private static void assertEachLineUsesItsModem(Lab lab) throws IOException {
        BondStats site = StatsJson.read(StatusClient.ask(lab.runDirectory().resolve("megabit.sock")));
        BondStats hub = StatsJson.read(StatusClient.ask(lab.runDirectory().resolve("gigabit.sock")));
        List<LabSample> samples = lab.samples();
        LabSample last = samples.get(samples.size() - 1);
        for (int line = 1; line <= 2; line++) {
            BondStats.LinkStats own = site.peers().get(0).links().get(line - 1);
            assertThat(own.local()).contains(lab.addresses().gateAddress(line));
            // The hub sees the address of the modem that has translated it.
            assertThat(hub.peers().get(0).links().get(line - 1).remote())
                    .startsWith(lab.addresses().lineAddress(line, 0) + ":");
            // The site answers flows on lines of its own choice, so the two lines have carried very different amounts.
            double through = last.up().get(line - 1).offeredBytes();
            assertThat((double) own.sentBytes())
                    .as("what link %s has sent, and what went into its modem's line", own.name())
                    .isCloseTo(through, within(0.03 * through + 3_000));
        }
    }
}
