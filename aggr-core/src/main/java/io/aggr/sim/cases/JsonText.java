package io.aggr.sim.cases;

import java.util.Locale;

/** Writes JSON (RFC 8259), one member or element per call. Numbers that JSON does not have become null. */
final class JsonText {
    private final StringBuilder text = new StringBuilder();
    private boolean needsComma;

    JsonText beginObject() {
        return open('{');
    }

    JsonText endObject() {
        return close('}');
    }

    JsonText beginArray() {
        return open('[');
    }

    JsonText endArray() {
        return close(']');
    }

    JsonText name(String name) {
        string(name);
        text.append(':');
        needsComma = false;
        return this;
    }

    JsonText field(String name, String value) {
        name(name).string(value);
        return this;
    }

    JsonText field(String name, long value) {
        return name(name).raw(Long.toString(value));
    }

    JsonText field(String name, boolean value) {
        return name(name).raw(Boolean.toString(value));
    }

    JsonText field(String name, double value) {
        return name(name).value(value);
    }

    JsonText value(double value) {
        return raw(Double.isFinite(value) ? String.format(Locale.ROOT, "%.6f", value) : "null");
    }

    String text() {
        return text.append('\n').toString();
    }

    private JsonText open(char bracket) {
        comma();
        text.append(bracket);
        needsComma = false;
        return this;
    }

    private JsonText close(char bracket) {
        text.append(bracket);
        needsComma = true;
        return this;
    }

    private JsonText raw(String value) {
        comma();
        text.append(value);
        return this;
    }

    private void string(String value) {
        comma();
        text.append('"');
        for (int i = 0; i < value.length(); i++) {
            char character = value.charAt(i);
            if (character == '"' || character == '\\') {
                text.append('\\').append(character);
            } else if (character < ' ') {
                text.append(String.format(Locale.ROOT, "\\u%04x", (int) character));
            } else {
                text.append(character);
            }
        }
        text.append('"');
    }

    private void comma() {
        if (needsComma) {
            text.append(text.charAt(text.length() - 1) == '}' ? ",\n" : ",");
        }
        needsComma = true;
    }
}
