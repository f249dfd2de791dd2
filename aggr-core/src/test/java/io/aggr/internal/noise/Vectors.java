package io.aggr.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Published test vectors; where they come from is told beside them, in {@code /vectors/README.md} of the test resources. */
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
        try (InputStream in = Vectors.class.getResourceAsStream("/vectors/" + name)) {
            byte[] text = Objects.requireNonNull(in, name).readAllBytes();
            return Json.object(Json.parse(new String(text, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
            return test.get("tcId") + " " + test.get("flags");
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
