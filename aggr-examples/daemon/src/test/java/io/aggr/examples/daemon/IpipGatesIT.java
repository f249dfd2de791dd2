package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aggr.examples.lab.AddressPlan;
import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabBond;
import io.aggr.examples.lab.LabEvent;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.LabOptions;
import io.aggr.examples.lab.LabSample;
import io.aggr.examples.lab.RunningTransfer;
import io.aggr.examples.lab.emulator.LineCounters;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.Profiles;
import io.aggr.spi.Availability;
import io.aggr.testing.NetnsTest;
import io.aggr.testing.SlowTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The two gates of 2006: bare IP-in-IP through two modems that translate, between daemons, and between a daemon and something else. */
@NetnsTest
@SlowTest
class IpipGatesIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final long SECOND = 1_000_000_000L;
    private static final AddressPlan PLAN = AddressPlan.ipv4();

    /** Two lines of 4 and 0.8 Mbit/s. */
    private static final double SUM_DOWN = 8e6;

    private static final double SUM_UP = 1.6e6;
    private static final String[] FLAGS = {"-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"};

    @BeforeAll
    static void needs_a_lab() {
        Availability here = Lab.availability();
        boolean required = System.getProperty("aggr.require", System.getenv().getOrDefault("AGGR_REQUIRE", ""))
                .contains("netns");
        assumeTrue(here.usable() || required, here.reason());
    }

    private static Lab start() throws IOException {
        LabOptions options = LabOptions.defaults().withDaemonClass(Main.class.getName(), FLAGS);
        return Lab.start(Profiles.SEED, options);
    }

    private static LabBond.Texts texts(Lab lab, LabBond bond) throws IOException {
        return bond.texts(
                PLAN, lab.profile(), (name, key) -> lab.writePrivate(name, key).toString());
    }

    /** Share of what the lines can carry of full segments; the better of two where the first was below, since the machine may be busy. */
    private static double share(Lab lab, TransferPlan plan, double rate, double wanted) throws IOException {
        double best = 0;
        for (int i = 0; i < 2 && best < wanted; i++) {
            TransferResult result = lab.transfer(plan);
            TransferResult.Window window = result.steadyWindow(2 * SECOND);
            double goodput = result.goodputBitsPerSecond(window.fromNanos(), window.toNanos());
            best = Math.max(best, goodput / (rate * LabBond.ipip(PLAN).payloadShare(PLAN)));
        }
        return best;
    }

    @Test
    void packet_by_packet_one_connection_gets_the_sum_and_survives_the_silent_death_of_a_line() throws IOException {
        try (Lab lab = start()) {
            for (LabHost gate : List.of(LabHost.GATE_GIGABIT, LabHost.GATE_MEGABIT)) {
                lab.check(
                        gate, "nft", "-f", sample(gate, ".nft").toAbsolutePath().toString());
                String text = Files.readString(sample(gate, ".toml"), StandardCharsets.UTF_8);
                lab.startDaemon(
                        gate, text.replace("[bond]\n", "[bond]\nstatus-socket = \"" + gate.role() + ".sock\"\n"));
            }
            lab.awaitReachable(PATIENCE);
            // Not before: whoever was there first has been told that the other does not speak protocol 4.
            for (int line = 1; line <= 2; line++) {
                watch(lab, line);
            }

            TransferPlan down = TransferPlan.download(Duration.ofSeconds(5));
            assertThat(share(lab, down, SUM_DOWN, 0.95)).as("download").isGreaterThanOrEqualTo(0.95);
            TransferPlan up = TransferPlan.upload(Duration.ofSeconds(5));
            assertThat(share(lab, up, SUM_UP, 0.92)).as("upload").isGreaterThanOrEqualTo(0.92);

            RunningTransfer cut = lab.begin(TransferPlan.download(Duration.ofMillis(4_500)));
            lab.schedule(LabEvent.parseScript("at 2 s cut line1"));
            TransferResult result = cut.await();
            assertThat(result.longestGapNanos(SECOND, 4 * SECOND))
                    .as("longest silence, nanoseconds")
                    .isLessThan(SECOND);
            assertThat(result.goodputBitsPerSecond(3 * SECOND, 4 * SECOND))
                    .as("bit/s over the line that is left")
                    .isGreaterThan(2.8e6);

            for (int line = 1; line <= 2; line++) {
                assertOnlyTunnelsPassed(lab, line);
            }
        }
    }

    /** One of the files for whoever wants to do as in 2006; the lab has the addresses that are in them. */
    private static Path sample(LabHost gate, String kind) {
        return Path.of("..", "conf", "2006", "linux", gate.role() + kind);
    }

    private static LabHost modem(int line) {
        return line == 1 ? LabHost.MODEM_1 : LabHost.MODEM_2;
    }

    /** Counts at a modem, between its LAN and its line: IP-in-IP between the two right addresses, and everything else. */
    private static void watch(Lab lab, int line) throws IOException {
        String gate = PLAN.gateAddress(line);
        String hub = PLAN.gigabitAddress();
        String rules = "table ip watch {\n  counter up { }\n  counter down { }\n  counter other { }\n"
                + "  chain passing {\n    type filter hook forward priority 0; policy accept;\n"
                + "    ip protocol 4 ip saddr " + gate + " ip daddr " + hub + " counter name \"up\" accept\n"
                + "    ip protocol 4 ip saddr " + hub + " ip daddr " + gate + " counter name \"down\" accept\n"
                + "    counter name \"other\"\n  }\n}\n";
        lab.check(
                modem(line),
                "nft",
                "-f",
                lab.writePrivate("watch" + line + ".nft", rules).toString());
    }

    private static void assertOnlyTunnelsPassed(Lab lab, int line) throws IOException {
        String counters = lab.check(modem(line), "nft", "list", "counters", "table", "ip", "watch");
        assertThat(packets(counters, "up")).as(counters).isGreaterThan(500);
        assertThat(packets(counters, "down")).as(counters).isGreaterThan(500);
        assertThat(packets(counters, "other")).as(counters).isZero();
    }

    private static long packets(String counters, String name) {
        Matcher matcher =
                Pattern.compile("counter " + name + " \\{\\s*packets (\\d+)").matcher(counters);
        assertThat(matcher.find()).as(counters).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void eight_connections_get_the_sum_towards_a_peer_that_knows_nothing_of_aggr() throws IOException {
        try (Lab lab = start()) {
            startStockPeer(lab);
            LabBond.Texts texts = texts(lab, LabBond.ipip(PLAN).withScheduler("flow-hash"));
            lab.startDaemon(LabHost.GATE_MEGABIT, texts.megabit());
            lab.awaitReachable(PATIENCE);

            TransferPlan eight = TransferPlan.download(Duration.ofSeconds(4)).withConnections(8);
            assertThat(share(lab, eight, SUM_DOWN, 0.93)).as("download").isGreaterThanOrEqualTo(0.93);
            // The hash puts all eight on one line once in 128 times; others fall differently then.
            TransferPlan up = TransferPlan.upload(Duration.ofSeconds(4)).withConnections(8);
            assertThat(share(lab, up, SUM_UP, 0.85)).as("upload").isGreaterThanOrEqualTo(0.85);

            for (int i = 0; i < 2; i++) {
                TransferResult one = lab.transfer(TransferPlan.download(Duration.ofSeconds(1)));
                double[] data = linesOf(lab, one, LabSample::down);
                double[] answers = linesOf(lab, one, LabSample::up);
                int line = data[0] > data[1] ? 0 : 1;
                assertThat(data[line])
                        .as("part of one connection on line %d", line + 1)
                        .isGreaterThan(0.95);
                assertThat(answers[line])
                        .as("part of its acknowledgements on line %d", line + 1)
                        .isGreaterThan(0.8);
            }
        }
    }

    /** What the kernel does with two gif interfaces, a route and pf, at the end that is not ours. */
    private static void startStockPeer(Lab lab) throws IOException {
        String program = "io.aggr.examples.daemon.StockTunnels";
        ChildProcess peer = lab.run(
                LabHost.GATE_GIGABIT,
                "stock-peer",
                List.of(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program,
                        "gif0",
                        PLAN.gigabitAddress(),
                        PLAN.lineAddress(1, 0),
                        "172.16.251.50",
                        PLAN.lineAddress(2, 0),
                        "172.16.251.51"));
        while (!peer.outputLines().contains("forwarding")) {
            assertThat(peer.isAlive()).as(peer.lastErrors()).isTrue();
            lab.check(LabHost.GATE_GIGABIT, "sleep", "0.05");
        }
        lab.check(LabHost.GATE_GIGABIT, "ip", "link", "set", "gif0", "mtu", "1480", "up");
        lab.check(LabHost.GATE_GIGABIT, "ip", "address", "add", "172.16.251.50/24", "dev", "gif0");
        lab.check(LabHost.GATE_GIGABIT, "ip", "address", "add", "172.16.251.51/24", "dev", "gif0");
        lab.check(LabHost.GATE_GIGABIT, "ip", "route", "add", PLAN.lanA(), "dev", "gif0");
    }

    /** Which part of a transfer each line has delivered in a direction. */
    private static double[] linesOf(
            Lab lab, TransferResult transfer, Function<LabSample, List<LineCounters>> direction) {
        List<LabSample> during = lab.samples().stream()
                .filter(sample ->
                        sample.atNanos() - transfer.startNanos() >= 0 && sample.atNanos() - transfer.endNanos() <= 0)
                .toList();
        List<LineCounters> first = direction.apply(during.get(0));
        List<LineCounters> last = direction.apply(during.get(during.size() - 1));
        double one = last.get(0).deliveredBytes() - first.get(0).deliveredBytes();
        double two = last.get(1).deliveredBytes() - first.get(1).deliveredBytes();
        return new double[] {one / (one + two), two / (one + two)};
    }
}
