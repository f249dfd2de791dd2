package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.testing.SimulatedTest;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@SimulatedTest
class InternetTest {

    private final VirtualTime time = new VirtualTime();
    private final Internet internet = new Internet(time);
    private final DatagramPort hub = internet.host("198.51.100.7", 5080);
    private final List<String> log = new ArrayList<>();

    private final SimLine line = new SimLine(time, Profiles.modem("adsl", 4_000, 800, 20), 1);
    private final Nat nat = new Nat("203.0.113.1", Duration.ofSeconds(30));
    private final DatagramPort client = internet.behind(line, nat, "192.168.1.2", 4000);

    InternetTest() {
        hub.receiveWith((datagram, remote) -> {
            log.add("hub got " + datagram.remaining() + " from " + Endpoint.toString(remote));
            hub.send(datagram, remote);
        });
        client.receiveWith(
                (datagram, remote) -> log.add("client got " + datagram.get(0) + " from " + Endpoint.toString(remote)));
    }

    @Test
    void carries_a_datagram_there_and_back_through_the_modem() {
        client.send(ByteBuffer.allocate(100).put(0, (byte) 42), hub.localAddress());
        time.runFor(Duration.ofSeconds(1));
        assertThat(log).containsExactly("hub got 100 from 203.0.113.1:20000", "client got 42 from 198.51.100.7:5080");
        assertThat(line.upStats().offeredBytes()).isEqualTo(128);
        assertThat(line.downStats().deliveredBytes()).isEqualTo(128);
    }

    @Test
    void shows_another_port_after_the_modem_has_rebound() {
        client.send(ByteBuffer.allocate(10), hub.localAddress());
        time.runFor(Duration.ofMillis(30));
        nat.rebind();
        time.runFor(Duration.ofMillis(100));
        client.send(ByteBuffer.allocate(10), hub.localAddress());
        time.runFor(Duration.ofMillis(100));
        assertThat(log)
                .containsExactly(
                        "hub got 10 from 203.0.113.1:20000",
                        "hub got 10 from 203.0.113.1:20001",
                        "client got 0 from 198.51.100.7:5080");
        assertThat(nat.refusedDatagrams()).isEqualTo(1);
    }

    @Test
    void forgets_a_mapping_that_was_idle_for_too_long() {
        long inside = Endpoint.of("192.168.1.2", 1);
        long outside = nat.outward(inside, 0);
        assertThat(nat.inward(outside, 29_999_999_999L)).isEqualTo(inside);
        assertThat(nat.inward(outside, 30_000_000_000L)).isEqualTo(Endpoint.NONE);
        assertThat(nat.outward(inside, 30_000_000_000L)).isNotEqualTo(outside);
    }

    @Test
    void moves_to_a_new_address() {
        client.send(ByteBuffer.allocate(10), hub.localAddress());
        time.runFor(Duration.ofSeconds(1));
        nat.rebind("203.0.113.9");
        client.send(ByteBuffer.allocate(10), hub.localAddress());
        time.runFor(Duration.ofSeconds(1));
        assertThat(log).contains("hub got 10 from 203.0.113.9:20001").hasSize(4);
    }

    @Test
    void carries_between_hosts_without_a_line() {
        DatagramPort other = internet.host("198.51.100.8", 1);
        ByteBuffer datagram = ByteBuffer.allocate(5);
        other.receiveWith((got, remote) -> log.add("other got " + got.remaining()));
        other.send(datagram, hub.localAddress());
        time.runFor(Duration.ofMillis(1));
        assertThat(log).containsExactly("hub got 5 from 198.51.100.8:1", "other got 5");
    }

    @Test
    void counts_what_nobody_waits_for() {
        client.send(ByteBuffer.allocate(10), Endpoint.of("198.51.100.99", 1));
        time.runFor(Duration.ofSeconds(1));
        assertThat(internet.unroutedDatagrams()).isEqualTo(1);
    }

    @Test
    void refuses_an_address_that_is_taken_or_wrong() {
        assertThatThrownBy(() -> internet.host("198.51.100.7", 5080)).hasMessage("address is taken: 198.51.100.7:5080");
        assertThatThrownBy(() -> internet.behind(line, nat, "192.168.1.2", 4000))
                .hasMessageContaining("is taken");
        assertThatThrownBy(() -> internet.behind(line, new Nat("1.2.3.4", Duration.ofDays(1)), "192.168.1.2", 4001))
                .hasMessage("line adsl has another modem already");
        for (String wrong : List.of("", "1.2.3", "1.2.3.256", "1.2.3.a", "1.2.3.", "1.2.3.4.5")) {
            assertThatThrownBy(() -> Endpoint.of(wrong, 1)).hasMessageContaining("got \"" + wrong + "\"");
        }
        assertThatThrownBy(() -> Endpoint.of("1.2.3.4", 0)).hasMessage("port must be 1 to 65535, got 0");
    }

    @Test
    void packs_and_unpacks_addresses() {
        long endpoint = Endpoint.of("255.254.253.252", 65_535);
        assertThat(endpoint).isPositive();
        assertThat(Endpoint.address(endpoint)).isEqualTo("255.254.253.252");
        assertThat(Endpoint.port(endpoint)).isEqualTo(65_535);
        assertThat(Endpoint.toString(Endpoint.NONE)).isEqualTo("none");
    }
}
