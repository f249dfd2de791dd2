package io.aggr.internal.encap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.HandshakeSource;
import io.aggr.internal.frame.DataHeader;
import io.aggr.internal.frame.HelloFrame;
import io.aggr.internal.frame.HelloFrame.Step;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlainHandshakeTest {

    private static final long MILLI = 1_000_000L;
    private static final HandshakeSource SOURCE = new HandshakeSource(0, 9);
    private static final int PEER = 3;
    private static final int ID = 0xFFFF_FFFE;

    private final Recorder out = new Recorder(0);
    private final PlainPeers peers = new PlainPeers();
    private final SplittableRandom random = new SplittableRandom(7);
    private final PlainHandshake handshake = new PlainHandshake(random::nextLong, peers);
    private long now = -MILLI;

    private static ProviderConfig id(String id) {
        return ProviderConfig.of(Map.of("id", id));
    }

    private void add() {
        handshake.addPeer(PEER, "hyrule", id("4294967294"));
    }

    private void receive(int link, Step step, long sender, long known) {
        handshake.receive(Recorder.hello(ID, link, step, sender, known), SOURCE, now, out);
    }

    /** Brings the listening end into an association on link 1 and returns its id of it. */
    private long associate(long peerId) {
        receive(1, Step.HELLO, peerId, 0);
        long own = out.lastSender();
        receive(1, Step.HELLO, peerId, own);
        return own;
    }

    @Test
    void is_found_by_its_name() {
        assertThat(ServiceLoader.load(io.aggr.encap.EncapsulatorProvider.class)).anySatisfy(provider -> {
            assertThat(provider.name()).isEqualTo("plain");
            assertThat(provider.authenticates()).isFalse();
            assertThat(provider.availability().usable()).isTrue();
            try (Encapsulator made = provider.create(ProviderConfig.none(), random::nextLong)) {
                assertThat(made.traits().headerBytes()).isEqualTo(10);
                assertThat(made.traits().trailerBytes()).isZero();
                assertThat(made.traits().carriesFrames()).isTrue();
                assertThat(made.traits().authenticates()).isFalse();
            }
        });
    }

    @Test
    void a_peer_needs_an_id_of_its_own() {
        ProviderConfig options = id(" 4294967294");
        handshake.addPeer(PEER, "hyrule", options);
        assertThat(options.unread()).isEmpty();
        assertThat(peers.has(ID)).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshake.addPeer(4, "zora", id("4294967294")))
                .withMessage("id must be unique: peers hyrule and zora both have 4294967294");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> handshake.addPeer(4, "zora", ProviderConfig.none()))
                .withMessage("id is missing");
        assertThatIllegalArgumentException().isThrownBy(() -> handshake.addPeer(PEER, "zora", id("5")));
        handshake.removePeer(PEER);
        handshake.removePeer(PEER);
        assertThat(peers.has(ID)).isFalse();
        handshake.addPeer(4, "zora", id("4294967294"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "4294967296", "seven", ""})
    void an_id_is_a_number_of_32_bits_but_not_0(String id) {
        assertThatIllegalArgumentException().isThrownBy(() -> handshake.addPeer(PEER, "hyrule", id(id)));
        assertThat(handshake.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void goes_through_the_steps_of_the_protocol() {
        add();
        receive(1, Step.HELLO, 100, 0);
        assertThat(out.said).containsExactly("reply 9 ACK on 1");
        assertThat(HelloFrame.known(out.last(), DataHeader.BYTES)).isEqualTo(100);
        assertThat(out.sessions).isEmpty();

        long own = out.lastSender();
        receive(1, Step.HELLO, 100, own);
        assertThat(out.said).hasSize(2).last().isEqualTo("reply 9 DONE on 1");
        assertThat(out.lastSender()).isEqualTo(own);
        assertThat(out.sessions).hasSize(1);
        PlainSession first = out.sessions.get(0);
        assertThat(first.peer()).isEqualTo(PEER);
        assertThat(first.openLinks().has(1)).isTrue();
        assertThat(first.openLinks().size()).isEqualTo(1);
        assertThat(first.receiveIndex()).isEqualTo((int) own);
        assertThat(first.sendIndex()).isEqualTo(100);

        receive(1, Step.DONE, 100, own);
        assertThat(out.said).hasSize(2);
        receive(1, Step.ACK, 100, own);
        assertThat(out.said).hasSize(2);

        receive(7, Step.DONE, 100, own);
        assertThat(out.said).hasSize(3).last().isEqualTo("reply 9 DONE on 7");
        assertThat(out.sessions).hasSize(2);
        PlainSession second = out.sessions.get(1);
        assertThat(second.association()).isEqualTo(first.association());
        assertThat(second.isNewerThan(first)).isTrue();
        assertThat(second.openLinks().size()).isEqualTo(2);

        receive(2, Step.ACK, 100, own);
        assertThat(out.said).hasSize(4).last().isEqualTo("reply 9 HELLO on 2");
        assertThat(out.sessions).hasSize(2);
        assertThat(out.warnings).isEmpty();
    }

    @Test
    void an_end_with_lines_begins_on_all_of_them_and_draws_its_intervals_apart() {
        add();
        out.lines = 3;
        assertThat(handshake.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
        handshake.poll(now, out);
        assertThat(out.said).isEmpty();
        handshake.connect(PEER, now, out);
        assertThat(out.said).containsExactly("send 0 HELLO on 0", "send 1 HELLO on 1", "send 2 HELLO on 2");
        assertThat(HelloFrame.linkCount(out.last(), DataHeader.BYTES)).isEqualTo(3);
        handshake.connect(PEER, now + 900 * MILLI - 701 * MILLI, out);
        assertThat(out.said).hasSize(3);
        Set<Long> intervals = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            long wait = handshake.nanosToDeadline(now);
            assertThat(wait).isBetween(1L, 250 * MILLI);
            intervals.add(wait);
            now += wait;
            handshake.poll(now, out);
        }
        assertThat(intervals).hasSizeGreaterThan(8);
        handshake.removePeer(PEER);
        assertThat(handshake.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_line_that_is_gone_is_not_asked_any_more_and_a_new_one_is() {
        add();
        out.lines = 1;
        handshake.connect(PEER, now, out);
        receive(0, Step.ACK, 100, out.lastSender());
        receive(0, Step.DONE, 100, out.lastSender());
        assertThat(handshake.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
        int before = out.said.size();
        out.lines = 2;
        handshake.poll(now, out);
        assertThat(out.said).hasSize(before + 1).last().isEqualTo("send 1 HELLO on 1");
        out.lines = 0;
        now += 1000 * MILLI;
        handshake.poll(now, out);
        assertThat(out.said).hasSize(before + 1);
        assertThat(handshake.nanosToDeadline(now)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void strangers_get_twenty_answers_a_second() {
        add();
        for (int i = 0; i < 5000; i++) {
            receive(i & 255, Step.HELLO, 1000 + i, i);
            now += MILLI;
        }
        assertThat(out.datagrams).hasSize(5 * 20);
        assertThat(out.sessions).isEmpty();
        // Whoever has asked is not locked out for good, and nobody who has not is remembered.
        now += 1000 * MILLI;
        associate(77);
        assertThat(out.sessions).hasSize(1);
    }

    @Test
    void the_peer_gets_sixty_four_answers_a_second() {
        add();
        long own = associate(77);
        out.datagrams.clear();
        for (int i = 0; i < 5000; i++) {
            receive(1, Step.HELLO, 77, own);
            now += MILLI;
        }
        assertThat(out.datagrams.size()).isBetween(5 * 64 - 1, 5 * 64);
        assertThat(out.sessions).hasSizeLessThan(5 * 64 + 2);
    }

    @Test
    void what_is_beyond_the_limit_changes_nothing() {
        add();
        long own = associate(77);
        for (int i = 0; i < 100; i++) {
            receive(1, Step.HELLO, 77, own);
        }
        out.sessions.clear();
        receive(2, Step.HELLO, 77, own);
        assertThat(out.sessions).isEmpty();
        now += 1001 * MILLI;
        receive(2, Step.HELLO, 77, own);
        assertThat(out.sessions).hasSize(1);
    }

    @Test
    void hands_the_session_over_again_when_either_end_asks_again() {
        add();
        out.lines = 1;
        handshake.connect(PEER, now, out);
        receive(0, Step.ACK, 77, out.lastSender());
        long own = out.lastSender();
        receive(0, Step.DONE, 77, own);
        assertThat(out.sessions).hasSize(1);
        receive(0, Step.DONE, 77, own);
        assertThat(out.sessions).hasSize(1);
        receive(0, Step.HELLO, 77, own);
        assertThat(out.sessions).hasSize(2);
        handshake.connect(PEER, now, out);
        receive(0, Step.DONE, 77, own);
        receive(0, Step.DONE, 77, own);
        assertThat(out.sessions).hasSize(3);
        assertThat(out.sessions).allMatch(session -> session.continues(out.sessions.get(0)));
    }

    @Test
    void no_answer_is_longer_than_its_cause() {
        add();
        out.lines = 16;
        receive(1, Step.HELLO, 100, 0);
        assertThat(out.last().capacity()).isEqualTo(35);
        receive(1, Step.ACK, 100, out.lastSender());
        assertThat(out.datagrams.get(1).capacity()).isEqualTo(35);
        // What goes out on lines of our own goes to configured addresses.
        assertThat(out.said.subList(2, 17)).allMatch(what -> what.startsWith("send"));
    }

    @Test
    void a_peer_opens_sixteen_links_and_no_more() {
        add();
        long own = associate(77);
        for (int link = 0; link < 256; link++) {
            receive(link, Step.HELLO, 77, own);
            now += 100 * MILLI;
        }
        PlainSession last = out.sessions.get(out.sessions.size() - 1);
        assertThat(last.openLinks().size()).isEqualTo(16);
        assertThat(last.openLinks().has(15)).isTrue();
        assertThat(last.openLinks().has(16)).isFalse();
        assertThat(out.warnings).hasSize(256 - 16);
        receive(1, Step.HELLO, 77, own);
        assertThat(out.warnings).hasSize(240);
    }

    @Test
    void an_end_that_hears_itself_says_so_and_answers_nothing() {
        add();
        out.lines = 1;
        handshake.connect(PEER, now, out);
        handshake.receive(out.last(), SOURCE, now, out);
        assertThat(out.datagrams).hasSize(1);
        assertThat(out.warnings).hasSize(1);
    }

    @Test
    void an_id_of_the_peer_serves_one_association_only() {
        add();
        long own = associate(77);
        receive(1, Step.HELLO, 500, 0);
        long next = out.lastSender();
        assertThat(next).isNotEqualTo(own);
        out.sessions.clear();
        // The peer said so before it began the association, and only now it arrives.
        receive(1, Step.ACK, 77, next);
        assertThat(out.said).last().isEqualTo("reply 9 ACK on 1");
        assertThat(out.lastSender()).isEqualTo(own);
        receive(1, Step.HELLO, 77, next);
        assertThat(out.said).last().isEqualTo("reply 9 ACK on 1");
        assertThat(out.lastSender()).isEqualTo(own);
        assertThat(out.sessions).isEmpty();
        receive(1, Step.HELLO, 500, next);
        assertThat(out.sessions).hasSize(1);
    }

    @Test
    void a_done_out_of_nowhere_begins_nothing() {
        add();
        receive(1, Step.HELLO, 100, 0);
        receive(1, Step.DONE, 100, out.lastSender());
        assertThat(out.sessions).isEmpty();
        assertThat(out.datagrams).hasSize(1);
    }

    @Test
    void a_foreign_id_and_what_is_no_hello_are_not_answered() {
        add();
        handshake.receive(Recorder.hello(5, 1, Step.HELLO, 100, 0), SOURCE, now, out);
        ByteBuffer damaged = Recorder.hello(ID, 1, Step.HELLO, 100, 0);
        for (int length = 0; length < damaged.capacity(); length++) {
            handshake.receive(damaged.duplicate().limit(length), SOURCE, now, out);
        }
        handshake.receive(damaged.duplicate().put(13, (byte) 3), SOURCE, now, out);
        assertThat(out.datagrams).isEmpty();
        // The datagram may lie anywhere in its buffer.
        ByteBuffer moved = ByteBuffer.allocate(100);
        moved.put(40, Recorder.hello(ID, 1, Step.HELLO, 100, 0), 0, 35);
        handshake.receive(moved.position(40).limit(75), SOURCE, now, out);
        assertThat(out.datagrams).hasSize(1);
    }

    @Test
    void ids_stay_apart_even_if_chance_repeats_itself() {
        PlainPeers many = new PlainPeers();
        PlainHandshake stuck = new PlainHandshake(() -> 0x1234_5678_0000_0000L, many);
        Set<Integer> indices = new HashSet<>();
        for (int i = 0; i < 50; i++) {
            stuck.addPeer(i, "peer " + i, id(Integer.toString(i + 1)));
            stuck.receive(Recorder.hello(i + 1, 0, Step.HELLO, 100, 0), SOURCE, now, out);
            indices.add((int) out.lastSender());
        }
        assertThat(indices).hasSize(50).doesNotContain(0);
    }

    @Test
    void no_bytes_upset_it_or_make_it_remember_more() {
        long seed = Seeds.first();
        SplittableRandom chance = new SplittableRandom(seed);
        add();
        out.lines = 2;
        handshake.connect(PEER, now, out);
        List<ByteBuffer> known = new ArrayList<>(out.datagrams);
        int inputs = 200_000;
        int sessions = 0;
        int mostLinks = 0;
        for (int i = 0; i < inputs; i++) {
            ByteBuffer input = chance.nextInt(4) == 0 ? noise(chance) : mutated(chance, known);
            handshake.receive(input, SOURCE, now, out);
            now += chance.nextInt(10) * MILLI;
            if (chance.nextInt(10) == 0) {
                handshake.poll(now, out);
            }
            if (!out.datagrams.isEmpty() && chance.nextInt(20) == 0) {
                known.add(out.last());
                if (known.size() > 50) {
                    known.remove(chance.nextInt(50));
                }
            }
            for (PlainSession session : out.sessions) {
                sessions++;
                mostLinks = Math.max(mostLinks, session.openLinks().size());
            }
            out.sessions.clear();
            out.datagrams.clear();
            out.said.clear();
            out.warnings.clear();
        }
        assertThat(sessions).as("seed %d", seed).isPositive();
        assertThat(mostLinks).as("seed %d", seed).isBetween(2, 16);
        assertThat(peers.byId().size()).isEqualTo(1);
    }

    private static ByteBuffer noise(SplittableRandom chance) {
        byte[] bytes = new byte[chance.nextInt(80)];
        chance.nextBytes(bytes);
        if (bytes.length > 10) {
            bytes[0] = 4;
            bytes[10] = 1;
            ByteBuffer.wrap(bytes).putInt(2, ID);
        }
        return ByteBuffer.wrap(bytes);
    }

    /** Something that was said before, turned round so that it comes from somebody else, and damaged. */
    private static ByteBuffer mutated(SplittableRandom chance, List<ByteBuffer> known) {
        ByteBuffer origin = known.get(chance.nextInt(known.size()));
        ByteBuffer copy = ByteBuffer.allocate(origin.capacity()).put(0, origin, 0, origin.capacity());
        if (chance.nextInt(8) != 0) {
            long sender = copy.getLong(14);
            copy.putLong(14, chance.nextInt(1, 4)).putLong(22, sender);
            copy.put(13, (byte) chance.nextInt(3));
            copy.put(1, (byte) chance.nextInt(256));
        }
        IntStream.range(0, chance.nextInt(2))
                .forEach(i -> copy.put(chance.nextInt(copy.capacity()), (byte) chance.nextInt()));
        return copy;
    }
}
