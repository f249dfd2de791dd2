package io.aggr.examples.daemon.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.tomlj.TomlArray;
import org.tomlj.TomlPosition;
import org.tomlj.TomlTable;

/**
 * One table of the file, read strictly: a key that the schema does not have and a value of another type are complaints. A value that was complained
 * about reads as if it was not given, so reading goes on and finds the next mistake.
 */
final class Section {

    /** A value and where it stands. */
    record Located<T>(T value, int line) {}

    private final TomlTable table;
    private final Schema schema;
    private final String path;
    private final int line;
    private final Problems problems;

    Section(TomlTable table, Schema schema, String path, int line, Problems problems) {
        this.table = table;
        this.schema = schema;
        this.path = path;
        this.line = line;
        this.problems = problems;
        for (String key : table.keySet()) {
            if (!schema.keys().contains(key)) {
                problems.add(lineOf(key), nameOf(key), schema.complain(key));
            }
        }
    }

    /** Where the table begins. */
    int line() {
        return line;
    }

    /** Where the key stands, or where the table begins. */
    int lineOf(String key) {
        TomlPosition position = table.inputPositionOf(List.of(key));
        return position == null ? line : position.line();
    }

    /** Whether a table of this kind may have the key. */
    boolean knows(String key) {
        return schema.keys().contains(key);
    }

    boolean has(String key) {
        return value(key) != null;
    }

    /** The keys of the schema that are written. */
    List<String> written() {
        return schema.keys().stream().filter(this::has).toList();
    }

    boolean isEmptyArray(String key) {
        return value(key) instanceof TomlArray array && array.isEmpty();
    }

    void complain(String key, String text) {
        problems.add(lineOf(key), nameOf(key), text);
    }

    void complain(int atLine, String key, String text) {
        problems.add(atLine, nameOf(key), text);
    }

    void missing(String key, String expected) {
        problems.add(line, nameOf(key), "missing: expected " + expected);
    }

    @Nullable
    String text(String key) {
        return of(key, String.class, "a text in quotes");
    }

    boolean flag(String key, boolean fallback) {
        Boolean value = of(key, Boolean.class, "true or false, without quotes");
        return value == null ? fallback : value;
    }

    @Nullable
    Long integer(String key, long min, long max) {
        String expected = "a whole number from " + min + " to " + max;
        Long value = of(key, Long.class, expected);
        if (value != null && (value < min || value > max)) {
            complain(key, value + ": expected " + expected);
            return null;
        }
        return value;
    }

    /** A text in a form of its own; {@code parse} says what is wrong with an IllegalArgumentException. */
    <T> @Nullable T parsed(String key, Function<String, T> parse) {
        String value = text(key);
        return value == null ? null : parse(lineOf(key), key, value, parse);
    }

    /** An array of texts; those in a wrong form are left out. */
    <T> List<Located<T>> parsedList(String key, String example, Function<String, T> parse) {
        List<Located<T>> result = new ArrayList<>();
        TomlArray array = of(key, TomlArray.class, "an array such as " + example);
        for (int i = 0; array != null && i < array.size(); i++) {
            TomlPosition position = array.inputPositionOf(i);
            int at = position == null ? lineOf(key) : position.line();
            if (array.get(i) instanceof String text) {
                T value = parse(at, key, text, parse);
                if (value != null) {
                    result.add(new Located<>(value, at));
                }
            } else {
                complain(at, key, show(array.get(i)) + ": expected a text in quotes, such as in " + example);
            }
        }
        return result;
    }

    @Nullable
    Section table(String key, Schema inner) {
        TomlTable value = of(key, TomlTable.class, "a table");
        return value == null ? null : new Section(value, inner, nameOf(key), lineOf(key), problems);
    }

    /** An array of tables; {@code header} is how to write one. */
    List<Section> tables(String key, Schema inner, String header) {
        Object value = value(key);
        List<Section> result = new ArrayList<>();
        if (value instanceof TomlArray array) {
            for (int i = 0; i < array.size(); i++) {
                TomlPosition position = array.inputPositionOf(i);
                int at = position == null ? lineOf(key) : position.line();
                if (array.get(i) instanceof TomlTable inside) {
                    result.add(new Section(inside, inner, nameOf(key), at, problems));
                } else {
                    complain(at, key, show(array.get(i)) + ": expected a table with the header " + header);
                }
            }
        } else if (value != null) {
            complain(key, show(value) + ": expected tables with the header " + header);
        }
        return result;
    }

    /** Options of a plugin: texts, numbers and flags, as texts. */
    Map<String, String> options(String key) {
        TomlTable value = of(key, TomlTable.class, "a table such as { size = 10 }");
        return value == null ? Map.of() : options(value, nameOf(key), lineOf(key), "");
    }

    /** A plugin's name, or a table with its name and its options; null if it is not given or wrong. */
    @Nullable
    NamedPlugin plugin(String key) {
        Object value = value(key);
        if (value instanceof String name) {
            return new NamedPlugin(name, Map.of(), lineOf(key));
        }
        if (value instanceof TomlTable inside) {
            if (inside.get(List.of("name")) instanceof String name) {
                return new NamedPlugin(name, options(inside, nameOf(key), lineOf(key), "name"), lineOf(key));
            }
            complain(key, "a table without the text \"name\": expected one such as { name = \"...\", option = 1 }");
        } else if (value != null) {
            complain(key, show(value) + ": expected a name in quotes, or a table with name and options");
        }
        return null;
    }

    /** A plugin as it is written. */
    record NamedPlugin(String name, Map<String, String> options, int line) {}

    private Map<String, String> options(TomlTable inside, String inPath, int inLine, String except) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String key : inside.keySet()) {
            Object value = inside.get(List.of(key));
            if (value instanceof String
                    || value instanceof Long
                    || value instanceof Boolean
                    || value instanceof Double) {
                if (!key.equals(except)) {
                    options.put(key, value.toString());
                }
            } else {
                TomlPosition position = inside.inputPositionOf(List.of(key));
                problems.add(
                        position == null ? inLine : position.line(),
                        inPath + "." + key,
                        show(value) + ": expected a text, a number, true or false");
            }
        }
        return options;
    }

    private <T> @Nullable T parse(int at, String key, String text, Function<String, T> parse) {
        try {
            return parse.apply(text);
        } catch (IllegalArgumentException e) {
            complain(at, key, Texts.quoted(text) + ": " + e.getMessage());
            return null;
        }
    }

    private <T> @Nullable T of(String key, Class<T> type, String expected) {
        Object value = value(key);
        if (value == null || type.isInstance(value)) {
            return type.cast(value);
        }
        complain(key, show(value) + ": expected " + expected);
        return null;
    }

    private @Nullable Object value(String key) {
        if (!schema.keys().contains(key)) {
            throw new IllegalStateException(key + " is missing in the schema");
        }
        return table.get(List.of(key));
    }

    private String nameOf(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String show(@Nullable Object value) {
        if (value instanceof String text) {
            return Texts.quoted(text);
        } else if (value instanceof TomlTable) {
            return "a table";
        } else if (value instanceof TomlArray) {
            return "an array";
        }
        return Texts.printable(String.valueOf(value));
    }
}
