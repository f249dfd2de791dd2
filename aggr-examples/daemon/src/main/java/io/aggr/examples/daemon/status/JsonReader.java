package io.aggr.examples.daemon.status;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one JSON document (RFC 8259) into maps, lists, texts, {@link BigDecimal}s, Booleans and nulls. Made for the answers of a daemon, so it is
 * small; what is not JSON is refused with an IllegalArgumentException.
 */
final class JsonReader {

    private static final int MAX_DEPTH = 32;

    private final String text;
    private int at;
    private int depth;

    private JsonReader(String text) {
        this.text = text;
    }

    static @Nullable Object read(String text) {
        JsonReader reader = new JsonReader(text);
        Object value = reader.value();
        reader.skipBlanks();
        if (reader.at < text.length()) {
            throw reader.wrong();
        }
        return value;
    }

    private @Nullable Object value() {
        skipBlanks();
        if (at >= text.length() || depth > MAX_DEPTH) {
            throw wrong();
        }
        return switch (text.charAt(at)) {
            case '{' -> object();
            case '[' -> array();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object() {
        Map<String, @Nullable Object> result = new LinkedHashMap<>();
        depth++;
        at++;
        while (!closes('}', result.isEmpty())) {
            skipBlanks();
            String key = string();
            skipBlanks();
            expect(':');
            result.put(key, value());
        }
        depth--;
        return result;
    }

    private List<@Nullable Object> array() {
        List<@Nullable Object> result = new ArrayList<>();
        depth++;
        at++;
        while (!closes(']', result.isEmpty())) {
            result.add(value());
        }
        depth--;
        return result;
    }

    /** Steps over the bracket at the end, or over the comma before another item. */
    private boolean closes(char bracket, boolean first) {
        skipBlanks();
        if (at < text.length() && text.charAt(at) == bracket) {
            at++;
            return true;
        }
        if (!first) {
            expect(',');
        }
        return false;
    }

    private String string() {
        expect('"');
        StringBuilder result = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return result.toString();
            }
            if (c < ' ') {
                break;
            }
            result.append(c == '\\' ? escaped() : c);
        }
        throw wrong();
    }

    private char escaped() {
        if (at >= text.length()) {
            throw wrong();
        }
        char c = text.charAt(at++);
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong();
        };
    }

    private char unicode() {
        if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
            throw wrong();
        }
        at += 4;
        return (char) Integer.parseInt(text, at - 4, at, 16);
    }

    private BigDecimal number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        if (!digits.matches("-?(0|[1-9]\\d{0,30})(\\.\\d{1,30})?([eE][+-]?\\d{1,3})?")) {
            throw wrong();
        }
        return new BigDecimal(digits);
    }

    private <T> @Nullable T word(String word, @Nullable T value) {
        if (!text.startsWith(word, at)) {
            throw wrong();
        }
        at += word.length();
        return value;
    }

    private void expect(char wanted) {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw wrong();
        }
        at++;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong() {
        return new IllegalArgumentException("no JSON at character " + at);
    }
}
