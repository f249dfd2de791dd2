package io.aggr.examples.lab.trial;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Counters of a status document are found by name, whatever table they are in. */
class GateStatusTest {

    private static final String DOCUMENT = "{\"version\":1,\"uptime_seconds\":4.5,\"peers\":[{\"name\":\"a\","
            + "\"links\":[{\"lost_packets\":3,\"rtt_ms\":20.5},{\"lost_packets\":4}],\"events\":{\"new-keys\":2}},"
            + "{\"name\":\"b\",\"links\":[{\"lost_packets\":5}]}],\"drops\":{\"outer.replayed\":6,\"outer.short\":1}}";

    @Test
    void equal_names_add_up_over_peers_and_lines() {
        GateStatus status = GateStatus.parse(DOCUMENT);
        assertThat(status.count("lost_packets")).isEqualTo(12);
        assertThat(status.count("new-keys")).isEqualTo(2);
        assertThat(status.count("never-heard-of")).isZero();
        assertThat(status.all("outer.")).isEqualTo(7);
    }

    @Test
    void fractions_are_no_counters() {
        assertThat(GateStatus.parse(DOCUMENT).counts()).doesNotContainKeys("rtt_ms", "uptime_seconds");
    }

    @Test
    void what_has_come_since_is_the_difference_and_what_has_not_is_left_out_of_the_text() {
        GateStatus before = GateStatus.parse(DOCUMENT);
        GateStatus since = GateStatus.parse(DOCUMENT.replace("\"outer.short\":1", "\"outer.short\":9"))
                .since(before);
        assertThat(since.text(name -> true)).isEqualTo("outer.short 8");
        assertThat(since.text(name -> name.startsWith("queue."))).isEqualTo("none");
    }
}
