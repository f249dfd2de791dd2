package io.aggr.internal.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.encap.OpenOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Version 1 of the wire format, byte by byte, with keys and chance that are always the same. What changes here is another version. */
class NoiseTranscriptTest {

    private static final Map<String, String> FROZEN = Map.of(
            "INIT",
                    "010101000000000a499222fc9cd573d21f6c178098983c95f0a52c17fd318548725cd170b4dc5c4b3b183b10"
                            + "2866557bb64a0d082aefd2889fa448b2fd19551f17d1274851f04824b82130c40a976474d6c283ed3d2102d1"
                            + "c7820341a95db35cc472dee447e798dcffbea0e242d9e88d8d44700126c8940712bfd4db84215622a9525c70"
                            + "bf351b8c0c47600313450f2a770077d3c2b10255a056a9bb42f0087ece97c89d37eb8ce60000000000000000"
                            + "0000000000000000",
            "COOKIE",
                    "030100000000000a111111111111111111111111111111111111111111111111d1693ffcb0d5af6d9a2f9d34"
                            + "74ac11886334a94919448a7cb60e5f44de0e3e4e",
            "RESP",
                    "020101000000000a0000000a996323ebe9d69e88d2c918a0a45ef2ff0b07494fe3fcb02d490e13d6a7b81956"
                            + "58e7d1b180fbb36ee37cec14629e1647db4b60e312fbd665aee600fb266dc485235161c7c881bfcb74035be2"
                            + "76ac64b275a895a9cc34b7663693af851c01eaabb99dbf8c3dd4861135320cbcbc0ee5010000000000000000"
                            + "0000000000000000",
            "DATA",
                    "04030000000a000000078133068ea0825c0db82def0be5a971f206c20e23d6c6462b792886786c3eb5004da0"
                            + "a4d848503b7e75c0aaaf8fdad5a63f7ab6232da39fdb2459186a5ed98618711739d94c59a3763e375f25bcd9"
                            + "f7dfa2c0fb02887cb0058823923f1d1c26039d5278d65c38f6b772d8c271ecaf39750671e246");

    private static Map<String, String> transcript() {
        Map<String, byte[]> said = new LinkedHashMap<>();
        NoiseWorld world = new NoiseWorld(1);
        world.a.counted = 0xA000_0000_0000_0000L;
        world.b.counted = 0xB000_0000_0000_0000L;
        world.a.psk = NoiseWorld.secret(3);
        world.b.psk = NoiseWorld.secret(3);
        world.a.lines = 1;
        world.a.start();
        world.b.start();
        world.a.connect();
        said.put("INIT", world.a.sent.get(0));
        world.runFor(15 * NoiseWorld.MILLI);
        said.put("RESP", world.b.sent.get(0));
        world.runFor(15 * NoiseWorld.MILLI);
        Cookies cookies = new Cookies(new Chance(() -> 0x1111_1111_1111_1111L), world.b.keys.publicKey());
        byte[] address = {(byte) 192, 0, 2, 7, 0x13, (byte) 0xD8};
        said.put("COOKIE", cookies.reply(said.get("INIT"), address, 0));
        said.put("DATA", world.a.seal(3, 7));
        assertThat(world.b.open(said.get("DATA"))).isEqualTo(OpenOutcome.OPENED);
        Map<String, String> hex = new LinkedHashMap<>();
        said.forEach((name, bytes) -> hex.put(name, Vectors.hex(bytes)));
        return hex;
    }

    @Test
    void the_format_is_what_it_was() {
        assertThat(transcript()).isEqualTo(FROZEN);
    }

    @Test
    void the_page_shows_the_same_bytes_field_by_field() throws IOException {
        Map<String, List<String>> examples = examples();
        assertThat(examples.keySet()).containsExactlyInAnyOrderElementsOf(FROZEN.keySet());
        examples.forEach((name, lines) -> {
            String bytes = lines.stream()
                    .map(line -> line.split("  ", 2)[0].replace(" ", ""))
                    .collect(Collectors.joining());
            assertThat(bytes).as(name).isEqualTo(FROZEN.get(name));
        });
        // Where the code has its fields is where the page has them.
        assertThat(offsets(examples.get("INIT")))
                .containsEntry("sender", HandshakeWire.SENDER)
                .containsEntry("noise", HandshakeWire.INIT_NOISE)
                .containsEntry("mac1", HandshakeWire.INIT_MAC1)
                .containsEntry("mac2", HandshakeWire.INIT_MAC2)
                .containsEntry("end", HandshakeWire.INIT_BYTES);
        assertThat(offsets(examples.get("RESP")))
                .containsEntry("receiver", HandshakeWire.RESP_RECEIVER)
                .containsEntry("noise", HandshakeWire.RESP_NOISE)
                .containsEntry("mac1", HandshakeWire.RESP_MAC1)
                .containsEntry("mac2", HandshakeWire.RESP_MAC2)
                .containsEntry("end", HandshakeWire.RESP_BYTES);
        assertThat(offsets(examples.get("COOKIE")))
                .containsEntry("receiver", HandshakeWire.COOKIE_RECEIVER)
                .containsEntry("salt", HandshakeWire.COOKIE_SALT)
                .containsEntry("sealed", HandshakeWire.COOKIE_SEALED)
                .containsEntry("end", HandshakeWire.COOKIE_BYTES);
    }

    /** Where each named field of an example begins. */
    private static Map<String, Integer> offsets(List<String> lines) {
        Map<String, Integer> offsets = new LinkedHashMap<>();
        int at = 0;
        for (String line : lines) {
            String[] parts = line.split(" {2,}", 2);
            if (parts.length == 2) {
                offsets.putIfAbsent(parts[1].split("[ ,:]", 2)[0], at);
            }
            at += parts[0].replace(" ", "").length() / 2;
        }
        offsets.put("end", at);
        return offsets;
    }

    /** The examples of the page that are marked as of this encapsulation, by the first word of the heading before them. */
    private static Map<String, List<String>> examples() throws IOException {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("docs/protocol.md"))) {
            root = root.getParent();
        }
        Map<String, List<String>> examples = new LinkedHashMap<>();
        List<String> current = null;
        String heading = "";
        for (String line : Files.readAllLines(root.resolve("docs/protocol.md"))) {
            if (line.startsWith("### ")) {
                heading = line.split(" ", -1)[2];
            } else if (line.equals("```noise")) {
                current = new ArrayList<>();
                examples.put(heading, current);
            } else if (line.equals("```")) {
                current = null;
            } else if (current != null) {
                current.add(line);
            }
        }
        return examples;
    }
}
