package io.aggr.internal.frame;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.ProtocolDocument.Example;
import io.aggr.internal.frame.ProtocolDocument.Field;
import io.aggr.internal.frame.ProtocolDocument.Section;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The page is read, its examples are decoded and encoded again: neither the page nor the codec can change alone. */
class ProtocolDocumentTest {

    private final ProtocolDocument document = ProtocolDocument.read();

    @Test
    void every_table_of_fields_is_without_gaps() {
        int tables = 0;
        for (Section section : document.sections()) {
            for (List<List<String>> table : section.fieldTables()) {
                tables++;
                int expected = 0;
                for (List<String> row : table.subList(1, table.size())) {
                    assertThat(row.get(0)).as("%s, %s", section.title(), row).isEqualTo(String.valueOf(expected));
                    if (!row.get(1).equals("n")) {
                        expected += Integer.parseInt(row.get(1));
                    }
                }
            }
        }
        assertThat(tables).isEqualTo(14);
    }

    @Test
    void every_example_has_the_fields_of_its_table_in_their_order_and_length() {
        int examples = 0;
        for (Section section : document.sections()) {
            for (Example example : section.examples()) {
                examples++;
                List<String> names = new ArrayList<>();
                List<String> lengths = new ArrayList<>();
                List<List<List<String>>> tables = section.fieldTables();
                addRows(tables.get(0), names, lengths);
                if (tables.size() > 1) {
                    // FEEDBACK: in place of the last field, its blocks.
                    names.remove("blocks");
                    lengths.remove(lengths.size() - 1);
                    addRows(tables.get(1), names, lengths);
                    addRows(tables.get(1), names, lengths);
                }
                assertThat(example.fields())
                        .extracting(Field::name)
                        .as(section.title())
                        .isEqualTo(names);
                for (int i = 0; i < lengths.size(); i++) {
                    Field field = example.fields().get(i);
                    if (!lengths.get(i).equals("n")) {
                        assertThat(field.bytes())
                                .as("%s, %s", section.title(), field.name())
                                .hasSize(Integer.parseInt(lengths.get(i)));
                    }
                }
            }
        }
        assertThat(examples).isEqualTo(14);
    }

    private static void addRows(List<List<String>> table, List<String> names, List<String> lengths) {
        for (List<String> row : table.subList(1, table.size())) {
            names.add(row.get(2).replace("`", ""));
            lengths.add(row.get(1));
        }
    }

    @Test
    void every_number_in_an_example_is_what_its_bytes_say() {
        int numbers = 0;
        for (Section section : document.sections()) {
            for (Example example : section.examples()) {
                for (Field field : example.fields()) {
                    if (field.bytes().length <= 8
                            && !field.name().equals("missing")
                            && field.value().matches("0x[0-9a-fA-F]+|[0-9]+")
                            && !field.name().equals("frames")) {
                        numbers++;
                        long value = 0;
                        for (byte b : field.bytes()) {
                            value = (value << 8) | (b & 0xFF);
                        }
                        assertThat(field.number())
                                .as("%s, %s", section.title(), field.name())
                                .isEqualTo(value);
                    }
                }
            }
        }
        assertThat(numbers).isGreaterThan(60);
    }

    @Test
    void every_example_of_a_frame_passes_the_check_and_no_beginning_of_it_does() {
        for (Section section : document.sections()) {
            if (!section.title().startsWith("3.")) {
                continue;
            }
            for (Example example : section.examples()) {
                byte[] bytes = example.bytes();
                assertThat(FrameCheck.check(ByteBuffer.wrap(bytes), 0, bytes.length))
                        .as(section.title())
                        .isEqualTo(FrameVerdict.OK);
                boolean isPad = section.title().contains("PAD");
                for (int length = 0; length < bytes.length; length++) {
                    ByteBuffer beginning = ByteBuffer.wrap(Arrays.copyOf(bytes, length));
                    FrameVerdict verdict = FrameCheck.check(beginning, 0, length);
                    assertThat(verdict == FrameVerdict.OK)
                            .as("%s cut to %d bytes", section.title(), length)
                            .isEqualTo(isPad && length > 0);
                }
            }
        }
    }

    @Test
    void the_reasons_to_drop_are_those_of_the_table() {
        List<String> reasons = document.section("3. Frames").table("reason", "when").stream()
                .map(row -> row.get(0).replace("`", ""))
                .toList();
        List<String> verdicts = Arrays.stream(FrameVerdict.values())
                .filter(v -> v != FrameVerdict.OK)
                .map(Enum::name)
                .toList();
        assertThat(reasons).containsExactlyElementsOf(verdicts);
    }

    @Test
    void the_types_and_sizes_are_those_of_the_table() {
        List<List<String>> rows = document.section("3. Frames").table("type", "frame");
        assertThat(rows).hasSize(14);
        for (List<String> row : rows) {
            String[] range = row.get(0).split(" to ", -1);
            int from = Integer.decode(range[0]);
            int to = Integer.decode(range[range.length - 1]);
            String name = switch (row.get(1)) {
                case "none yet" -> "UNKNOWN";
                case "ignorable" -> "IGNORABLE";
                default -> row.get(1);
            };
            for (int code = from; code <= to; code++) {
                assertThat(FrameType.of(code).name()).as("type %d", code).isEqualTo(name);
                assertThat(FrameType.of((byte) code).name()).isEqualTo(name);
            }
            if (row.get(2).matches("[0-9]+")) {
                assertThat(FrameType.of(from).fixedBytes()).as(name).isEqualTo(Integer.parseInt(row.get(2)));
            }
        }
        assertThat(sizes("HELLO")).isEqualTo(HelloFrame.MIN_BYTES + " to " + (HelloFrame.MIN_BYTES + 16));
        assertThat(sizes("FEEDBACK")).isEqualTo(FeedbackWriter.MIN_BYTES + " to " + FeedbackWriter.MAX_BYTES);
        assertThat(sizes("LINK")).isEqualTo(LinkFrame.MIN_BYTES + " to " + LinkFrame.MAX_BYTES);
        assertThat(sizes("GONE")).isEqualTo(GoneWriter.MIN_BYTES + " to " + GoneWriter.MAX_BYTES);
        assertThat(IpFrame.HEADER_BYTES).isEqualTo(9);
    }

    private String sizes(String frame) {
        return document.section("3. Frames").table("type", "frame").stream()
                .filter(row -> row.get(1).equals(frame))
                .map(row -> row.get(2).replace("u16 length, ", ""))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_flags_are_those_of_the_table() {
        List<List<String>> rows = document.section("3.1 IP frame").table("bit", "flag");
        assertThat(rows).extracting(row -> row.get(0)).containsExactly("7", "6", "5", "4", "3", "2", "1", "0");
        assertThat(rows)
                .extracting(row -> row.get(1))
                .containsExactly("", "FREE", "RETX", "BULK", "CE", "LAST", "PREV", "");
        assertThat(List.of(IpFrame.FREE, IpFrame.RETX, IpFrame.BULK, IpFrame.CE, IpFrame.LAST))
                .containsExactly(1 << 6, 1 << 5, 1 << 4, 1 << 3, 1 << 2);
    }

    @Test
    void the_coded_distances_are_those_of_the_table() {
        List<List<String>> rows = document.section("Coded distances").table("code", "from");
        assertThat(rows).hasSize(10);
        for (List<String> row : rows) {
            int code = Integer.decode(row.get(0));
            assertThat(LogDistance.min(code)).as("from of %d", code).isEqualTo(Integer.parseInt(row.get(1)));
            assertThat(LogDistance.max(code)).as("to of %d", code).isEqualTo(Integer.parseInt(row.get(2)));
        }
    }

    @Test
    void data_header() {
        Example example = document.example("2.1 DATA");
        ByteBuffer wire = example.buffer();
        assertThat(DataHeader.kind(wire, 0, wire.capacity(), 0)).isEqualTo(DatagramKind.DATA);
        assertThat(DataHeader.linkId(wire, 0)).isEqualTo((int) example.number("link"));
        assertThat(DataHeader.receiverIndex(wire, 0)).isEqualTo((int) example.number("receiver"));
        assertThat(DataHeader.counterLow(wire, 0)).isEqualTo(example.number("counter"));

        ByteBuffer out = ByteBuffer.allocate(wire.capacity());
        int size = DataHeader.put(
                out, 0, (int) example.number("link"), (int) example.number("receiver"), example.number("counter"));
        assertThat(size).isEqualTo(DataHeader.BYTES);
        out.put(size, example.field("frames").bytes());
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void ip_frame() {
        Example example = document.example("3.1 IP frame");
        ByteBuffer wire = example.buffer();
        IpFrame frame = new IpFrame();
        frame.read(wire, 0);
        assertThat(frame.isBulk() && frame.isInChain()).isTrue();
        assertThat(frame.isFree() || frame.isRepair() || frame.isMarked() || frame.isLast())
                .isFalse();
        assertThat(frame.sequenceLow()).isEqualTo((int) example.number("sequence"));
        assertThat(frame.stamp()).isEqualTo((int) example.number("stamp"));
        assertThat(frame.waitMillis()).isEqualTo((int) example.number("wait"));
        long sequence = Serial.sequence(example.number("sequence"), frame.sequenceLow());
        assertThat(frame.previousOnLink(sequence)).isEqualTo(sequence - example.number("previous"));
        assertThat(frame.predecessorMax(sequence)).isEqualTo(sequence - 136);
        assertThat(frame.predecessorMin(sequence)).isEqualTo(sequence - 143);
        byte[] packet = example.field("packet").bytes();
        assertThat(example.field("packet").value()).isEqualTo(packet.length + " bytes");
        assertThat(frame.packetOffset()).isEqualTo(IpFrame.HEADER_BYTES);
        assertThat(frame.packetBytes()).isEqualTo(packet.length);

        ByteBuffer out = ByteBuffer.allocate(wire.capacity());
        int size = IpFrame.put(
                out,
                0,
                IpFrame.BULK,
                sequence,
                example.number("stamp"),
                example.number("wait"),
                example.number("previous"),
                140);
        out.put(size, packet);
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void pad() {
        Example example = document.example("PAD");
        byte[] out = new byte[example.bytes().length];
        Arrays.fill(out, (byte) 0x55);
        assertThat(PadFrame.put(ByteBuffer.wrap(out), 0, out.length)).isEqualTo(out.length);
        assertThat(out).isEqualTo(example.bytes());
    }

    @Test
    void hello() {
        Example example = document.example("HELLO (0x01)");
        ByteBuffer wire = example.buffer();
        byte[] links = example.field("links").bytes();
        assertThat(HelloFrame.step(wire, 0).code()).isEqualTo((int) example.number("step"));
        assertThat(HelloFrame.sender(wire, 0)).isEqualTo(example.number("sender"));
        assertThat(HelloFrame.known(wire, 0)).isEqualTo(example.number("known"));
        assertThat(HelloFrame.capabilities(wire, 0)).isEqualTo((int) example.number("capabilities"));
        assertThat(HelloFrame.linkCount(wire, 0)).isEqualTo((int) example.number("count"));
        assertThat(HelloFrame.linkId(wire, 0, 0)).isEqualTo(links[0]);
        assertThat(HelloFrame.linkId(wire, 0, 1)).isEqualTo(links[1]);
        assertThat(HelloFrame.Step.values())
                .containsExactly(HelloFrame.Step.HELLO, HelloFrame.Step.ACK, HelloFrame.Step.DONE);

        ByteBuffer out = ByteBuffer.allocate(wire.capacity());
        int size = HelloFrame.put(
                out,
                0,
                HelloFrame.Step.ACK,
                example.number("sender"),
                example.number("known"),
                HelloFrame.CAPABILITY_ECN,
                links,
                links.length);
        assertThat(size).isEqualTo(wire.capacity());
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void challenge_and_answer() {
        List<Example> examples = document.section("CHALLENGE").examples();
        Example challenge = examples.get(0);
        Example answer = examples.get(1);
        assertThat(FrameType.of(challenge.bytes()[0])).isEqualTo(FrameType.CHALLENGE);
        assertThat(FrameType.of(answer.bytes()[0])).isEqualTo(FrameType.ANSWER);
        long token = challenge.number("token");
        assertThat(TokenFrame.token(challenge.buffer(), 0)).isEqualTo(token);
        assertThat(TokenFrame.token(answer.buffer(), 0)).isEqualTo(token);

        ByteBuffer out = ByteBuffer.allocate(TokenFrame.BYTES);
        assertThat(TokenFrame.putChallenge(out, 0, token)).isEqualTo(TokenFrame.BYTES);
        assertThat(out.array()).isEqualTo(challenge.bytes());
        assertThat(TokenFrame.putAnswer(out, 0, token)).isEqualTo(TokenFrame.BYTES);
        assertThat(out.array()).isEqualTo(answer.bytes());
    }

    @Test
    void probe() {
        Example example = document.example("PROBE (0x04)");
        ByteBuffer wire = example.buffer();
        int number = (int) example.number("number") & 0x7FFF_FFFF;
        assertThat(ProbeFrame.isAnswer(wire, 0)).isTrue();
        assertThat(ProbeFrame.number(wire, 0)).isEqualTo(number);
        assertThat(ProbeFrame.timeMicros(wire, 0)).isEqualTo(example.number("time"));
        assertThat(ProbeFrame.echoMicros(wire, 0)).isEqualTo(example.number("echo"));
        assertThat(ProbeFrame.holdMicros(wire, 0)).isEqualTo(example.number("hold"));
        assertThat(ProbeFrame.sentSequence(wire, 0)).isEqualTo(example.number("sent"));

        ByteBuffer out = ByteBuffer.allocate(ProbeFrame.BYTES);
        ProbeFrame.put(
                out,
                0,
                true,
                number,
                example.number("time"),
                example.number("echo"),
                example.number("hold"),
                example.number("sent"));
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void feedback() {
        Example example = document.example("FEEDBACK (0x05)");
        ByteBuffer wire = example.buffer();
        FeedbackReader reader = new FeedbackReader();
        FeedbackWriter writer = new FeedbackWriter();
        ByteBuffer out = ByteBuffer.allocate(wire.capacity());

        reader.begin(wire, 0);
        assertThat(reader.receiverTicksLow()).isEqualTo(example.number("time"));
        assertThat(reader.fill()).isEqualTo((int) example.number("fill"));
        assertThat(writer.begin(out, 0, out.capacity(), reader.receiverTicksLow(), reader.fill()))
                .isTrue();
        for (int link = 0; link < 2; link++) {
            assertThat(reader.next()).isTrue();
            assertThat(reader.linkId())
                    .isEqualTo((int) example.field("link", link).number());
            assertThat(reader.highestCounterLow())
                    .isEqualTo(example.field("highest", link).number());
            assertThat(reader.bytesLow()).isEqualTo(example.field("bytes", link).number());
            assertThat(reader.packetsLow())
                    .isEqualTo((int) example.field("packets", link).number());
            assertThat(reader.ageTicks())
                    .isEqualTo((int) example.field("age", link).number());
            assertThat(reader.minDelayTicks())
                    .isEqualTo((int) example.field("minDelay", link).number());
            assertThat(reader.lastDelayTicks())
                    .isEqualTo((int) example.field("lastDelay", link).number());
            assertThat(reader.markedLow())
                    .isEqualTo((int) example.field("marked", link).number());
            assertThat(reader.missing())
                    .isEqualTo(example.field("missing", link).number());
            assertThat(writer.addLink(
                            reader.linkId(),
                            reader.highestCounterLow(),
                            reader.bytesLow(),
                            reader.packetsLow(),
                            reader.ageTicks(),
                            reader.minDelayTicks(),
                            reader.lastDelayTicks(),
                            reader.markedLow(),
                            reader.missing()))
                    .isTrue();
        }
        assertThat(reader.next()).isFalse();
        assertThat(writer.finish()).isEqualTo(wire.capacity());
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void link() {
        Example example = document.example("LINK (0x06)");
        ByteBuffer wire = example.buffer();
        LinkAnnouncement expected = new LinkAnnouncement(
                (int) example.number("link"),
                (int) example.number("revision"),
                LinkFrame.State.ANNOUNCE,
                (int) example.number("tier"),
                true,
                (int) example.number("mtu"),
                example.number("up"),
                example.number("down"),
                example.number("upLimit"),
                example.number("downLimit"),
                example.field("name").value());
        assertThat(LinkFrame.linkId(wire, 0)).isEqualTo(expected.linkId());
        assertThat(LinkFrame.revision(wire, 0)).isEqualTo(expected.revision());
        assertThat(LinkFrame.state(wire, 0)).isEqualTo(expected.state());
        assertThat(LinkFrame.announcement(wire, 0)).isEqualTo(expected);

        ByteBuffer out = ByteBuffer.allocate(wire.capacity());
        assertThat(LinkFrame.put(out, 0, expected)).isEqualTo(wire.capacity());
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void close() {
        Example example = document.example("CLOSE");
        assertThat(CloseFrame.reason(example.buffer(), 0).code()).isEqualTo((int) example.number("reason"));
        ByteBuffer out = ByteBuffer.allocate(CloseFrame.BYTES);
        CloseFrame.put(out, 0, CloseFrame.Reason.SHUTDOWN);
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void mtu() {
        Example example = document.example("MTU (0x08)");
        assertThat(MtuFrame.token(example.buffer(), 0)).isEqualTo(example.number("token"));
        assertThat(MtuFrame.triedBytes(example.buffer(), 0)).isEqualTo((int) example.number("size"));
        ByteBuffer out = ByteBuffer.allocate(MtuFrame.BYTES);
        MtuFrame.put(out, 0, example.number("token"), (int) example.number("size"));
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void nack() {
        Example example = document.example("NACK");
        assertThat(NackFrame.linkId(example.buffer(), 0)).isEqualTo((int) example.number("link"));
        assertThat(NackFrame.firstCounterLow(example.buffer(), 0)).isEqualTo(example.number("first"));
        assertThat(NackFrame.more(example.buffer(), 0)).isEqualTo((int) example.number("more"));
        ByteBuffer out = ByteBuffer.allocate(NackFrame.BYTES);
        NackFrame.put(out, 0, (int) example.number("link"), example.number("first"), (int) example.number("more"));
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void gone() {
        Example example = document.example("GONE");
        ByteBuffer wire = example.buffer();
        GoneReader reader = new GoneReader();
        GoneWriter writer = new GoneWriter();
        ByteBuffer out = ByteBuffer.allocate(wire.capacity());
        reader.begin(wire, 0);
        writer.begin(out, 0, out.capacity());
        for (String range : example.field("ranges").value().split(" ", -1)) {
            String[] ends = range.split("-", -1);
            assertThat(reader.next()).isTrue();
            assertThat(reader.firstSequence()).isEqualTo(Long.parseLong(ends[0]));
            assertThat(reader.lastSequence()).isEqualTo(Long.parseLong(ends[1]));
            assertThat(writer.add(reader.firstSequence(), reader.lastSequence()))
                    .isTrue();
        }
        assertThat(reader.next()).isFalse();
        assertThat(writer.finish()).isEqualTo(wire.capacity());
        assertThat(out.array()).isEqualTo(example.bytes());
    }

    @Test
    void ignorable() {
        Example example = document.example("3.13 Ignorable");
        ByteBuffer wire = example.buffer();
        FrameCursor cursor = new FrameCursor();
        assertThat(cursor.begin(wire, 0, wire.capacity())).isEqualTo(FrameVerdict.OK);
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.type()).isEqualTo(FrameType.IGNORABLE);
        assertThat(cursor.lengthBytes()).isEqualTo(wire.capacity());
        assertThat(HexFormat.ofDelimiter(" ").formatHex(example.field("body").bytes()))
                .isEqualTo(example.field("body").value());
        assertThat(cursor.next()).isFalse();
    }
}
