package io.aggr.examples.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import io.aggr.CapacityUse;
import io.aggr.link.LinkState;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatsJsonTest {

    static final BondStats STATS = new BondStats(
            "site",
            "aggr0",
            12_345_678_000L,
            List.of(new PeerStats(
                    "hyrule",
                    true,
                    false,
                    "earliest-arrival",
                    "gap",
                    10,
                    1_000,
                    20,
                    2_000,
                    3,
                    300,
                    4,
                    2_500_000,
                    List.of(
                            new LinkStats(
                                    0,
                                    "freebox",
                                    LinkState.UP,
                                    "172.16.253.100:4000",
                                    "88.191.22.243:5080",
                                    800_000,
                                    790_000,
                                    42_100_000,
                                    1_500_000,
                                    0.0125,
                                    100,
                                    100_000,
                                    200,
                                    300_000,
                                    5,
                                    6,
                                    7,
                                    1_492,
                                    0,
                                    false,
                                    false,
                                    0,
                                    0,
                                    Map.of(CapacityUse.PACKETS, 96_000L, CapacityUse.NOTHING_TO_SEND, 4_000L),
                                    Map.of("no-route", 2L)),
                            new LinkStats(
                                    1,
                                    "dartybox",
                                    LinkState.SUSPECT,
                                    "",
                                    "",
                                    0,
                                    0,
                                    -1,
                                    0,
                                    0,
                                    0,
                                    0,
                                    0,
                                    100_000,
                                    0,
                                    0,
                                    0,
                                    1_420,
                                    1,
                                    true,
                                    true,
                                    5_000_000_000L,
                                    1_200_000_000L,
                                    Map.of(),
                                    Map.of())),
                    Map.of("queue-full", 12L, "not-allowed", 3L),
                    Map.of("scheduler-failed", 1L))),
            Map.of("no-peer", 9L),
            List.of("a plugin \"x\"\nis broken"));

    @Test
    void the_document_has_units_in_its_keys_and_null_for_what_is_not_known() {
        assertThat(StatsJson.write(STATS))
                .isEqualTo(
                        "{\"version\":1,\"bond\":\"site\",\"tun\":\"aggr0\",\"uptime_seconds\":12.345678,\"peers\":[{"
                                + "\"name\":\"hyrule\",\"established\":true,\"authenticated\":false,"
                                + "\"scheduler\":\"earliest-arrival\",\"reorder\":\"gap\","
                                + "\"tun_in_packets\":10,\"tun_in_bytes\":1000,\"tun_out_packets\":20,\"tun_out_bytes\":2000,"
                                + "\"queued_packets\":3,\"queued_bytes\":300,\"held_packets\":4,\"mean_hold_ms\":2.5,\"links\":["
                                + "{\"id\":0,\"name\":\"freebox\",\"state\":\"up\",\"local\":\"172.16.253.100:4000\","
                                + "\"remote\":\"88.191.22.243:5080\",\"send_bits_per_second\":800000,"
                                + "\"found_bits_per_second\":790000,\"rtt_ms\":42.1,"
                                + "\"delay_ms\":1.5,\"loss_ratio\":0.0125,\"sent_packets\":100,\"sent_bytes\":100000,"
                                + "\"received_packets\":200,\"received_bytes\":300000,\"lost_packets\":5,"
                                + "\"resent_packets\":6,\"backlog_bytes\":7,\"mtu_bytes\":1492,\"tier\":0,\"metered\":false,"
                                + "\"backup\":false,\"quota_bytes\":null,\"quota_used_bytes\":null,"
                                + "\"capacity_bytes\":{\"nothing-to-send\":4000,\"packets\":96000},\"faults\":{\"no-route\":2}},"
                                + "{\"id\":1,\"name\":\"dartybox\",\"state\":\"suspect\",\"local\":\"\",\"remote\":\"\","
                                + "\"send_bits_per_second\":null,\"found_bits_per_second\":null,\"rtt_ms\":null,"
                                + "\"delay_ms\":0.0,\"loss_ratio\":0.0,"
                                + "\"sent_packets\":0,\"sent_bytes\":0,\"received_packets\":0,\"received_bytes\":100000,"
                                + "\"lost_packets\":0,\"resent_packets\":0,\"backlog_bytes\":0,\"mtu_bytes\":1420,\"tier\":1,"
                                + "\"metered\":true,\"backup\":true,\"quota_bytes\":5000000000,\"quota_used_bytes\":1200000000,"
                                + "\"capacity_bytes\":{},\"faults\":{}}],"
                                + "\"drops\":{\"not-allowed\":3,\"queue-full\":12},\"events\":{\"scheduler-failed\":1}}],"
                                + "\"drops\":{\"no-peer\":9},\"problems\":[\"a plugin \\\"x\\\"\\u000ais broken\"]}");
    }

    @Test
    void what_is_written_can_be_read() {
        assertThat(StatsJson.read(StatsJson.write(STATS))).isEqualTo(STATS);
    }

    @Test
    void numbers_that_json_does_not_have_are_null() {
        JsonWriter json = new JsonWriter();
        json.open('{')
                .field("nan", Double.NaN)
                .field("infinite", Double.POSITIVE_INFINITY)
                .close('}');

        assertThat(json).hasToString("{\"nan\":null,\"infinite\":null}");
    }

    @Test
    void keys_of_a_later_daemon_are_skipped_and_those_of_an_earlier_one_are_empty() {
        BondStats read = StatsJson.read("{\"version\":1,\"bond\":\"b\",\"more\":[{}],\"peers\":[{\"name\":\"p\"}]}");

        assertThat(read.name()).isEqualTo("b");
        assertThat(read.peers()).singleElement().extracting(PeerStats::links).isEqualTo(List.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[1,]",
                "{\"a\"}",
                "{\"a\":1,}",
                "01",
                "\"\\x\"",
                "\"a",
                "nul",
                "{} {}",
                "{\"version\":2}",
                "7"
            })
    void what_is_no_such_document_is_refused(String text) {
        assertThatThrownBy(() -> StatsJson.read(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_document_without_end_of_depth_is_refused() {
        assertThatThrownBy(() -> StatsJson.read("[".repeat(100_000))).isInstanceOf(IllegalArgumentException.class);
    }
}
