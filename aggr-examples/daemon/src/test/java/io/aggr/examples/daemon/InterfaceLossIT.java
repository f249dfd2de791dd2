package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.examples.daemon.status.StatsJson;
import io.aggr.examples.daemon.status.StatusClient;
import io.aggr.examples.lab.netns.Programs;
import io.aggr.link.LinkState;
import io.aggr.testing.NetnsTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two daemons with two Ethernet cables between them, one TCP connection through both, and somebody who pulls and plugs. */
@NetnsTest
class InterfaceLossIT {

    private static final String COMMON = """
            [bond]
            name = "%s"
            %s
            [tun]
            name = "aggr0"
            address = ["172.16.251.%d/24"]
            [[peer]]
            name = "other"
            id = 7
            encapsulation = "plain"
            accept-no-authentication = true
            allowed-ips = ["172.16.251.0/24"]
            """;

    private static final String LINK = """
            [[peer.link]]
            name = "%s"
            %s
            remote = "10.%d.0.2:5080"
            down = "20 Mbit/s"
            up = "20 Mbit/s"
            """;

    private final String site = "aggr-i" + ProcessHandle.current().pid() + "-site";
    private final String hub = "aggr-i" + ProcessHandle.current().pid() + "-hub";
    private final List<Process> started = new ArrayList<>();
    private Path folder = Path.of("");

    @BeforeEach
    void join_two_hosts_by_two_cables() throws IOException {
        folder = Files.createTempDirectory(Path.of("/tmp"), "aggr");
        for (String name : List.of(site, hub)) {
            Programs.check("ip", "netns", "add", name);
            ip(name, "link set lo up");
        }
        plug(1, 1);
        plug(2, 1);
    }

    @AfterEach
    void remove_all() throws IOException, InterruptedException {
        for (Process process : started) {
            process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
        }
        for (String name : List.of(site, hub)) {
            Programs.run("", List.of("ip", "netns", "delete", name));
        }
        for (String name : List.of("site.toml", "hub.toml", "site.sock", "hub.sock", "site.log", "hub.log")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        for (String name : List.of("send.log", "receive.log")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.delete(folder);
    }

    private void ip(String namespace, String command) throws IOException {
        List<String> all = new ArrayList<>(List.of("ip", "-n", namespace));
        all.addAll(List.of(command.split(" ", -1)));
        Programs.check(all.toArray(String[]::new));
    }

    private void plug(int cable, int host) throws IOException {
        ip(site, "link add n%d type veth peer name f%d netns %s".formatted(cable, cable, hub));
        ip(site, "addr add 10.%d.0.%d/24 dev n%d".formatted(cable, host == 1 ? 1 : host, cable));
        ip(hub, "addr add 10.%d.0.2/24 dev f%d".formatted(cable, cable));
        ip(site, "link set n%d up".formatted(cable));
        ip(hub, "link set f%d up".formatted(cable));
    }

    private void start(String one, String two) throws IOException, InterruptedException {
        write("hub", COMMON.formatted("hub", "listen = [\"0.0.0.0:5080\"]\nstatus-socket = \"hub.sock\"", 1));
        write(
                "site",
                COMMON.formatted("site", "status-socket = \"site.sock\"", 50)
                        + LINK.formatted("one", one, 1)
                        + LINK.formatted("two", two, 2));
        java(
                hub,
                "hub.log",
                Main.class,
                "run",
                "--config",
                folder.resolve("hub.toml").toString());
        java(
                site,
                "site.log",
                Main.class,
                "run",
                "--config",
                folder.resolve("site.toml").toString());
        await("both lines", () -> states().equals(List.of(LinkState.UP, LinkState.UP)));
        java(hub, "send.log", StreamMain.class, "send", "5001");
        await("a listener", () -> read("send.log").contains("listening"));
        java(site, "receive.log", StreamMain.class, "receive", "172.16.251.1", "5001");
        await("a stream", () -> received() > 1_000_000);
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name + ".toml"), text);
    }

    private void java(String namespace, String log, Class<?> main, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                "ip",
                "netns",
                "exec",
                namespace,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        started.add(new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve(log).toFile())
                .start());
    }

    private interface Check {
        boolean holds() throws IOException;
    }

    private double await(String what, Check check) throws IOException, InterruptedException {
        long beganNanos = System.nanoTime();
        while (!check.holds()) {
            if (System.nanoTime() - beganNanos > TimeUnit.SECONDS.toNanos(20)) {
                throw new AssertionError(what + " did not come\n" + read("site.log") + read("hub.log"));
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return (System.nanoTime() - beganNanos) / 1e9;
    }

    private String read(String name) throws IOException {
        Path file = folder.resolve(name);
        return Files.exists(file) ? Files.readString(file) : "";
    }

    private List<LinkState> states() {
        try {
            BondStats stats = StatsJson.read(StatusClient.ask(folder.resolve("site.sock")));
            return stats.peers().get(0).links().stream()
                    .map(BondStats.LinkStats::state)
                    .toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private List<String> progress() throws IOException {
        List<String> lines = new ArrayList<>(read("receive.log").lines().toList());
        lines.removeIf(line -> !line.matches("\\d+ \\d+"));
        return lines;
    }

    private long received() throws IOException {
        List<String> lines = progress();
        return lines.isEmpty() ? 0 : Long.parseLong(lines.get(lines.size() - 1).split(" ", -1)[0]);
    }

    private void awaitMore() throws IOException, InterruptedException {
        long before = received();
        await("more", () -> received() > before + 3_000_000);
    }

    /** The longest pause of the stream, in milliseconds, after the first bytes. */
    private long longestPause() throws IOException {
        return progress().stream()
                .skip(2)
                .mapToLong(line -> Long.parseLong(line.split(" ", -1)[1]))
                .max()
                .orElse(Long.MAX_VALUE);
    }

    private void expectReturn(String what, LinkState one, LinkState two) throws IOException, InterruptedException {
        double seconds = await(what, () -> states().equals(List.of(one, two)));
        System.out.printf("%s: after %.2f s%n", what, seconds);
        assertThat(seconds).as(what).isLessThan(5);
    }

    @Test
    void row_51_a_stream_survives_that_an_interface_is_deleted_and_made_again() throws Exception {
        start("device = \"n1\"", "local = \"10.2.0.1\"");
        for (int cable = 1; cable <= 2; cable++) {
            ip(site, "link delete n" + cable);
            expectReturn(
                    "cable " + cable + " is noticed to be gone",
                    cable == 1 ? LinkState.DOWN : LinkState.UP,
                    cable == 2 ? LinkState.DOWN : LinkState.UP);
            awaitMore();
            plug(cable, 1);
            expectReturn("cable " + cable + " is used again", LinkState.UP, LinkState.UP);
            awaitMore();
        }
        System.out.println("longest pause of the stream: " + longestPause() + " ms");
        assertThat(longestPause()).isLessThan(1_000);
    }

    @Test
    void row_52_a_stream_survives_that_an_address_changes() throws Exception {
        start("device = \"n1\"", "local = \"10.2.0.1\"\ngateway = \"10.2.0.2\"");
        ip(site, "addr delete 10.1.0.1/24 dev n1");
        ip(site, "addr add 10.1.0.77/24 dev n1");
        await("the new address", () -> read("site.log").contains("link one open at /10.1.0.77"));
        expectReturn("line one with another address", LinkState.UP, LinkState.UP);
        awaitMore();

        ip(site, "addr delete 10.2.0.1/24 dev n2");
        expectReturn("line two without its address", LinkState.UP, LinkState.DOWN);
        awaitMore();
        ip(site, "addr add 10.2.0.1/24 dev n2");
        expectReturn("line two with its address", LinkState.UP, LinkState.UP);
        awaitMore();

        ip(site, "link set n2 down");
        expectReturn("line two with its interface down", LinkState.UP, LinkState.DOWN);
        ip(site, "link set n2 up");
        expectReturn("line two with its interface up", LinkState.UP, LinkState.UP);
        assertThat(Programs.check("ip", "-n", site, "rule", "show")).contains("from 10.2.0.1");
        String table = Programs.check("ip", "-n", site, "route", "show", "table", "all");
        assertThat(table.lines().filter(line -> line.startsWith("default via 10.2.0.2")))
                .as("the line's own route is made again")
                .hasSize(1);
        awaitMore();
        System.out.println("longest pause of the stream: " + longestPause() + " ms");
        assertThat(longestPause()).isLessThan(1_000);
    }
}
