package io.aggr.sim.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A table of text, for a terminal or for Markdown.
 *
 * <p>Columns in which every cell begins like a number are aligned to the right. Doubles are written with one decimal, whatever
 * the locale.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class Table {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    /**
     * A table without rows.
     *
     * @param columns names of the columns, at least one
     */
    public Table(String... columns) {
        if (columns.length == 0) {
            throw new IllegalArgumentException("table must have at least one column");
        }
        head = List.of(columns);
    }

    /**
     * Adds a row.
     *
     * @param cells one per column
     * @return this
     */
    public Table row(Object... cells) {
        if (cells.length != head.size()) {
            throw new IllegalArgumentException(
                    "row must have " + head.size() + " cells, got " + cells.length + " in " + List.of(cells));
        }
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            boolean fraction = cell instanceof Double || cell instanceof Float;
            row.add(
                    fraction
                            ? String.format(Locale.ROOT, "%.1f", ((Number) cell).doubleValue())
                            : String.valueOf(cell));
        }
        rows.add(List.copyOf(row));
        return this;
    }

    /**
     * The table for a terminal.
     *
     * @return lines, each ended by a line feed, without trailing blanks
     */
    public String text() {
        int[] widths = widths();
        StringBuilder out = new StringBuilder();
        textLine(out, head, widths);
        StringBuilder rule = new StringBuilder();
        for (int width : widths) {
            rule.append(rule.length() == 0 ? "" : "  ").append("-".repeat(width));
        }
        out.append(rule).append('\n');
        for (List<String> row : rows) {
            textLine(out, row, widths);
        }
        return out.toString();
    }

    /**
     * The table for Markdown.
     *
     * @return lines, each ended by a line feed
     */
    public String markdown() {
        StringBuilder out = new StringBuilder();
        markdownLine(out, head);
        out.append('|');
        for (int column = 0; column < head.size(); column++) {
            out.append(isNumeric(column) ? "---:|" : "---|");
        }
        out.append('\n');
        for (List<String> row : rows) {
            markdownLine(out, row);
        }
        return out.toString();
    }

    private void textLine(StringBuilder out, List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < cells.size(); column++) {
            String cell = cells.get(column);
            String blanks = " ".repeat(widths[column] - length(cell));
            line.append(column == 0 ? "" : "  ");
            line.append(isNumeric(column) ? blanks + cell : cell + blanks);
        }
        out.append(line.toString().stripTrailing()).append('\n');
    }

    private static void markdownLine(StringBuilder out, List<String> cells) {
        out.append('|');
        for (String cell : cells) {
            out.append(' ').append(cell.replace("|", "\\|")).append(" |");
        }
        out.append('\n');
    }

    private int[] widths() {
        int[] widths = new int[head.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = length(head.get(column));
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], length(row.get(column)));
            }
        }
        return widths;
    }

    private boolean isNumeric(int column) {
        return !rows.isEmpty()
                && rows.stream()
                        .map(row -> row.get(column))
                        .allMatch(cell -> cell.isEmpty() || cell.equals("-") || cell.matches("[-+<>≤≥]?\\s*\\d.*"));
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
