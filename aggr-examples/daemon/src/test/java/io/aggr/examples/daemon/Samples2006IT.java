package io.aggr.examples.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.aggr.testing.NetnsTest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of 2006 for Linux that the lab does not use, read by the programs that they are for, in namespaces of their own. */
@NetnsTest
class Samples2006IT {

    private static final Path NETWORKD = Path.of("/lib/systemd/systemd-networkd");
    private static final Path CONF =
            Path.of("..", "conf", "2006", "linux").toAbsolutePath().normalize();

    @TempDir
    Path folder;

    /** Runs a script in namespaces for network and mounts; answers what it printed. */
    private String run(String script) throws IOException, InterruptedException {
        Path file = folder.resolve("script.sh");
        Files.writeString(file, "set -e\n" + script, StandardCharsets.UTF_8);
        Path output = folder.resolve("output.txt");
        Process process = new ProcessBuilder("unshare", "--net", "--mount", "sh", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(20, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said = Files.readString(output, StandardCharsets.UTF_8);
        assertThat(ended).as(said).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @ParameterizedTest
    @CsvSource({
        "gate-megabit, wan0 lan0, 172.16.253.100/24 172.16.254.100/24 192.168.252.1/24, 88.191.22.243 via 172.16.253.200",
        "gate-gigabit, wan0, 88.191.22.243/24, default via 88.191.22.1"
    })
    void networkd_understands_its_files_and_does_what_they_say(
            String gate, String interfaces, String addresses, String route) throws Exception {
        assumeTrue(Files.isExecutable(NETWORKD), "there is no systemd-networkd here");
        // /sys read-only tells networkd not to wait for udev.
        String said = run("""
                mount -t tmpfs none /run
                chmod 755 /run
                mkdir -p /run/systemd/network
                for file in %1$s/%2$s-*.network; do cp "$file" "/run/systemd/network/20-${file##*%2$s-}"; done
                chmod -R a+rX /run/systemd
                mount -t sysfs -o ro sysfs /sys
                for name in %3$s; do ip link add "$name" type veth peer name "p$name"; ip link set "p$name" up; done
                SYSTEMD_LOG_TARGET=console SYSTEMD_LOG_LEVEL=info %4$s &
                networkd=$!
                tries=0
                until [ "$(ip -4 -brief address show up | wc -l)" -ge %5$d ] && ip route | grep -q via; do
                    tries=$((tries + 1))
                    [ $tries -lt 100 ]
                    sleep 0.05
                done
                kill $networkd
                wait $networkd || true
                ip -4 -brief address
                ip route
                """.formatted(CONF, gate, interfaces, NETWORKD, interfaces.split(" ").length));
        assertThat(said).doesNotContain("Unknown", "Failed to parse", "Invalid");
        assertThat(said).contains(addresses.split(" ")).contains(route);
    }

    @Test
    void nft_and_sysctl_understand_theirs() throws Exception {
        String said = run("""
                nft -f %1$s/gate-megabit.nft
                nft flush ruleset
                nft -f %1$s/gate-gigabit.nft
                nft flush ruleset
                nft -f %1$s/modem.nft
                sysctl --quiet --load=%1$s/sysctl.conf
                cat /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all/rp_filter
                """.formatted(CONF));
        assertThat(said.lines()).containsExactly("1", "2");
    }
}
