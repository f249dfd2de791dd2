package io.aggr.examples.embedding;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.examples.embedding.Embedding.Result;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class EmbeddingIT {

    @Test
    void carries_one_flow_over_both_lines_in_order() throws Exception {
        Result result = Embedding.run(Duration.ofSeconds(1), System.out);

        assertThat(result.sent()).isEqualTo(2500);
        assertThat(result.outOfOrder()).isZero();
        // On a machine that stands still for a moment the bond's queue management may drop packets of the burst that
        // follows.
        assertThat(result.arrived()).isBetween(result.sent() * 9 / 10, result.sent());
        assertThat(result.links()).extracting(BondStats.LinkStats::name).containsExactly("dsl", "lte");
        assertThat(result.links())
                .allSatisfy(link -> assertThat(link.sentPackets())
                        .as("datagrams over line %s of %s", link.name(), result)
                        .isGreaterThan(result.sent() / 10));
    }
}
