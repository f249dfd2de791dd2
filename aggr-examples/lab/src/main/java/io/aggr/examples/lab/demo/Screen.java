package io.aggr.examples.lab.demo;

import java.io.PrintStream;
import java.util.List;

/** Rows that stay, and below them a block that is drawn anew as things go on. Where that cannot be done only what stays is shown. */
final class Screen {

    private final PrintStream out;
    private final Style style;
    private int liveRows;

    Screen(PrintStream out, Style style) {
        this.out = out;
        this.style = style;
    }

    Style style() {
        return style;
    }

    /** Puts rows above the live block, for good; the block is gone until it is drawn again. */
    void keep(List<String> rows) {
        StringBuilder text = new StringBuilder(Style.back(liveRows));
        liveRows = 0;
        rows.forEach(row -> text.append(row.stripTrailing()).append('\n'));
        out.print(text);
        out.flush();
    }

    void keep(String... rows) {
        keep(List.of(rows));
    }

    /** Draws the block. Rows must not be wider than the terminal, 80 characters. */
    void live(List<String> rows) {
        if (!style.isTerminal()) {
            return;
        }
        StringBuilder text = new StringBuilder(Style.back(liveRows));
        rows.forEach(row -> text.append(row).append('\n'));
        liveRows = rows.size();
        out.print(text);
        out.flush();
    }
}
