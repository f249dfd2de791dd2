package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.path.Heard;
import io.aggr.internal.path.ReceivePath;
import io.aggr.link.Link;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ArrivalLinesTest {

    private final ArrivalLines lines = new ArrivalLines();

    @Test
    void a_line_leads_where_it_was_bound_last_until_it_is_withdrawn() {
        lines.announce(7, new Heard());
        lines.bind(7, 1, 40);
        assertThat(lines.isBound(7, 1, 40)).isTrue();
        lines.bind(7, 2, 41);
        assertThat(lines.leadTo(1, 40)).isFalse();
        assertThat(lines.leadTo(2, 41)).isTrue();
        assertThat(lines.isAnnounced(7)).isTrue();
        lines.withdraw(7);
        assertThat(lines.leadTo(2, 41)).isFalse();
        assertThat(lines.boundRemote(7)).isEqualTo(Link.NO_REMOTE);
        assertThat(lines.isAnnounced(7)).isFalse();
    }

    @Test
    void sixteen_lines_have_accounts_and_a_seventeenth_has_none() {
        for (int line = 0; line < 16; line++) {
            assertThat(lines.open(10 * line)).isNotNull();
        }
        assertThat(lines.open(255)).isNull();
        assertThat(lines.open(150)).isSameAs(lines.path(150)).isSameAs(lines.inUse()[15]);
    }

    @Test
    void the_other_half_sees_that_something_comes_over_an_announced_line() {
        ReceivePath path = Objects.requireNonNull(lines.open(3));
        Heard heard = new Heard();
        assertThat(lines.onDatagram(path, 5, 100, 1_000)).isTrue();
        lines.announce(3, heard);
        assertThat(lines.onDatagram(path, 4, 100, 2_000)).isFalse();
        assertThat(heard.silenceNanos(2_500)).isEqualTo(500);
    }
}
