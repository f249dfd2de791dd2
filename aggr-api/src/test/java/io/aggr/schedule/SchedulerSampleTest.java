package io.aggr.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The scheduler in the documentation of {@link Scheduler} is what it says: whole, about twenty lines, and it works. */
class SchedulerSampleTest {

    private static final Path SOURCE = Path.of(
            System.getProperty("basedir", ""), "src", "main", "java", "io", "aggr", "schedule", "Scheduler.java");

    private static String sample() throws IOException {
        String text = Files.readString(SOURCE);
        int from = text.indexOf("{@code\n") + "{@code\n".length();
        String code = text.substring(from, text.indexOf("}</pre>"));
        return code.lines().map(line -> line.replaceFirst("^ \\* ?", "")).collect(Collectors.joining("\n"));
    }

    @Test
    void is_about_twenty_lines() throws IOException {
        assertThat(sample().lines().filter(line -> !line.isBlank()).count()).isBetween(15L, 22L);
    }

    @Test
    void compiles_without_a_warning_and_picks_the_lowest_round_trip_time(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("LowestRtt.java");
        Files.writeString(
                file,
                "import io.aggr.schedule.LinkView;\nimport io.aggr.schedule.Scheduler;\n"
                        + "import io.aggr.schedule.SchedulerProvider;\nimport io.aggr.spi.ProviderConfig;\n"
                        + sample());
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        boolean compiled = compiler.getTask(
                        messages,
                        null,
                        null,
                        List.of(
                                "-Xlint:all,-processing",
                                "-Werror",
                                "-proc:none",
                                "-cp",
                                classPath(),
                                "-d",
                                folder.toString()),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(file))
                .call();
        assertThat(compiled).as(messages.toString()).isTrue();

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            SchedulerProvider provider = (SchedulerProvider)
                    loader.loadClass("LowestRtt").getDeclaredConstructor().newInstance();
            assertThat(provider.name()).isEqualTo("lowest-rtt");
            try (Scheduler scheduler = provider.create(ProviderConfig.none())) {
                assertThat(picksOf(scheduler, new Line(0, 40, true), new Line(1, 20, true), new Line(2, 30, true)))
                        .containsExactly(1);
                assertThat(picksOf(scheduler, new Line(0, 40, true), new Line(1, 20, false)))
                        .containsExactly(0);
                assertThat(picksOf(scheduler, new Line(0, 40, false))).isEmpty();
            }
        }
    }

    private static String classPath() throws Exception {
        return Path.of(Scheduler.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .toURI())
                .toString();
    }

    private static List<Integer> picksOf(Scheduler scheduler, Line... lines) {
        List<Integer> picked = new ArrayList<>();
        LinkSet set = new LinkSet() {
            @Override
            public int size() {
                return lines.length;
            }

            @Override
            public LinkView get(int index) {
                return lines[index];
            }
        };
        scheduler.select(new Packet(), set, 0, new Picks() {
            @Override
            public void add(int linkIndex) {
                picked.add(linkIndex);
            }

            @Override
            public void drop() {}

            @Override
            public void waitAtMost(long nanos) {}
        });
        return picked;
    }

    /** A line of which only place, round-trip time and willingness matter. */
    private record Line(int index, long rttMillis, boolean accepting) implements LinkView {

        @Override
        public String name() {
            return "line";
        }

        @Override
        public LinkState state() {
            return LinkState.UP;
        }

        @Override
        public boolean isMeasured() {
            return true;
        }

        @Override
        public long rateBitsPerSecond() {
            return 8_000_000;
        }

        @Override
        public long delayNanos() {
            return 1000;
        }

        @Override
        public long rttNanos() {
            return rttMillis * 1_000_000;
        }

        @Override
        public double lossRatio() {
            return 0;
        }

        @Override
        public int backlogBytes() {
            return 0;
        }

        @Override
        public int costTier() {
            return 0;
        }

        @Override
        public int weight() {
            return 1;
        }

        @Override
        public int maxPacketBytes() {
            return 1437;
        }

        @Override
        public boolean accepts(OutgoingPacket packet) {
            return accepting;
        }

        @Override
        public long nanosUntilFree(long nowNanos) {
            return 50;
        }

        @Override
        public long serializationNanos(OutgoingPacket packet) {
            return packet.totalBytes();
        }
    }

    private static final class Packet implements OutgoingPacket {

        @Override
        public ByteBuffer buffer() {
            return ByteBuffer.allocate(100);
        }

        @Override
        public int offset() {
            return 0;
        }

        @Override
        public int lengthBytes() {
            return 100;
        }

        @Override
        public int flowHash() {
            return 0;
        }

        @Override
        public TrafficClass trafficClass() {
            return TrafficClass.BULK;
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public int totalBytes() {
            return 100;
        }

        @Override
        public boolean isRepair() {
            return false;
        }

        @Override
        public long waitedNanos() {
            return 0;
        }
    }

    @Test
    void arrival_is_wait_and_serialization_and_delay() {
        assertThat(new Line(0, 1, true).nanosUntilArrival(new Packet(), 0)).isEqualTo(50 + 100 + 1000);
    }
}
