package io.aggr.examples.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PingResultTest {

    @Test
    void quantiles_are_over_the_answered_ones() {
        List<PingResult.Echo> echoes = IntStream.rangeClosed(1, 21)
                .mapToObj(i -> new PingResult.Echo(i * 1000L, i == 21 ? -1 : i))
                .toList();
        PingResult result = new PingResult(echoes);

        assertThat(result.sent()).isEqualTo(21);
        assertThat(result.lost()).isEqualTo(1);
        assertThat(result.quantileNanos(0.5)).isEqualTo(10);
        assertThat(result.quantileNanos(0.95)).isEqualTo(19);
        assertThat(result.quantileNanos(1)).isEqualTo(20);
        assertThat(result.longestSilenceNanos()).isEqualTo(1001);
    }

    @Test
    void nothing_answered_has_no_quantile() {
        assertThat(new PingResult(List.of()).quantileNanos(0.5)).isEqualTo(-1);
    }
}
