package io.aggr.badinput;

import static io.aggr.badinput.Hub.MILLI;
import static io.aggr.badinput.Hub.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkFault;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows 40, 42, 48, 52, 55, 56, 65, 66 and 72 of docs/bad-inputs.md at a whole end in virtual time. */
class LocalFaultsTest {

    private final Hub hub = new Hub();
    private final RemotePeer peer = new RemotePeer(hub, 1).connect(1, 2);
    private long sequence;

    private static byte[] toPeer(int bytes) {
        return Packets.udp("10.1.0.1", "10.2.0.9", 6000, bytes);
    }

    private void deliversAnother() {
        int delivered = hub.tun.written.size();
        peer.say(0, ++sequence, Packets.good(100));
        assertThat(hub.tun.written).hasSize(delivered + 1);
    }

    @Test
    void row_40_a_tunnel_in_the_tunnel_is_dropped() throws Exception {
        hub.engine
                .ingress()
                .ownEnds(List.of(MemoryLink.LOCAL, new InetSocketAddress(InetAddress.getByName("fd00::1"), 5080)));
        for (int i = 0; i < 10; i++) {
            peer.say(0, ++sequence, Packets.udp("10.2.0.9", "192.0.2.1", 5080, 200));
        }
        assertThat(hub.dropped("loop")).isEqualTo(10);
        assertThat(hub.warnings).hasSize(1);
        peer.say(0, ++sequence, Packets.udp("10.2.0.9", "192.0.2.1", 5081, 200));
        peer.say(0, ++sequence, Packets.udp("10.2.0.9", "192.0.2.2", 5080, 200));
        assertThat(hub.tun.written).as("another port, another host").hasSize(2);
    }

    @Test
    void row_42_no_packet_is_marked_that_does_not_understand_marks() {
        int sent = 0;
        for (int i = 0; i < 3_000; i++) {
            // Much more than the lines take.
            hub.tun.incoming.add(toPeer(1_300));
            hub.tun.incoming.add(toPeer(1_300));
            sent += 2;
            hub.runFor(MILLI);
        }
        hub.runFor(SECOND);
        assertThat(peer.packets()).hasSizeBetween(100, sent - 1);
        assertThat(peer.packets()).allMatch(packet -> (packet[1] & 3) == 0);
        assertThat(hub.events(0)).doesNotContainKey("marked");
    }

    @Test
    void row_48_what_a_tun_that_is_set_down_refuses_is_counted_and_nothing_else_happens() {
        deliversAnother();
        int delivered = hub.tun.written.size();
        hub.tun.isDown = true;
        for (int i = 0; i < 20; i++) {
            peer.say(0, ++sequence, Packets.good(100));
        }
        assertThat(hub.tun.written).hasSize(delivered);
        assertThat(hub.dropped("tun-refused")).isEqualTo(20);
        hub.tun.isDown = false;
        deliversAnother();
        assertThat(hub.dropped("tun-refused")).isEqualTo(20);
        assertThat(hub.states).noneMatch(change -> change.endsWith("DOWN"));
    }

    private static long faults(Hub hub, String name) {
        return hub.stats().peers().get(0).links().stream()
                .mapToLong(link -> link.faults().getOrDefault(name, 0L))
                .sum();
    }

    @Test
    void row_55_a_forged_port_unreachable_is_counted_and_takes_no_line_down() {
        hub.runFor(SECOND);
        hub.states.clear();
        for (int i = 0; i < 50; i++) {
            // The system tells of each with the next call on the socket, which sends nothing then.
            hub.link.fault = i % 10 == 0 ? LinkFault.REFUSED : LinkFault.NONE;
            hub.tun.incoming.add(toPeer(100));
            hub.run();
            hub.link.fault = LinkFault.NONE;
            hub.runFor(20 * MILLI);
        }
        hub.runFor(SECOND);
        assertThat(faults(hub, "refused")).isPositive();
        assertThat(hub.states).isEmpty();
        assertThat(peer.packets()).as("what could not be sent is sent again").hasSize(50);
    }

    @Test
    void row_52_datagrams_of_a_line_that_come_out_of_the_tun_are_dropped() {
        // As if the default route led through the tunnel: what the hub sends to the line's far end comes back to it.
        InetSocketAddress farEnd = (InetSocketAddress) hub.link.address(1);
        String host = String.valueOf(farEnd).split("[/:]", -1)[1];
        for (int i = 0; i < 10; i++) {
            hub.tun.incoming.add(Packets.udp("10.1.0.1", "10.2.0.9", 4000, 100));
        }
        hub.runFor(100 * MILLI);
        assertThat(peer.packets()).as("the port alone makes no loop").hasSize(10);
        assertThat(host).isEqualTo("198.51.0.1");
        hub.tun.incoming.add(Packets.udp("10.1.0.1", host, 4000, 100));
        hub.runFor(100 * MILLI);
        assertThat(hub.dropped("loop")).isEqualTo(1);
        assertThat(hub.warnings).hasSize(1);
        assertThat(peer.packets()).hasSize(10);
    }

    @Test
    void row_56_a_link_that_cannot_send_for_a_while_loses_nothing() {
        for (LinkFault fault : List.of(LinkFault.NO_BUFFERS, LinkFault.WOULD_BLOCK)) {
            int before = peer.packets().size();
            hub.link.fault = fault;
            for (int i = 0; i < 20; i++) {
                hub.tun.incoming.add(toPeer(100));
            }
            // Comes to rest each time: no spinning.
            hub.runFor(50 * MILLI);
            hub.link.fault = LinkFault.NONE;
            hub.runFor(SECOND);
            assertThat(peer.packets()).as(fault.toString()).hasSize(before + 20);
            assertThat(hub.stats().peers().get(0).links())
                    .anyMatch(link -> link.faults().keySet().stream()
                            .anyMatch(name -> name.equalsIgnoreCase(fault.name().replace('_', '-'))));
        }
    }

    @Test
    void row_56_a_firewall_that_forbids_sending_is_counted_and_got_over() {
        hub.link.fault = LinkFault.DENIED;
        for (int i = 0; i < 20; i++) {
            hub.tun.incoming.add(toPeer(100));
            hub.runFor(10 * MILLI);
        }
        hub.link.fault = LinkFault.NONE;
        hub.runFor(5 * SECOND);
        int before = peer.packets().size();
        hub.tun.incoming.add(toPeer(100));
        hub.runFor(SECOND);
        assertThat(peer.packets()).hasSize(before + 1);
        assertThat(hub.stats().peers().get(0).links())
                .anyMatch(link -> link.faults().containsKey("denied"));
    }

    @Test
    void row_65_a_hub_that_starts_anew_is_found_again_within_six_seconds() {
        for (int i = 0; i < 10; i++) {
            hub.restart();
            hub.runFor(100 * MILLI);
            peer.shakeHands();
            peer.announce(0);
            peer.announce(1);
            hub.runFor(2 * SECOND);
            sequence = 0;
            deliversAnother();
        }
    }

    @Test
    void row_66_an_end_that_stood_still_for_three_seconds_judges_no_line_by_that() {
        hub.runFor(SECOND);
        hub.tun.incoming.add(toPeer(100));
        hub.runFor(100 * MILLI);
        int before = peer.packets().size();
        List<String> states = hub.states;
        states.clear();
        for (int stall = 0; stall < 3; stall++) {
            // Packets and datagrams wait meanwhile, as they do in the kernel.
            int delivered = hub.tun.written.size();
            for (int i = 0; i < 30; i++) {
                hub.arrive(1 + (i & 1), peer.seal(i & 1, RemotePeer.frame(++sequence, 0, Packets.good(100))));
                hub.tun.incoming.add(toPeer(100));
                hub.nowNanos += 100 * MILLI;
            }
            hub.runFor(3 * SECOND);
            assertThat(hub.tun.written).as("what came meanwhile").hasSize(delivered + 30);
        }
        assertThat(states).as("changes of lines").isEmpty();
        assertThat(peer.packets()).hasSize(before + 90);
        deliversAnother();
    }

    @Test
    void row_72_what_waits_for_a_line_that_stands_still_is_bounded_and_keeps_its_order() {
        // The first packet of the flow is on the other line, which stands still.
        sequence = 1;
        int most = 0;
        for (int i = 0; i < 5_000; i++) {
            byte[] packet = Packets.good(1_000);
            ByteBuffer.wrap(packet).putInt(28, i);
            peer.say(0, RemotePeer.frame(++sequence, 1, packet));
            if (i % 100 == 0) {
                hub.runFor(MILLI);
                most = Math.max(most, hub.stats().peers().get(0).heldPackets());
            }
        }
        assertThat(most).as("what a mebibyte holds").isBetween(100, 1_000);
        hub.runFor(500 * MILLI);
        assertThat(hub.stats().peers().get(0).heldPackets()).isZero();
        assertThat(hub.tun.written).hasSize(5_000);
        for (int i = 0; i < 5_000; i++) {
            assertThat(ByteBuffer.wrap(hub.tun.written.get(i)).getInt(28)).isEqualTo(i);
        }
        assertThat(hub.events(0)).containsKey("hold-overflow");
    }
}
