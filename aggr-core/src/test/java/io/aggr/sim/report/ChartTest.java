package io.aggr.sim.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.sim.LineEvent;
import io.aggr.sim.LineSet;
import io.aggr.sim.ModelHost;
import io.aggr.sim.Ping;
import io.aggr.sim.Profiles;
import io.aggr.sim.Sampler;
import io.aggr.sim.SimLine;
import io.aggr.sim.TcpFlow;
import io.aggr.sim.TcpOptions;
import io.aggr.sim.VirtualTime;
import io.aggr.testing.SimulatedTest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.w3c.dom.Document;

@SimulatedTest
class ChartTest {

    private static final long SECOND = 1_000_000_000L;

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void draws_each_kind_of_plot() throws Exception {
        Series ramp = new Series("ramp <&> \"quoted\"");
        for (int i = 0; i <= 100; i++) {
            ramp.add(i * SECOND / 10, i);
        }
        String svg = new Chart("A & B")
                .add(new Panel("Areas", "Mbit/s")
                        .stack(ramp)
                        .stack(ramp.named("again"))
                        .reference(new Series("bound").add(0, 210)))
                .add(new Panel("Others", "ms").line(ramp).dots(ramp.named("dots")))
                .mark(5 * SECOND, "half")
                .mark(5 * SECOND + 1, "and a bit")
                .mark(50 * SECOND, "outside")
                .svg();
        Document document = parse(svg);
        assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(101 + 1);
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(4);
        assertThat(svg).contains("half", "and a bit", "Mbit/s", "10 s", "250").doesNotContain("outside", "NaN");
    }

    @Test
    void draws_something_sensible_of_nothing() throws Exception {
        parse(new Chart("empty").svg());
        Document document = parse(new Chart("empty")
                .add(new Panel("p", "u").stack(new Series("s")).line(new Series("l")))
                .svg());
        assertThat(document.getElementsByTagName("path").getLength()).isEqualTo(1);
    }

    @Test
    void leaves_a_gap_where_a_value_is_missing() {
        Series series = new Series("s")
                .add(0, 1)
                .add(SECOND, 1)
                .add(2 * SECOND, Double.NaN)
                .add(3 * SECOND, 1)
                .add(4 * SECOND, 1);
        String svg = new Chart("c").add(new Panel("p", "u").line(series)).svg();
        String path = svg.substring(svg.indexOf("<path d=\"") + 9);
        path = path.substring(0, path.indexOf('"'));
        assertThat(path.chars().filter(c -> c == 'M').count()).isEqualTo(2);
    }

    @Test
    void stays_small_with_many_points() {
        Series series = new Series("s");
        for (int i = 0; i < 1_000_000; i++) {
            series.add(i, i % 100);
        }
        String svg = new Chart("c")
                .add(new Panel("p", "u").line(series).stack(series))
                .svg();
        assertThat(svg.length()).isLessThan(80_000);
    }

    @ParameterizedTest
    @CsvSource({"21.3,25,5", "0.9,1,0.2", "100,100,20", "0.0034,0.004,0.001", "0,1,0.2", "998,1000,200"})
    void ends_axes_at_round_numbers(double largest, double high, double step) {
        Scale scale = Scale.fromZero(largest, 5);
        assertThat(scale.high()).isEqualTo(high, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(scale.step()).isEqualTo(step, org.assertj.core.data.Offset.offset(1e-9));
        assertThat(scale.tick(scale.tickCount() - 1)).isEqualTo(high, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void refuses_what_cannot_be_drawn() {
        assertThatThrownBy(() -> new Chart("c").range(5, 5)).hasMessage("chart.range must not be empty, got 5 to 5 ns");
        assertThatThrownBy(() -> new Panel("p", "u").height(10)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Panel("p", "u").maximum(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Two flows, each on a line of its own, while one line falls to a quarter: also a sample to look at. */
    @Test
    void draws_a_run_of_the_simulator() throws Exception {
        LineSet set = Profiles.DROP;
        VirtualTime time = new VirtualTime();
        Panel throughput = new Panel("Goodput of one TCP per line", "Mbit/s");
        Panel latency = new Panel("Ping beside it", "ms").height(150);
        Panel window = new Panel("Congestion window", "segments").height(130);
        Duration tick = Duration.ofMillis(250);
        Chart chart = new Chart("TCP on two bare lines").subtitle(set.summary());
        Runnable[] atEnd = new Runnable[set.lines().size()];
        for (int i = 0; i < set.lines().size(); i++) {
            SimLine line = new SimLine(time, set.lines().get(i), i);
            ModelHost client = new ModelHost(time, line.near(), "10.0." + i + ".1");
            ModelHost server = new ModelHost(time, line.far(), "10.0." + i + ".2");
            TcpFlow flow = TcpFlow.start(server, client, TcpOptions.defaults());
            Ping ping = Ping.start(client, server, Duration.ofMillis(100));
            Series rate = Sampler.rate(
                    time,
                    tick,
                    line.name() + " on the line",
                    () -> line.downStats().deliveredBytes());
            atEnd[i] = () -> {
                throughput.stack(flow.goodput(tick).named(line.name()));
                latency.dots(ping.rtt().named(line.name()));
                window.line(flow.window().named(line.name()));
                assertThat(rate.size()).isEqualTo(240);
                assertThat(rate.mean(2 * SECOND, 20 * SECOND))
                        .isGreaterThan(0.99
                                * set.lines().get(0).down().rateBitsPerSecond()
                                / 1e6
                                * (line.name().equals("fast") ? 1 : 0.375));
            };
            for (LineEvent event : set.events()) {
                if (event.line().name().equals(line.name())) {
                    time.schedule(event.at().toNanos(), () -> line.change(event.line()));
                    chart.mark(event.at().toNanos(), event.label());
                }
            }
        }
        time.runFor(Duration.ofSeconds(60));
        for (Runnable end : atEnd) {
            end.run();
        }
        throughput.reference(new Series("all lines could")
                .add(0, 22 * 1448 / 1500.0)
                .add(20 * SECOND, 10 * 1448 / 1500.0)
                .add(40 * SECOND, 22 * 1448 / 1500.0));
        String svg = chart.add(throughput)
                .add(latency)
                .add(window)
                .range(0, 60 * SECOND)
                .svg();
        parse(svg);
        write(svg);
    }

    private static void write(String svg) throws IOException {
        Path directory = Path.of(System.getProperty("basedir", ""), "target", "charts");
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("bare-lines.svg"), svg);
    }
}
