package io.aggr.internal.frame;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What docs/protocol.md says, as far as a test can understand it: tables of fields, other tables, and examples in hex. */
final class ProtocolDocument {

    private static final Pattern EXAMPLE_LINE = Pattern.compile("([0-9a-f ]*?) {2,}(\\w+) = (.+)");

    private final List<Section> sections = new ArrayList<>();

    /** A part of the page under one heading. */
    record Section(String title, List<List<String>> rows, List<Example> examples) {

        /** Rows of the table whose first header cell is this, without header. */
        List<List<String>> table(String firstHeader, String secondHeader) {
            List<List<String>> found = new ArrayList<>();
            boolean inside = false;
            for (List<String> row : rows) {
                if (row.isEmpty()) {
                    inside = false;
                } else if (inside) {
                    found.add(row);
                } else if (row.get(0).equals(firstHeader) && row.get(1).equals(secondHeader)) {
                    inside = true;
                }
            }
            return found;
        }

        /** All tables that begin with "offset", "length", each with its header. */
        List<List<List<String>>> fieldTables() {
            List<List<List<String>>> tables = new ArrayList<>();
            List<List<String>> current = new ArrayList<>();
            for (List<String> row : rows) {
                if (row.isEmpty()) {
                    current = new ArrayList<>();
                } else {
                    current.add(row);
                    if (current.size() == 1 && row.get(0).equals("offset")) {
                        tables.add(current);
                    }
                }
            }
            return tables;
        }
    }

    /** A line of an example. */
    record Field(String name, String hex, String value) {

        byte[] bytes() {
            return HexFormat.of().parseHex(hex);
        }

        long number() {
            return value.startsWith("0x") ? Long.parseUnsignedLong(value.substring(2), 16) : Long.parseLong(value);
        }
    }

    /** An example: a datagram or a frame in hex, field by field. */
    record Example(List<Field> fields) {

        byte[] bytes() {
            ByteBuffer all = ByteBuffer.allocate(
                    fields.stream().mapToInt(f -> f.bytes().length).sum());
            fields.forEach(f -> all.put(f.bytes()));
            return all.array();
        }

        ByteBuffer buffer() {
            return ByteBuffer.wrap(bytes());
        }

        Field field(String name) {
            return field(name, 0);
        }

        Field field(String name, int occurrence) {
            return fields.stream()
                    .filter(f -> f.name().equals(name))
                    .skip(occurrence)
                    .findFirst()
                    .orElseThrow(() -> new AssertionError("the example has no field " + name));
        }

        long number(String name) {
            return field(name).number();
        }
    }

    private ProtocolDocument(List<String> lines) {
        List<List<String>> rows = new ArrayList<>();
        List<Example> examples = new ArrayList<>();
        List<Field> fields = new ArrayList<>();
        boolean inFence = false;
        boolean inExample = false;
        for (String line : lines) {
            if (line.startsWith("```")) {
                if (inExample) {
                    examples.add(new Example(List.copyOf(fields)));
                    fields.clear();
                }
                inExample = line.equals("```hex");
                inFence = !inFence;
            } else if (inExample) {
                fields.add(field(line));
            } else if (!inFence && line.startsWith("#")) {
                rows = new ArrayList<>();
                examples = new ArrayList<>();
                sections.add(new Section(line.replaceFirst("^#+ ", ""), rows, examples));
            } else if (!inFence && line.startsWith("|")) {
                if (!line.startsWith("|---")) {
                    rows.add(Arrays.stream(line.substring(1).split("\\|"))
                            .map(String::strip)
                            .toList());
                }
            } else if (!rows.isEmpty()) {
                rows.add(List.of());
            }
        }
    }

    /** Reads the page, wherever in the source tree the tests run. */
    static ProtocolDocument read() {
        Path base = Path.of(System.getProperty("basedir", "")).toAbsolutePath();
        for (Path directory = base; directory != null; directory = directory.getParent()) {
            Path page = directory.resolve("docs/protocol.md");
            if (Files.isRegularFile(page)) {
                try {
                    return new ProtocolDocument(Files.readAllLines(page));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        }
        throw new AssertionError("no docs/protocol.md above " + base);
    }

    List<Section> sections() {
        return sections;
    }

    Section section(String titlePart) {
        List<Section> found =
                sections.stream().filter(s -> s.title().contains(titlePart)).toList();
        if (found.size() != 1) {
            throw new AssertionError(found.size() + " sections have \"" + titlePart + "\" in their title");
        }
        return found.get(0);
    }

    Example example(String titlePart) {
        return section(titlePart).examples().get(0);
    }

    private static Field field(String line) {
        Matcher matcher = EXAMPLE_LINE.matcher(line);
        if (!matcher.matches()) {
            throw new AssertionError("not a line of an example: " + line);
        }
        String hex = matcher.group(1).replace(" ", "");
        return new Field(matcher.group(2), hex, matcher.group(3));
    }
}
