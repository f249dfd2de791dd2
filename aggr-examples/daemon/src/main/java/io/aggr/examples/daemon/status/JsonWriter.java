package io.aggr.examples.daemon.status;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Writes one JSON document (RFC 8259) of objects and arrays; the caller keeps the order of calls sensible. */
final class JsonWriter {

    private final StringBuilder out = new StringBuilder(2048);

    JsonWriter open(char bracket) {
        comma();
        out.append(bracket);
        return this;
    }

    JsonWriter close(char bracket) {
        out.append(bracket);
        return this;
    }

    JsonWriter key(String key) {
        comma();
        quote(key);
        out.append(':');
        return this;
    }

    JsonWriter field(String key, String value) {
        key(key);
        quote(value);
        return this;
    }

    JsonWriter field(String key, boolean value) {
        key(key);
        out.append(value);
        return this;
    }

    JsonWriter field(String key, long value) {
        key(key);
        out.append(value);
        return this;
    }

    /** A number with a fraction; null where it is unknown or no number. */
    JsonWriter field(String key, @Nullable Double value) {
        key(key);
        if (value == null || value.isNaN() || value.isInfinite()) {
            out.append("null");
        } else {
            out.append(value.doubleValue());
        }
        return this;
    }

    JsonWriter nullField(String key) {
        key(key);
        out.append("null");
        return this;
    }

    /** Counters in the order of their names. */
    JsonWriter counters(String key, Map<String, Long> counters) {
        key(key).open('{');
        new TreeMap<>(counters).forEach(this::field);
        return close('}');
    }

    <T> JsonWriter array(String key, Iterable<T> items, Consumer<T> writer) {
        key(key).open('[');
        for (T item : items) {
            writer.accept(item);
        }
        return close(']');
    }

    void text(String value) {
        comma();
        quote(value);
    }

    @Override
    public String toString() {
        return out.toString();
    }

    /** A comma, unless this is the first of its object or array, or the value of a key. */
    private void comma() {
        if (out.length() > 0 && "{[:".indexOf(out.charAt(out.length() - 1)) < 0) {
            out.append(',');
        }
    }

    private void quote(String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' '
                    || (c >= 0x7f && c < 0xa0)
                    || c == '\u2028'
                    || c == '\u2029'
                    || Character.isSurrogate(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
