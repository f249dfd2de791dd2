package io.aggr.sim.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.testing.SimulatedTest;
import io.aggr.testing.SlowTest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every case of {@link Cases} that can be simulated, and how far the bond has come with it. What stands here is asserted on every build; all
 * figures are printed at the end.
 */
@SimulatedTest
@SlowTest
class CaseFiguresTest {

    /**
     * One row per case: its name and one word. {@code found}: the marks are met without the rates being told. {@code told}: they are met if the
     * rates are told. {@code pending}: not yet, or so narrowly that any change of the engine may tip one seed. Who makes a case better changes the
     * word here and nowhere else.
     */
    private static final String STANDINGS = """
            seed                     found
            seed-up                  found
            seed-ipv6                found
            seed-ipv6-up             found
            seed-ipv6-inside         found
            seed-ipv6-outside        found
            unequal                  found
            unequal-up               found
            adsl+lte                 found
            adsl+lte-up              found
            adsl+lte-reordering      found
            four                     found
            four-up                  found
            far-equalised            found
            far                      found
            seed-8-flows             found
            unequal-8-flows          found
            unequal-fixed-threshold  found
            seed-no-hystart          found
            four-no-hystart          found
            seed-ecn                 found
            unequal-ecn              found
            seed-bbr                 found
            unequal-bbr              found
            adsl+lte-bbr             found
            four-bbr                 found
            far-bbr-equalised        found
            far-bbr                  found
            seed-udp                 found
            unequal-udp              found
            adsl+lte-udp             found
            four-udp                 found
            unequal-shallow-8        found
            unequal-shallow-15       found
            unequal-shallow-30       found
            four-shallow-8           found
            adsl+lte-shallow-8       found
            adsl+lte-shallow-30      found
            lossy                    found
            lossy-slow               found
            lossy-fast               found
            lossy-bursts             found
            lossy-both               found
            dead-fast                found
            dead-slow                found
            dead-seed                found
            flapping                 found
            rebinding                found
            quarter                  found
            triple                   found
            bad-8                    found
            bad-40                   found
            gigabit                  found
            start-seed               found
            start-unequal            found
            start-adsl+lte           found
            start-four               found
            """;

    /** Fast lines take long to simulate, and chance has little to say in them. */
    private static final long COSTLY_BITS_PER_SECOND = 40_000_000;

    private static final int SEEDS = 3;
    private static final Queue<CaseResult> RESULTS = new ConcurrentLinkedQueue<>();

    private static Map<String, String> standings() {
        Map<String, String> words = new LinkedHashMap<>();
        STANDINGS.lines().forEach(row -> {
            String[] cells = row.split(" +", -1);
            assertThat(words.put(cells[0], cells[1])).as("twice: " + cells[0]).isNull();
        });
        return words;
    }

    static Stream<String> reached() {
        return rows().filter(name -> !isPending(name));
    }

    static Stream<String> pending() {
        return rows().filter(CaseFiguresTest::isPending);
    }

    private static Stream<String> rows() {
        return standings().keySet().stream();
    }

    private static boolean isPending(String name) {
        return "pending".equals(standings().get(name));
    }

    private static int seeds(String name) {
        return Cases.named(name).lines().downBitsPerSecond() >= COSTLY_BITS_PER_SECOND ? 1 : SEEDS;
    }

    private static List<CaseResult> run(String name, int seeds) {
        boolean told = !"found".equals(standings().get(name));
        List<CaseResult> results = new ArrayList<>();
        for (int seed = 1; seed <= seeds; seed++) {
            results.add(CaseSimulation.run(Cases.named(name), seed, told));
        }
        RESULTS.addAll(results);
        return results;
    }

    @Test
    void every_case_that_can_be_simulated_has_a_standing() {
        assertThat(standings().keySet())
                .containsExactlyElementsOf(Cases.of(BondCase.Stage.SIMULATOR).stream()
                        .map(BondCase::name)
                        .toList());
        assertThat(standings().values()).isSubsetOf("found", "told", "pending");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("reached")
    void reaches_its_marks(String name) {
        for (CaseResult result : run(name, seeds(name))) {
            assertThat(result.missed()).as(name + ", seed " + result.seed()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}", allowZeroInvocations = true)
    @MethodSource("pending")
    void has_marks_still_to_reach(String name) {
        CaseResult result = run(name, 1).get(0);
        assertThat(result.goodputBitsPerSecond()).isPositive();
        if (result.isMet()) {
            System.out.println("case " + name + " is pending but meets its marks with seed 1: does it with all seeds?");
        }
    }

    @AfterAll
    static void print() {
        List<String> rows = rows().toList();
        List<CaseResult> sorted = RESULTS.stream()
                .sorted(Comparator.comparingInt((CaseResult result) ->
                                rows.indexOf(result.bondCase().name()))
                        .thenComparingLong(CaseResult::seed))
                .toList();
        System.out.println(new CaseReport(sorted).table().text());
        RESULTS.clear();
    }
}
