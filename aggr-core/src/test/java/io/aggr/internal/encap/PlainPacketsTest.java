package io.aggr.internal.encap;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.internal.frame.HelloFrame.Step;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packet path: sealer and opener with sessions as a handshake makes them. */
@Isolated
class PlainPacketsTest {

    private static final int PEER = 2;
    private static final int ID = 4097;
    private static final long OWN = 0x1111_2222_0000_00AAL;
    private static final long OTHER = 0x3333_4444_0000_00BBL;

    private final PlainPeers peers = new PlainPeers();
    private final PlainHandshake handshake = new PlainHandshake(new SplittableRandom(1)::nextLong, peers);
    private final PlainOpener opener = new PlainOpener(peers);
    private final PlainSealer sealer = new PlainSealer();
    private final PacketBatch batch = new PacketBatch(new Slab(1 << 16), 16);
    private final Opened result = new Opened();
    private final OnePlaintext payload = new OnePlaintext(new byte[] {(byte) 0x90, 1, 2, 3});

    @BeforeEach
    void add_the_peer() {
        handshake.addPeer(PEER, "hyrule", ProviderConfig.of(Map.of("id", Integer.toString(ID))));
        batch.open(0, 1 << 16);
    }

    /** Both directions of a session, so that what is sealed can be opened. */
    private void install(long serial, long id, int... links) {
        LinkNumbers open = LinkNumbers.NONE;
        for (int link : links) {
            open = open.with(link);
        }
        sealer.install(new PlainSession(PEER, serial, OTHER, id, open));
        opener.install(new PlainSession(PEER, serial, id, OTHER, open));
    }

    private OpenOutcome sealAndOpen(int link, long counter) {
        batch.open(0, 1 << 16);
        assertThat(sealer.seal(PEER, link, counter, payload, batch)).isEqualTo(1);
        return opener.open(batch, 0, 0, 0, result);
    }

    private OpenOutcome open(String hex) {
        batch.open(0, 1 << 16);
        byte[] bytes = java.util.HexFormat.of().parseHex(hex.replace(" ", ""));
        batch.buffer().put(batch.nextOffset(), bytes);
        batch.add(batch.nextOffset(), bytes.length);
        return opener.open(batch, 0, 0, 0, result);
    }

    @Test
    void writes_the_header_of_the_protocol_and_leaves_the_rest_of_the_slab_alone() {
        install(1, OWN, 3);
        assertThat(sealer.seal(PEER, 3, 0x5_8000_0007L, new OnePlaintext(new byte[] {0}), batch))
                .isEqualTo(1);
        byte[] written = new byte[13];
        batch.buffer().get(batch.offset(0) - 1, written);
        assertThat(batch.length(0)).isEqualTo(11);
        assertThat(batch.offset(0)).isEqualTo(64);
        assertThat(written).containsExactly(0, 4, 3, 0, 0, 0, 0xAA, 0x80, 0, 0, 7, 0, 0);
    }

    @Test
    void opens_in_place_what_was_sealed() {
        install(1, OWN, 3, 255);
        assertThat(sealAndOpen(255, 0)).isEqualTo(OpenOutcome.OPENED);
        assertThat(result.peer()).isEqualTo(PEER);
        assertThat(result.link()).isEqualTo(255);
        assertThat(result.counter()).isZero();
        assertThat(result.offset()).isEqualTo(batch.offset(0) + 10);
        assertThat(result.lengthBytes()).isEqualTo(4);
        assertThat(batch.buffer().getInt(result.offset())).isEqualTo(0x9001_0203);
    }

    @Test
    void seals_a_run_with_rising_counters_as_far_as_the_batch_reaches() {
        install(1, OWN, 3);
        OnePlaintext run = new OnePlaintext(new byte[] {(byte) 0x90, 9}, 5);
        batch.open(0, 3 * (64 + 12 + 32) + 64 + 11 + 32);
        assertThat(sealer.seal(PEER, 3, 40, run, batch)).isEqualTo(3);
        assertThat(batch.size()).isEqualTo(3);
        for (int i = 0; i < 3; i++) {
            assertThat(opener.open(batch, i, 0, 0, result)).isEqualTo(OpenOutcome.OPENED);
            assertThat(result.counter()).isEqualTo(40 + i);
        }
        PacketBatch full = new PacketBatch(new Slab(1 << 12), 2);
        full.open(0, 1 << 12);
        assertThat(sealer.seal(PEER, 3, 40, run, full)).isEqualTo(2);
    }

    @Test
    void seals_nothing_without_a_session_or_for_a_link_that_is_not_open() {
        assertThat(sealer.isReady(PEER)).isFalse();
        assertThat(sealer.seal(PEER, 3, 0, payload, batch)).isZero();
        install(1, OWN, 3);
        assertThat(sealer.isReady(PEER)).isTrue();
        assertThat(sealer.seal(PEER, 4, 0, payload, batch)).isZero();
        assertThat(batch.size()).isZero();
        sealer.remove(PEER);
        assertThat(sealer.isReady(PEER)).isFalse();
        assertThat(sealer.seal(PEER, 3, 0, payload, batch)).isZero();
    }

    @Test
    void says_what_is_wrong_with_a_datagram() {
        assertThat(open("")).isEqualTo(OpenOutcome.SHORT);
        assertThat(open("04")).isEqualTo(OpenOutcome.SHORT);
        assertThat(open("04 03 00001001 00000000")).isEqualTo(OpenOutcome.SHORT);
        for (String type : new String[] {"00", "01", "02", "03", "05", "80", "ff"}) {
            assertThat(open(type + "03 00001001 00000000 01")).isEqualTo(OpenOutcome.UNKNOWN_TYPE);
            assertThat(open(type)).isEqualTo(OpenOutcome.UNKNOWN_TYPE);
        }
        assertThat(open("04 03 00001001 00000000 01")).isEqualTo(OpenOutcome.HANDSHAKE);
        assertThat(open("04 03 00001002 00000000 01")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        assertThat(open("04 03 00001002 00000000 00")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        assertThat(open("04 03 00001001 00000000 00")).isEqualTo(OpenOutcome.NO_SESSION);
        install(1, OWN, 3);
        assertThat(open("04 03 000000aa 00000000 00")).isEqualTo(OpenOutcome.OPENED);
        assertThat(open("04 02 000000aa 00000000 00")).isEqualTo(OpenOutcome.NO_SESSION);
        assertThat(open("04 03 000000bb 00000000 00")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        assertThat(open("04 03 000000aa 00000001 01")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        assertThat(open("04 03 00001001 00000001 00")).isEqualTo(OpenOutcome.NO_SESSION);
        assertThat(open("04 03 00001001 00000000 01")).isEqualTo(OpenOutcome.HANDSHAKE);
        opener.remove(PEER);
        opener.remove(PEER);
        assertThat(open("04 03 000000aa 00000001 00")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        handshake.removePeer(PEER);
        assertThat(open("04 03 00001001 00000000 01")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
    }

    @Test
    void keeps_a_window_for_each_link() {
        install(1, OWN, 3, 4);
        assertThat(sealAndOpen(3, 10_000)).isEqualTo(OpenOutcome.OPENED);
        assertThat(sealAndOpen(3, 10_000)).isEqualTo(OpenOutcome.REPLAYED);
        assertThat(sealAndOpen(3, 10_000 - 8128)).isEqualTo(OpenOutcome.OPENED);
        assertThat(sealAndOpen(3, 10_000 - 8129)).isEqualTo(OpenOutcome.TOO_OLD);
        assertThat(sealAndOpen(4, 0)).isEqualTo(OpenOutcome.OPENED);
        assertThat(sealAndOpen(4, 0)).isEqualTo(OpenOutcome.REPLAYED);
    }

    @Test
    void rebuilds_the_counter_across_the_low_32_bits() {
        install(1, OWN, 3);
        long counter = 0;
        while (counter < 1L << 36) {
            assertThat(sealAndOpen(3, counter)).isEqualTo(OpenOutcome.OPENED);
            assertThat(result.counter()).isEqualTo(counter);
            counter += 0x7FFF_FFF1L;
        }
        counter -= 0x7FFF_FFF1L;
        assertThat(sealAndOpen(3, counter)).isEqualTo(OpenOutcome.REPLAYED);
        assertThat(sealAndOpen(3, counter - 100)).isEqualTo(OpenOutcome.OPENED);
        assertThat(result.counter()).isEqualTo(counter - 100);
    }

    @Test
    void another_link_of_the_association_leaves_the_windows_as_they_are() {
        install(1, OWN, 3);
        assertThat(sealAndOpen(3, 5)).isEqualTo(OpenOutcome.OPENED);
        install(2, OWN, 3, 4);
        assertThat(sealAndOpen(3, 5)).isEqualTo(OpenOutcome.REPLAYED);
        assertThat(sealAndOpen(3, 6)).isEqualTo(OpenOutcome.OPENED);
        assertThat(sealAndOpen(4, 0)).isEqualTo(OpenOutcome.OPENED);
    }

    @Test
    void another_association_begins_anew_and_hears_nothing_of_the_old_one() {
        install(1, OWN, 3);
        assertThat(sealAndOpen(3, 1_000_000)).isEqualTo(OpenOutcome.OPENED);
        long next = OWN + 1;
        install(2, next, 3);
        assertThat(sealAndOpen(3, 0)).isEqualTo(OpenOutcome.OPENED);
        // Under way before, or sent by a thread that had not heard of it yet.
        assertThat(open("04 03 000000aa 000f4241 00")).isEqualTo(OpenOutcome.UNKNOWN_PEER);
        assertThat(sealAndOpen(3, 1)).isEqualTo(OpenOutcome.OPENED);
        install(1, OWN, 3, 4);
        assertThat(sealAndOpen(3, 2)).isEqualTo(OpenOutcome.OPENED);
        assertThat(sealer.seal(PEER, 4, 0, payload, batch)).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void no_bytes_upset_the_opener(boolean looksRight) {
        long seed = Seeds.first();
        SplittableRandom chance = new SplittableRandom(seed);
        install(1, OWN, 3, 7);
        int opened = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[chance.nextInt(60)];
            chance.nextBytes(bytes);
            if (looksRight && bytes.length > 10) {
                bytes[0] = 4;
                bytes[1] = (byte) (chance.nextBoolean() ? 3 : 7);
                ByteBuffer.wrap(bytes).putInt(2, chance.nextInt(8) == 0 ? ID : (int) OWN);
            }
            batch.open(0, 1 << 16);
            batch.buffer().put(64, bytes);
            batch.add(64, bytes.length);
            OpenOutcome outcome = opener.open(batch, 0, 0, 0, result);
            if (outcome == OpenOutcome.OPENED) {
                opened++;
                assertThat(result.offset()).isEqualTo(74);
                assertThat(result.lengthBytes()).isEqualTo(bytes.length - 10);
                assertThat(result.counter()).isNotNegative();
            } else if (outcome == OpenOutcome.HANDSHAKE) {
                handshake.receive(ByteBuffer.wrap(bytes), new io.aggr.encap.HandshakeSource(0, 0), i, new Recorder(0));
            }
        }
        assertThat(opened > 0).as("seed %d, %d opened", seed, opened).isEqualTo(looksRight);
    }

    @Test
    void a_packet_costs_no_allocation() {
        install(1, OWN, 3);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().getId();
        OnePlaintext run = new OnePlaintext(new byte[1400], 16);
        long least = Long.MAX_VALUE;
        long counter = 0;
        for (int round = 0; round < 6; round++) {
            long before = threads.getThreadAllocatedBytes(thread);
            int opened = 0;
            for (int i = 0; i < 1_000; i++) {
                batch.open(0, 1 << 16);
                int sealed = sealer.seal(PEER, 3, counter, run, batch);
                counter += 16;
                for (int j = 0; j < sealed; j++) {
                    opened += opener.open(batch, j, 0, 0, result) == OpenOutcome.OPENED ? 1 : 0;
                }
            }
            least = Math.min(least, threads.getThreadAllocatedBytes(thread) - before);
            if (opened != 16_000) {
                throw new AssertionError("opened " + opened);
            }
        }
        assertThat(least).isLessThan(16_000 / 8);
    }

    @Test
    void a_hello_reaches_the_handshake_whatever_session_there_is() {
        install(1, OWN, 3);
        ByteBuffer hello = Recorder.hello(ID, 3, Step.HELLO, 5, 0);
        batch.buffer().put(64, hello, 0, hello.capacity());
        batch.add(64, hello.capacity());
        assertThat(opener.open(batch, 0, 0, 0, result)).isEqualTo(OpenOutcome.HANDSHAKE);
    }
}
