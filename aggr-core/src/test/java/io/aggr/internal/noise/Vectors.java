package io.aggr.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * Published test vectors, read from the folder that {@code -Daggr.vectors} names; the usual one is {@code shared/vectors} beside the project. Tests that
 * need them are skipped, with a line that says so, where they are not there.
 */
final class Vectors {

    private static final HexFormat HEX = HexFormat.of();

    private Vectors() {}

    static byte[] hex(String text) {
        return HEX.parseHex(text.replace(" ", ""));
    }

    static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }

    /** Bytes that a vector has under a name. */
    static byte[] bytes(Map<String, Object> vector, String name) {
        return hex((String) vector.get(name));
    }

    static Map<String, Object> file(String name) {
        Path file = folder().resolve(name);
        if (!Files.isReadable(file)) {
            System.out.println(
                    "skipped: there are no test vectors at " + file + "; -Daggr.vectors says where they are");
        }
        assumeTrue(Files.isReadable(file), "no test vectors at " + file);
        try {
            return Json.object(Json.parse(Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path folder() {
        Path root = Path.of("").toAbsolutePath();
        while (root.getParent() != null && !Files.exists(root.resolve(".mvn"))) {
            root = root.getParent();
        }
        return root.resolve(System.getProperty("aggr.vectors", "../shared/vectors"))
                .normalize();
    }

    /** One test of a file of project Wycheproof, with what its group says. */
    record Case(Map<String, Object> group, Map<String, Object> test) {
        byte[] bytes(String name) {
            return Vectors.bytes(test, name);
        }

        int number(String name) {
            return Integer.parseInt((String) group.get(name));
        }

        boolean isValid() {
            return "valid".equals(test.get("result"));
        }

        @Override
        public String toString() {
            return test.get("tcId") + " " + test.get("comment");
        }
    }

    static List<Case> wycheproof(String name) {
        List<Case> cases = new ArrayList<>();
        for (Object group : Json.list(file("wycheproof/" + name).get("testGroups"))) {
            for (Object test : Json.list(Json.object(group).get("tests"))) {
                cases.add(new Case(Json.object(group), Json.object(test)));
            }
        }
        assertThat(cases).hasSizeGreaterThan(50);
        return cases;
    }
}
