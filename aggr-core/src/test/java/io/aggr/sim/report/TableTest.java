package io.aggr.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

    private final Table table =
            new Table("lines", "share %", "note").row("seed", 99.25, "").row("adsl+lte ±", 8, "jitter | order");

    @Test
    void aligns_numbers_to_the_right_and_text_to_the_left() {
        assertThat(table.text()).isEqualTo("""
                        lines       share %  note
                        ----------  -------  --------------
                        seed           99.3
                        adsl+lte ±        8  jitter | order
                        """);
    }

    @Test
    void writes_markdown() {
        assertThat(table.markdown()).isEqualTo("""
                        | lines | share % | note |
                        |---|---:|---|
                        | seed | 99.3 |  |
                        | adsl+lte ± | 8 | jitter \\| order |
                        """);
    }

    @Test
    void refuses_a_row_of_another_length() {
        assertThatThrownBy(() -> table.row("a")).hasMessage("row must have 3 cells, got 1 in [a]");
        assertThatThrownBy(Table::new).isInstanceOf(IllegalArgumentException.class);
    }
}
