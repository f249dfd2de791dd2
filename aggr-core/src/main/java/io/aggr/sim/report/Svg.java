package io.aggr.sim.report;

import java.util.Locale;

/** Writes elements of an SVG document. Coordinates are pixels, rounded to tenths. */
final class Svg {
    private final StringBuilder out = new StringBuilder(64 * 1024);

    Svg open(int width, int height, String title, String description) {
        out.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(width);
        out.append("\" height=\"").append(height).append("\" viewBox=\"0 0 ").append(width);
        out.append(' ').append(height).append("\" role=\"img\" font-family=\"");
        out.append("system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', Helvetica, Arial, sans-serif\">\n");
        out.append("<title>").append(escape(title)).append("</title>\n");
        out.append("<desc>").append(escape(description)).append("</desc>\n");
        return this;
    }

    String close() {
        return out.append("</svg>\n").toString();
    }

    void rectangle(double x, double y, double width, double height, String attributes) {
        out.append("<rect");
        number("x", x);
        number("y", y);
        number("width", width);
        number("height", height);
        out.append(' ').append(attributes).append("/>\n");
    }

    void line(double x1, double y1, double x2, double y2, String attributes) {
        out.append("<line");
        number("x1", x1);
        number("y1", y1);
        number("x2", x2);
        number("y2", y2);
        out.append(' ').append(attributes).append("/>\n");
    }

    void circle(double x, double y, double radius, String attributes) {
        out.append("<circle");
        number("cx", x);
        number("cy", y);
        number("r", radius);
        out.append(attributes.isEmpty() ? "" : " ").append(attributes).append("/>\n");
    }

    void text(double x, double y, String attributes, String content) {
        out.append("<text");
        number("x", x);
        number("y", y);
        out.append(' ').append(attributes).append('>').append(escape(content)).append("</text>\n");
    }

    /** A bold title and its unit behind it, wherever the title ends. */
    void heading(double x, double y, String title, String unit, String ink, String faintInk) {
        out.append("<text");
        number("x", x);
        number("y", y);
        out.append(" font-size=\"13\" font-weight=\"600\" fill=\"").append(ink).append("\">");
        out.append(escape(title)).append("<tspan dx=\"9\" font-size=\"12\" font-weight=\"400\" fill=\"");
        out.append(faintInk).append("\">").append(escape(unit)).append("</tspan></text>\n");
    }

    void path(CharSequence data, String attributes) {
        if (data.length() > 0) {
            out.append("<path d=\"")
                    .append(data)
                    .append("\" ")
                    .append(attributes)
                    .append("/>\n");
        }
    }

    void raw(String element) {
        out.append(element).append('\n');
    }

    private void number(String name, double value) {
        out.append(' ').append(name).append("=\"");
        append(out, value);
        out.append('"');
    }

    /** Appends a coordinate with at most one decimal. */
    static void append(StringBuilder to, double value) {
        long tenths = Math.round(value * 10);
        if (tenths < 0) {
            to.append('-');
            tenths = -tenths;
        }
        to.append(tenths / 10);
        if (tenths % 10 != 0) {
            to.append('.').append(tenths % 10);
        }
    }

    static void point(StringBuilder path, char command, double x, double y) {
        path.append(command);
        append(path, x);
        path.append(' ');
        append(path, y);
    }

    static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
