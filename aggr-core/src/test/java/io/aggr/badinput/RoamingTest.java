package io.aggr.badinput;

import static io.aggr.badinput.Hub.MILLI;
import static io.aggr.badinput.Hub.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.link.LinkState;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rows 28 to 33 of docs/bad-inputs.md: who can make a line lead elsewhere, and how much an address gets that has proved nothing. */
class RoamingTest {

    private static final int HOME = 1;
    private static final int ELSEWHERE = 77;
    private static final int OUTER_BYTES = 28;

    private final Hub hub = new Hub();
    private final RemotePeer peer = new RemotePeer(hub, 1).connect(HOME, 2);
    private long sequence;

    private BondStats.LinkStats line(int number) {
        return hub.stats().peers().get(0).links().stream()
                .filter(link -> link.id() == number)
                .findFirst()
                .orElseThrow();
    }

    private boolean leadsTo(int number, int remote) {
        SocketAddress address = hub.link.address(remote);
        return String.valueOf(line(number).remote())
                .contains(String.valueOf(address).replace("/", ""));
    }

    private byte[] packet(int line) {
        return peer.seal(line, RemotePeer.frame(++sequence, 0, Packets.good(100)));
    }

    @Test
    void row_27_a_line_follows_its_peer_to_another_port_once_that_has_answered() {
        peer.leave(HOME);
        peer.attend(ELSEWHERE);
        peer.remoteOfLine.put(0, ELSEWHERE);
        assertThat(leadsTo(0, HOME)).isTrue();
        hub.arrive(ELSEWHERE, packet(0));
        hub.runFor(SECOND);
        assertThat(leadsTo(0, ELSEWHERE)).isTrue();
        assertThat(leadsTo(1, 2)).as("the other line stays").isTrue();
        assertThat(hub.events(0)).containsEntry("line-moved", 1L);
    }

    @Test
    void row_28_a_packet_sent_again_from_elsewhere_moves_nothing() {
        byte[] old = packet(0);
        hub.arrive(HOME, old);
        hub.run();
        byte[] late = packet(0);
        hub.arrive(HOME, packet(0));
        hub.run();
        hub.arrive(ELSEWHERE, old);
        hub.arrive(ELSEWHERE, late);
        hub.runFor(2 * SECOND);
        assertThat(hub.dropped("outer.replayed")).isEqualTo(1);
        assertThat(hub.link.takeSentTo(ELSEWHERE))
                .as("neither was the newest of its line")
                .isEmpty();
        assertThat(leadsTo(0, HOME)).isTrue();
    }

    @Test
    void row_29_who_sends_copies_faster_than_the_line_moves_nothing_while_the_peer_is_where_it_was() {
        peer.attend(ELSEWHERE);
        for (int i = 0; i < 3_000; i++) {
            byte[] packet = packet(0);
            hub.arrive(ELSEWHERE, packet);
            hub.arrive(HOME, packet);
            hub.run();
            hub.nowNanos += MILLI;
            assertThat(leadsTo(0, HOME)).isTrue();
        }
        assertThat(hub.events(0)).doesNotContainKey("line-moved");
        assertThat(hub.dropped("outer.replayed")).isEqualTo(3_000);
    }

    /** Lets the answers of the peer take about so long, until the hub knows it. Returns what the hub thinks. */
    private long slowDown(long rttNanos) {
        for (int i = 0; i < 100; i++) {
            hub.tun.incoming.add(Packets.udp("10.1.0.1", "10.2.0.9", 6000 + i, 100));
            peer.leave(HOME);
            hub.runFor(rttNanos);
            peer.attend(HOME);
            hub.run();
        }
        return line(0).rttNanos();
    }

    @Test
    void row_29_the_old_address_has_twice_the_usual_round_trip_to_answer() {
        long rttNanos = slowDown(100 * MILLI);
        assertThat(rttNanos).isGreaterThan(40 * MILLI);
        peer.attend(ELSEWHERE);
        peer.leave(HOME);
        hub.arrive(ELSEWHERE, packet(0));
        hub.runFor(19 * rttNanos / 10);
        assertThat(leadsTo(0, HOME)).as("copies arrive first").isTrue();
        peer.attend(HOME);
        hub.runFor(2 * SECOND);
        assertThat(leadsTo(0, HOME)).as("it has answered").isTrue();
        peer.leave(HOME);
        hub.arrive(ELSEWHERE, packet(0));
        hub.runFor(2 * rttNanos + 200 * MILLI);
        assertThat(leadsTo(0, ELSEWHERE)).as("it has not").isTrue();
    }

    @Test
    void row_29_the_old_address_is_asked_together_with_the_new_one() {
        int before = peer.count(FrameType.CHALLENGE);
        hub.arrive(ELSEWHERE, packet(0));
        hub.run();
        assertThat(peer.count(FrameType.CHALLENGE) - before).as("at home").isEqualTo(1);
        assertThat(hub.link.takeSentTo(ELSEWHERE)).hasSize(1);
    }

    @Test
    void row_29_an_answer_that_repeats_another_token_proves_nothing() {
        peer.leave(HOME);
        peer.answersChallenges = false;
        peer.remoteOfLine.put(0, ELSEWHERE);
        hub.arrive(ELSEWHERE, packet(0));
        hub.run();
        ByteBuffer answer = ByteBuffer.allocate(TokenFrame.BYTES);
        TokenFrame.putAnswer(answer, 0, 1_234_567);
        peer.say(0, answer.array());
        hub.runFor(2 * SECOND);
        assertThat(leadsTo(0, HOME)).isTrue();
    }

    @Test
    void row_29_a_challenge_that_is_lost_does_not_give_the_line_away() {
        peer.leave(HOME);
        hub.arrive(ELSEWHERE, packet(0));
        hub.run();
        assertThat(hub.link.takeSentTo(HOME))
                .as("the question to the old address")
                .isNotEmpty();
        peer.attend(HOME);
        peer.attend(ELSEWHERE);
        hub.runFor(2 * SECOND);
        assertThat(leadsTo(0, HOME)).isTrue();
        assertThat(hub.events(0)).doesNotContainKey("line-moved");
    }

    @Test
    void row_30_an_address_that_never_answers_gets_three_times_what_came_from_it_and_no_more() {
        // The old address is silent too, so that nothing ends the trial early.
        peer.answersChallenges = false;
        // The shortest datagram there is: all that comes from the address is 27 bytes, and headers.
        byte[] shortest = peer.seal(0, new byte[] {0});
        hub.arrive(ELSEWHERE, shortest);
        hub.runFor(10 * SECOND);
        List<byte[]> got = hub.link.takeSentTo(ELSEWHERE);
        long bytes = got.stream()
                .mapToLong(datagram -> datagram.length + OUTER_BYTES)
                .sum();
        assertThat(bytes).isBetween(1L, 3L * (shortest.length + OUTER_BYTES));
        assertThat(leadsTo(0, HOME)).isTrue();
    }

    @Test
    void row_30_an_address_gets_nothing_any_more_after_a_second() {
        hub.arrive(ELSEWHERE, peer.seal(0, new byte[1_000]));
        hub.runFor(1_100 * MILLI);
        assertThat(hub.link.takeSentTo(ELSEWHERE)).isNotEmpty();
        hub.runFor(10 * SECOND);
        assertThat(hub.link.takeSentTo(ELSEWHERE)).isEmpty();
    }

    @Test
    void row_30_a_flood_from_one_address_gets_no_more_than_its_challenges() {
        for (int i = 0; i < 1_000; i++) {
            hub.arrive(ELSEWHERE, packet(0));
            hub.runFor(MILLI);
        }
        assertThat(hub.link.takeSentTo(ELSEWHERE)).hasSizeBetween(1, 6);
    }

    @Test
    void row_31_lines_that_all_move_at_once_are_found_again_four_at_a_time() {
        int lines = 8;
        for (int line = 2; line < lines; line++) {
            peer.remoteOfLine.put(line, line + 1);
            peer.attend(line + 1);
            peer.announce(line);
        }
        hub.runFor(2 * SECOND);
        for (int line = 0; line < lines; line++) {
            peer.leave(line + 1);
            peer.remoteOfLine.put(line, 100 + line);
        }
        for (int line = 0; line < lines; line++) {
            hub.arrive(100 + line, packet(line));
        }
        hub.run();
        long examined = 0;
        for (int line = 0; line < lines; line++) {
            examined += hub.link.takeSentTo(100 + line).isEmpty() ? 0 : 1;
            peer.attend(100 + line);
        }
        assertThat(examined).isEqualTo(4);
        for (int i = 0; i < 50; i++) {
            for (int line = 0; line < lines; line++) {
                hub.arrive(100 + line, packet(line));
            }
            hub.runFor(100 * MILLI);
        }
        for (int line = 0; line < lines; line++) {
            assertThat(leadsTo(line, 100 + line)).as("line " + line).isTrue();
        }
    }

    @Test
    void row_31_a_line_moves_once_a_second_at_most() {
        peer.leave(HOME);
        for (int i = 0; i < 300; i++) {
            int remote = 100 + i / 10;
            peer.attend(remote);
            peer.remoteOfLine.put(0, remote);
            hub.arrive(remote, packet(0));
            hub.runFor(10 * MILLI);
            if (i % 10 == 9) {
                peer.leave(remote);
            }
        }
        assertThat(hub.events(0).getOrDefault("line-moved", 0L)).isBetween(1L, 4L);
    }

    @Test
    void row_32_a_line_that_moves_to_ipv6_works_and_is_measured_anew() {
        Hub both = new Hub();
        both.link.forbidsFragmentation = true;
        RemotePeer wanderer = new RemotePeer(both, 1);
        wanderer.toldMtuBytes = 0;
        wanderer.connect(HOME);
        both.runFor(5 * SECOND);
        int probes = wanderer.count(FrameType.MTU);
        assertThat(probes).as("its MTU was searched").isPositive();
        wanderer.leave(HOME);
        int far = MemoryLink.IPV6 + 7;
        wanderer.attend(far);
        wanderer.remoteOfLine.put(0, far);
        both.arrive(far, wanderer.seal(0, RemotePeer.frame(1, 0, Packets.good(100))));
        both.runFor(5 * SECOND);
        BondStats.LinkStats line = both.stats().peers().get(0).links().get(0);
        assertThat(line.remote()).contains("fd00").contains("4000");
        assertThat(line.state()).isEqualTo(LinkState.UP);
        assertThat(both.events(0)).containsEntry("line-moved", 1L);
        assertThat(wanderer.count(FrameType.MTU)).as("its MTU is searched anew").isGreaterThan(probes);
        int before = wanderer.packets().size();
        for (int i = 0; i < 20; i++) {
            both.tun.incoming.add(Packets.udp("10.1.0.1", "10.2.0.9", 6000 + i, 100));
            both.arrive(far, wanderer.seal(0, RemotePeer.frame(2 + i, 0, Packets.good(100))));
            both.runFor(10 * MILLI);
        }
        both.runFor(SECOND);
        assertThat(wanderer.packets()).as("to the peer").hasSize(before + 20);
        assertThat(both.tun.written).as("from the peer").hasSize(21);
    }

    @Test
    void row_33_a_flood_of_challenges_gets_fifty_answers_a_second() {
        ByteBuffer challenge = ByteBuffer.allocate(TokenFrame.BYTES);
        hub.runFor(SECOND);
        for (int i = 0; i < 3_000; i++) {
            TokenFrame.putChallenge(challenge, 0, i);
            peer.say(i & 1, challenge.array().clone());
            hub.runFor(MILLI);
        }
        assertThat(peer.count(FrameType.ANSWER)).isBetween(100, 3 * 50 + 50);
        assertThat(hub.dropped("too-many-challenges"))
                .as("each is answered or counted")
                .isEqualTo(3_000 - peer.count(FrameType.ANSWER));
    }
}
