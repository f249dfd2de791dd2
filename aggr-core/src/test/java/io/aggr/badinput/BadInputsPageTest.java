package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    private static final Pattern METHOD = Pattern.compile("void (row_\\d\\d_\\w+)\\(");
    private static final Pattern ROW = Pattern.compile("^\\*\\*(\\d+)\\. ");

    private static Path root() {
        Path here = Path.of("").toAbsolutePath();
        return Files.exists(here.resolve("docs")) ? here : here.getParent();
    }

    private static Set<String> methods() throws IOException {
        Set<String> methods = new TreeSet<>();
        try (Stream<Path> files = Files.walk(root())) {
            for (Path file : files.filter(path -> path.toString().contains("src/test/java")
                            && path.toString().endsWith(".java"))
                    .toList()) {
                Matcher matcher = METHOD.matcher(Files.readString(file));
                String type = file.getFileName().toString().replace(".java", "");
                while (matcher.find()) {
                    methods.add(type + "." + matcher.group(1));
                }
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
    void has_a_test_for_each_of_the_eighty_one_rows() throws IOException {
        Set<Integer> tested = new TreeSet<>();
        for (String method : methods()) {
            tested.add(Integer.parseInt(method.substring(method.indexOf(".row_") + 5, method.indexOf(".row_") + 7)));
        }
        assertThat(tested)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 81).boxed().toList());
    }
}
