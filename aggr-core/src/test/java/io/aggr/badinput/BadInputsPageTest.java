package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The page docs/bad-inputs.md names the tests that there are, each in its row, and no others. */
class BadInputsPageTest {

    private static final Pattern NAMED = Pattern.compile("`(\\w+\\.row_\\d\\d_\\w+)`");
    private static final Pattern ANY = Pattern.compile("`(\\w+(?:Test|IT))\\.(\\w+)`");
    private static final Pattern COUNTER = Pattern.compile("`([a-z]+(?:[-.][a-z]+)+)`");
    private static final Pattern METHOD = Pattern.compile("void (row_\\d\\d_\\w+)\\(");
    private static final Pattern ROW = Pattern.compile("^\\*\\*(\\d+)\\. ");

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }

    /** The tests of all modules by the names of their classes. */
    private static Map<String, String> sources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(path -> path.toString().contains("src/test/java")
                            && path.toString().endsWith(".java"))
                    .toList()) {
                sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
            }
        }
        return sources;
    }

    private static Set<String> methods() throws IOException {
        Set<String> methods = new TreeSet<>();
        for (Map.Entry<String, String> source : sources().entrySet()) {
            String text = source.getValue();
            Matcher matcher = METHOD.matcher(text);
            while (matcher.find()) {
                String before = text.substring(Math.max(0, matcher.start() - 2_000), matcher.start());
                assertThat(before.substring(Math.max(0, before.lastIndexOf("\n    }\n"))))
                        .as("runs: " + matcher.group(1))
                        .doesNotContain("@Disabled")
                        .containsPattern("@(?:Test|ParameterizedTest|RepeatedTest)\\b");
                methods.add(source.getKey() + "." + matcher.group(1));
            }
        }
        return methods;
    }

    @Test
    void names_each_test_in_the_row_whose_number_it_has_and_no_test_that_there_is_not() throws IOException {
        Set<String> named = new TreeSet<>();
        int row = 0;
        for (String line : Files.readAllLines(root().resolve("docs/bad-inputs.md"))) {
            Matcher begin = ROW.matcher(line);
            if (begin.find()) {
                row = Integer.parseInt(begin.group(1));
            }
            Matcher matcher = NAMED.matcher(line);
            while (line.startsWith("* ") && matcher.find()) {
                named.add(matcher.group(1));
                assertThat(matcher.group(1)).contains(String.format(".row_%02d_", row));
            }
        }
        assertThat(named).isEqualTo(methods());
    }

    @Test
    void names_no_method_of_a_test_that_is_not_there_anywhere_on_the_page() throws IOException {
        Map<String, String> sources = sources();
        Matcher named = ANY.matcher(Files.readString(root().resolve("docs/bad-inputs.md")));
        int count = 0;
        while (named.find()) {
            count++;
            assertThat(sources.getOrDefault(named.group(1), ""))
                    .as(named.group())
                    .contains("void " + named.group(2) + "(");
        }
        assertThat(count).isGreaterThan(81);
    }

    /** By its name, by what stands behind its first dot, or by the constant that stands for it. */
    private static boolean isNamed(String counter, String source) {
        String last = counter.substring(counter.indexOf('.') + 1);
        return source.contains('"' + counter + '"')
                || source.contains('"' + last + '"')
                || source.contains(last.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    @Test
    void names_counters_that_the_tests_of_their_row_look_at() throws IOException {
        Map<String, String> sources = sources();
        for (String row :
                Files.readString(root().resolve("docs/bad-inputs.md")).split("(?m)^(?=\\*\\*\\d+\\. |## )", -1)) {
            if (!ROW.matcher(row).find()) {
                continue;
            }
            StringBuilder tests = new StringBuilder();
            Matcher named = NAMED.matcher(row);
            while (named.find()) {
                tests.append(
                        sources.get(named.group(1).substring(0, named.group(1).indexOf('.'))));
            }
            Matcher counter = COUNTER.matcher(row);
            while (counter.find()) {
                assertThat(isNamed(counter.group(1), tests.toString()))
                        .as(counter.group(1) + " of " + row.substring(0, row.indexOf('\n')))
                        .isTrue();
            }
        }
    }

    @Test
    void has_a_test_for_each_of_the_eighty_one_rows() throws IOException {
        Set<Integer> tested = new TreeSet<>();
        for (String method : methods()) {
            tested.add(Integer.parseInt(method.substring(method.indexOf(".row_") + 5, method.indexOf(".row_") + 7)));
        }
        assertThat(tested)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 81).boxed().toList());
    }
}
