package io.aggr.examples.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.aggr.examples.lab.emulator.Lateness;
import io.aggr.examples.lab.traffic.DatagramCounts;
import io.aggr.examples.lab.traffic.DatagramPlan;
import io.aggr.examples.lab.traffic.PingResult;
import io.aggr.examples.lab.traffic.TransferPlan;
import io.aggr.examples.lab.traffic.TransferResult;
import io.aggr.sim.CongestionAlgorithm;
import io.aggr.sim.cases.BondCase;
import io.aggr.sim.cases.CaseResult;
import io.aggr.sim.cases.Cases;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The cases of the simulator as the lab has them. */
class LabCasesTest {

    private static final AddressPlan PLAN = AddressPlan.ipv4();
    private static final long SECOND = 1_000_000_000L;
    private static final LabCases LAB = new LabCases(
            LabOptions.defaults(),
            "plain",
            bond -> bond.withSeeds(true),
            Path.of("unused"),
            sentence -> {},
            () -> false);

    @Test
    void every_case_of_the_lab_becomes_a_scenario() {
        for (BondCase each : Cases.of(BondCase.Stage.LAB)) {
            Scenario scenario = LAB.scenario(each, PLAN);
            assertThat(scenario.transfer().duration()).isEqualTo(each.duration());
            assertThat(scenario.allEvents())
                    .hasSize(each.events().size() + each.lines().events().size());
            assertThat(scenario.lines().lines().size()).isLessThanOrEqualTo(AddressPlan.MAX_LINES);
        }
    }

    @Test
    void an_upload_goes_up_and_datagrams_leave_room_for_the_tunnel() {
        assertThat(LAB.scenario(Cases.named("seed-up"), PLAN).transfer().direction())
                .isEqualTo(TransferPlan.Direction.UP);
        DatagramPlan datagrams = LAB.scenario(Cases.named("seed-udp"), PLAN)
                .transfer()
                .datagrams()
                .orElseThrow();
        assertThat(datagrams.payloadBytes()).isEqualTo(1_200);
        // 80 % of 8 Mbit/s, of which 1200 of 1228 + 47 bytes are payload.
        assertThat(datagrams.bitsPerSecond()).isCloseTo(6_023_529, within(1L));
    }

    @Test
    void an_interface_that_goes_away_is_one_event_and_its_return_another() {
        assertThat(LAB.scenario(Cases.named("interface"), PLAN).allEvents().stream()
                        .map(LabEvent::kind))
                .containsExactly(LabEvent.Kind.DETACH, LabEvent.Kind.ATTACH);
        assertThat(LabEvent.parseScript("at 1 s detach line1; at 2 s attach line1").stream()
                        .map(LabEvent::kind))
                .containsExactly(LabEvent.Kind.DETACH, LabEvent.Kind.ATTACH);
    }

    @Test
    void arguments_choose_cases() throws IOException {
        LabArguments chosen =
                new LabArguments(List.of("--daemon-class", "any.Daemon", "--case", "four", "--case", "interface"));
        assertThat(chosen.isJudged()).isTrue();
        assertThat(chosen.cases().stream().map(BondCase::name)).containsExactly("four", "interface");
        assertThat(new LabArguments(List.of("--daemon-class", "any.Daemon", "--all")).cases())
                .hasSize(Cases.of(BondCase.Stage.LAB).size());
        assertThatThrownBy(() -> new LabArguments(List.of("--daemon-class", "x", "--case", "gigabit")).cases())
                .hasMessageContaining("simulator");
        assertThatThrownBy(() -> new LabArguments(List.of("--daemon-class", "x", "--all", "--up")))
                .hasMessageContaining("--up");
        assertThatThrownBy(() -> new LabArguments(List.of("--daemon-class", "x", "--json")))
                .hasMessageContaining("--json");
    }

    /** A transfer that got nothing in its first second, and then 90 % of the ideal. */
    private static LabResult slowStart(BondCase bondCase) {
        Scenario scenario = LAB.scenario(bondCase, PLAN);
        double payloadShare = scenario.bond().orElseThrow().payloadShare(PLAN);
        long perSample = Math.round(8e6 * payloadShare * 0.92 / 8 / 10);
        List<TransferResult.Sample> samples = new ArrayList<>();
        List<PingResult.Echo> echoes = new ArrayList<>();
        long startNanos = 7 * SECOND;
        for (int i = 1; i <= 200; i++) {
            long at = startNanos + i * SECOND / 10;
            samples.add(new TransferResult.Sample(at, i <= 10 ? 0 : perSample, i == 11 ? SECOND : 1_000));
            echoes.add(new PingResult.Echo(at, i == 150 ? -1 : 40_000_000 + i));
        }
        TransferResult transfer = new TransferResult(
                startNanos,
                startNanos + 20 * SECOND,
                190 * perSample,
                samples,
                new TransferResult.KernelCounts(5, 1),
                DatagramCounts.NONE);
        return new LabResult(
                scenario,
                PLAN,
                CongestionAlgorithm.CUBIC,
                transfer,
                0.92 * 8e6 * payloadShare,
                payloadShare,
                8e6 * payloadShare,
                8e6 * Traffic.nativePayloadShare(IpFamily.V4),
                false,
                1_000,
                new PingResult(List.of(new PingResult.Echo(0, 39_000_000))),
                new PingResult(echoes),
                new TransferResult.Window(5 * SECOND, 20 * SECOND),
                List.of(),
                new LineHistory(bondCase.lines().lines()),
                List.of(),
                0,
                new Lateness(1, 0, 0, 0),
                0,
                true,
                "");
    }

    @Test
    void a_result_of_the_lab_is_held_against_the_same_marks() {
        BondCase bondCase = Cases.named("start-seed");
        LabFigures figures = new LabFigures(slowStart(bondCase));
        assertThat(figures.shareOfIdeal(Duration.ofSeconds(5), Duration.ofSeconds(20)))
                .isCloseTo(0.92, within(0.001));
        assertThat(figures.shareOfNative(Duration.ofSeconds(5), Duration.ofSeconds(20)))
                .isCloseTo(0.92 * 1401 / 1448, within(0.001));
        assertThat(figures.nanosToShareOfIdeal(0.9)).isEqualTo(SECOND * 3 / 2);
        assertThat(figures.pingLoaded(Duration.ofSeconds(5), Duration.ofSeconds(20))
                        .unanswered())
                .isEqualTo(1);
        assertThat(figures.pingLoaded(Duration.ZERO, Duration.ofSeconds(5)).unanswered())
                .isZero();
        assertThat(figures.longestGapNanos(Duration.ZERO, Duration.ofSeconds(5)))
                .isEqualTo(SECOND);

        CaseResult result = CaseResult.of(bondCase, 1, true, figures);
        assertThat(result.missed()).isEqualTo("1 RTO");
        assertThat(Optional.of(result.verdicts().get(0).value())).contains(1.5);
    }
}
