package io.aggr.examples.daemon.rates;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondConfig;
import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import io.aggr.LinkConfig;
import io.aggr.PeerConfig;
import io.aggr.StartRate;
import io.aggr.examples.daemon.rates.KeptRates.Name;
import io.aggr.examples.daemon.rates.KeptRates.Rate;
import io.aggr.link.LinkState;
import io.aggr.tun.TunSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RatesKeeperTest {

    private static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.1", 5080);
    private static final long DAY = Duration.ofDays(1).toSeconds();

    private static final BondConfig SITE = BondConfig.of(
            "site",
            TunSettings.named("aggr0"),
            PeerConfig.plain("hub", 1)
                    .withAllowedIps("10.0.0.0/8")
                    .withLinks(LinkConfig.udp("dsl", ADDRESS), LinkConfig.udp("lte", ADDRESS)));

    private static final BondConfig HUB = BondConfig.hub(
            "hub",
            TunSettings.named("aggr0"),
            LinkConfig.listening("listen", ADDRESS),
            PeerConfig.plain("site", 1).withAllowedIps("10.0.0.0/8"));

    @TempDir
    Path folder;

    private final List<String> told = new ArrayList<>();
    private final Map<String, Long> found = new TreeMap<>();
    private Path path = Path.of("");
    private long now = 1_795_000_000;

    @BeforeEach
    void name_the_file() {
        path = folder.resolve("bond.rates");
    }

    private RatesKeeper open(BondConfig config) {
        return RatesKeeper.open(path, config, () -> now, told::add);
    }

    /** What a bond says that has found this of its one peer's lines. */
    private BondStats stats(String peer) {
        List<LinkStats> links = new ArrayList<>();
        found.forEach((line, rate) -> links.add(new LinkStats(
                links.size(),
                line,
                LinkState.UP,
                "",
                "",
                rate,
                rate,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                1_500,
                0,
                false,
                false,
                0,
                0,
                Map.of(),
                Map.of())));
        return new BondStats(
                "bond",
                "aggr0",
                1,
                List.of(new PeerStats(peer, true, true, "", "", 0, 0, 0, 0, 0, 0, 0, 0, links, Map.of(), Map.of())),
                Map.of(),
                List.of());
    }

    private void live(BondConfig config, String peer) {
        RatesKeeper keeper = open(config);
        keeper.follow(() -> stats(peer)).close();
        keeper.close();
    }

    @Test
    void the_next_life_begins_with_what_the_last_one_has_found() {
        found.put("lte", 7_400_000L);
        found.put("dsl", 0L);
        live(SITE, "hub");

        assertThat(open(SITE).rates()).containsExactly(new StartRate("hub", "lte", 7_400_000));
        assertThat(told).isEmpty();
    }

    @Test
    void what_was_not_measured_in_one_life_is_there_for_the_next_but_not_for_ever() {
        found.put("lte", 7_400_000L);
        live(SITE, "hub");
        found.clear();
        now += 20 * DAY;
        live(SITE, "hub");
        assertThat(open(SITE).rates()).hasSize(1);
        now += 12 * DAY;

        assertThat(open(SITE).rates()).isEmpty();
        assertThat(told)
                .containsExactly(
                        "the rate of line lte of peer hub in " + path + " is forgotten: it is older than 31 days");
    }

    @Test
    void a_clock_that_begins_in_the_past_makes_nothing_old() {
        found.put("lte", 7_400_000L);
        live(SITE, "hub");
        now = 100;
        assertThat(open(SITE).rates()).hasSize(1);
    }

    @Test
    void lines_that_are_no_more_are_forgotten_with_a_word_each() throws IOException {
        new RatesFile(path)
                .write(Map.of(
                        new Name("hub", "dsl"), new Rate(1_000_000, now),
                        new Name("hub", "old"), new Rate(1_000_000, now),
                        new Name("gone", "dsl"), new Rate(1_000_000, now)));

        RatesKeeper keeper = open(SITE);
        assertThat(keeper.rates()).containsExactly(new StartRate("hub", "dsl", 1_000_000));
        assertThat(told)
                .containsExactlyInAnyOrder(
                        "the rate of line old of peer hub in " + path + " is forgotten: there is no such line any more",
                        "the rate of line dsl of peer gone in " + path
                                + " is forgotten: there is no such line any more");
        told.clear();
        keeper.follow(() -> stats("hub")).close();
        assertThat(open(SITE).rates()).hasSize(1);
        assertThat(told).isEmpty();
    }

    @Test
    void a_hub_keeps_the_rates_of_lines_that_it_has_yet_to_learn() {
        found.put("lte of the site", 20_000_000L);
        live(HUB, "site");
        assertThat(open(HUB).rates()).containsExactly(new StartRate("site", "lte of the site", 20_000_000));
    }

    @Test
    void a_peer_that_calls_its_lines_something_else_each_time_does_not_fill_the_file() {
        for (int i = 0; i < 50; i++) {
            found.clear();
            found.put("line-" + i, 1_000_000L);
            now++;
            live(HUB, "site");
        }
        assertThat(open(HUB).rates())
                .hasSize(16)
                .contains(new StartRate("site", "line-49", 1_000_000))
                .doesNotContain(new StartRate("site", "line-33", 1_000_000));
    }

    @Test
    void while_the_bond_goes_on_only_news_is_written() throws IOException {
        RatesKeeper keeper = open(SITE).follow(() -> stats("hub"));
        keeper.look(false);
        assertThat(path).doesNotExist();

        found.put("lte", 10_000_000L);
        keeper.look(false);
        assertThat(path).exists();

        Files.delete(path);
        found.put("lte", 10_900_000L);
        keeper.look(false);
        assertThat(path).doesNotExist();
        found.put("lte", 11_100_000L);
        keeper.look(false);
        assertThat(path).exists();

        Files.delete(path);
        now += 2 * DAY;
        keeper.look(false);
        assertThat(path).as("nothing was measured since").doesNotExist();
        found.put("lte", 11_200_000L);
        keeper.look(false);
        assertThat(path).as("it is younger by two days").exists();

        Files.delete(path);
        found.put("lte", 11_300_000L);
        keeper.close();
        assertThat(open(SITE).rates()).containsExactly(new StartRate("hub", "lte", 11_300_000));
    }

    @Test
    void what_cannot_be_written_is_told_once_until_it_can() throws IOException {
        RatesKeeper keeper = open(SITE).follow(() -> stats("hub"));
        Path blocked = Files.createDirectories(path.resolve("blocked"));
        found.put("lte", 10_000_000L);
        keeper.look(false);
        keeper.look(false);
        assertThat(told).singleElement().asString().startsWith("rates cannot be written to " + path + ": ");

        Files.delete(blocked);
        Files.delete(path);
        keeper.close();
        assertThat(open(SITE).rates()).hasSize(1);
    }

    @Test
    void somebody_elses_file_is_left_alone() throws IOException {
        Files.writeString(path, "precious\n");
        found.put("lte", 10_000_000L);
        live(SITE, "hub");
        assertThat(Files.readString(path)).isEqualTo("precious\n");
        assertThat(told)
                .containsExactly("rates are not kept: " + path + ": is not a file of rates, and is left as it is");
    }

    @Test
    void a_bond_that_does_not_answer_any_more_keeps_the_daemon_from_nothing() {
        open(SITE)
                .follow(() -> {
                    throw new IllegalStateException("the bond does not run");
                })
                .close();
        assertThat(told).singleElement().asString().contains("the bond does not run");
        assertThat(path).doesNotExist();
    }

    @Test
    void without_a_place_rates_are_known_as_long_as_the_daemon_runs() {
        found.put("lte", 10_000_000L);
        RatesKeeper keeper = RatesKeeper.open(null, SITE, () -> now, told::add).follow(() -> stats("hub"));
        assertThat(keeper.rates()).containsExactly(new StartRate("hub", "lte", 10_000_000));
        keeper.close();
        assertThat(told).isEmpty();
    }

    @Test
    void the_usual_place_is_the_folder_that_systemd_gives() {
        assertThat(RatesKeeper.usualPlace(Map.of(), "site")).isNull();
        assertThat(RatesKeeper.usualPlace(Map.of("STATE_DIRECTORY", "relative"), "site"))
                .isNull();
        assertThat(RatesKeeper.usualPlace(Map.of("STATE_DIRECTORY", "/var/lib/aggr:/var/lib/more"), "site"))
                .isEqualTo(Path.of("/var/lib/aggr/site.rates"));
    }
}
