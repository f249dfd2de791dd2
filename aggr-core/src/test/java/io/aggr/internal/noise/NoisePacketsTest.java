package io.aggr.internal.noise;

import static io.aggr.encap.OpenOutcome.EXPIRED;
import static io.aggr.encap.OpenOutcome.MALFORMED;
import static io.aggr.encap.OpenOutcome.NO_SESSION;
import static io.aggr.encap.OpenOutcome.OPENED;
import static io.aggr.encap.OpenOutcome.REPLAYED;
import static io.aggr.encap.OpenOutcome.SHORT;
import static io.aggr.encap.OpenOutcome.TOO_OLD;
import static io.aggr.encap.OpenOutcome.UNAUTHENTIC;
import static io.aggr.encap.OpenOutcome.UNKNOWN_PEER;
import static io.aggr.encap.OpenOutcome.UNKNOWN_TYPE;
import static io.aggr.internal.noise.NoiseWorld.SECOND;
import static io.aggr.internal.noise.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.encap.OpenOutcome;
import io.aggr.internal.noise.Vectors.Case;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a packet under a key is, and what happens to one that is not quite that. */
class NoisePacketsTest {

    private final NoiseWorld world = new NoiseWorld(4_711);

    private NoiseWorld connected(Suite suite) {
        world.a.suite = suite;
        world.b.suite = suite;
        return world.connected();
    }

    private static byte[] with(byte[] bytes, int at, int value) {
        byte[] changed = bytes.clone();
        changed[at] = (byte) value;
        return changed;
    }

    private static byte[] withCounter(byte[] bytes, long counter) {
        byte[] changed = bytes.clone();
        for (int i = 0; i < 4; i++) {
            changed[6 + i] = (byte) (counter >>> (24 - 8 * i));
        }
        return changed;
    }

    @Test
    void the_packet_cipher_agrees_with_rfc_8439_section_2_8_2() {
        byte[] key = hex("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
        byte[] plain = ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future,"
                        + " sunscreen would be it.")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] sealed = new byte[plain.length + 16];
        PacketCipher cipher = raw(Suite.CHACHA20_POLY1305, Cipher.ENCRYPT_MODE, key, hex("070000004041424344454647"));
        assertThat(cipher.seal(0, 0, hex("50515253c0c1c2c3c4c5c6c7"), plain, plain.length, sealed))
                .isTrue();
        assertThat(hex(sealed))
                .startsWith("d31a8d34648e60db7b86afbc53ef7ec2")
                .endsWith("1ae10b594f09e26a7e902ecbd0600691");
    }

    private static PacketCipher raw(Suite suite, int mode, byte[] key, byte[] vector) {
        byte[] both = Arrays.copyOf(key, 44);
        System.arraycopy(vector, 0, both, 32, 12);
        return new PacketCipher(suite, mode, both);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void the_packet_cipher_agrees_with_wycheproof(Suite suite) {
        String file = suite == Suite.AES_256_GCM ? "aes_gcm_test.json" : "chacha20_poly1305_test.json";
        int valid = 0;
        int invalid = 0;
        for (Case test : Vectors.wycheproof(file)) {
            if (test.bytes("key").length != 32 || test.bytes("iv").length != 12 || test.number("tagSize") != 128) {
                continue;
            }
            byte[] text = test.bytes("ct");
            byte[] sealed = Arrays.copyOf(text, text.length + 16);
            System.arraycopy(test.bytes("tag"), 0, sealed, text.length, 16);
            byte[] plain = new byte[text.length + 16];
            PacketCipher opener = raw(suite, Cipher.DECRYPT_MODE, test.bytes("key"), test.bytes("iv"));
            boolean opened = opener.open(0, 0, test.bytes("aad"), sealed, sealed.length, plain);
            assertThat(opened).as(test.toString()).isEqualTo(test.isValid());
            if (opened) {
                valid++;
                assertThat(Arrays.copyOf(plain, text.length)).isEqualTo(test.bytes("msg"));
                byte[] again = new byte[sealed.length];
                PacketCipher sealer = raw(suite, Cipher.ENCRYPT_MODE, test.bytes("key"), test.bytes("iv"));
                assertThat(sealer.seal(0, 0, test.bytes("aad"), test.bytes("msg"), text.length, again))
                        .isTrue();
                assertThat(again).isEqualTo(sealed);
            } else {
                invalid++;
            }
        }
        assertThat(valid).isEqualTo(suite == Suite.AES_256_GCM ? 39 : 256);
        assertThat(invalid).isEqualTo(suite == Suite.AES_256_GCM ? 27 : 60);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void row_07_a_forged_packet_does_not_cost_the_genuine_one_with_its_counter(Suite suite) {
        connected(suite);
        int genuine = 0;
        for (int i = 0; i < 64; i++) {
            byte[] packet = world.a.seal(0);
            byte[] forged = with(packet, packet.length - 1, packet[packet.length - 1] ^ 1);
            assertThat(world.b.open(forged)).isEqualTo(UNAUTHENTIC);
            genuine += world.b.open(packet) == OPENED ? 1 : 0;
        }
        assertThat(genuine).isEqualTo(64);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void row_06_no_bit_of_a_packet_can_be_changed(Suite suite) {
        connected(suite);
        byte[] packet = world.a.seal(1);
        for (int bit = 0; bit < 8 * packet.length; bit++) {
            byte[] altered = packet.clone();
            altered[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThat(world.b.open(altered)).as("bit " + bit).isNotEqualTo(OPENED);
        }
        assertThat(world.b.open(packet)).isEqualTo(OPENED);
    }

    @Test
    void the_header_is_authenticated() {
        world.connected();
        PacketCipher sealing = PacketCipher.sealing(Suite.AES_256_GCM, NoiseWorld.secret(9));
        PacketCipher opening = PacketCipher.opening(Suite.AES_256_GCM, NoiseWorld.secret(9));
        byte[] sealed = new byte[26];
        byte[] plain = new byte[26];
        assertThat(sealing.seal(1, 2, new byte[10], new byte[10], 10, sealed)).isTrue();
        assertThat(opening.open(1, 2, with(new byte[10], 3, 1), sealed, 26, plain))
                .isFalse();
        assertThat(opening.open(1, 2, new byte[10], sealed, 26, plain)).isTrue();
    }

    @Test
    void line_and_counter_make_the_nonce() {
        PacketCipher opening = PacketCipher.opening(Suite.AES_256_GCM, NoiseWorld.secret(9));
        byte[] sealed = new byte[26];
        byte[] plain = new byte[26];
        PacketCipher sealing = PacketCipher.sealing(Suite.AES_256_GCM, NoiseWorld.secret(9));
        assertThat(sealing.seal(1, 2, new byte[10], new byte[10], 10, sealed)).isTrue();
        assertThat(opening.open(2, 2, new byte[10], sealed, 26, plain))
                .as("another line")
                .isFalse();
        assertThat(opening.open(1, 2 + (1L << 32), new byte[10], sealed, 26, plain))
                .as("another counter")
                .isFalse();
        assertThat(opening.open(1, 2, new byte[10], sealed, 26, plain)).isTrue();
    }

    @Test
    void two_lines_with_the_same_counter_do_not_share_a_nonce() {
        world.connected();
        byte[] first = world.a.seal(3, 77);
        byte[] second = world.a.seal(4, 77);
        // Under the same nonce the difference of the ciphertexts is that of the texts, which is in the number alone.
        assertThat(Arrays.copyOfRange(first, 14, 110)).isNotEqualTo(Arrays.copyOfRange(second, 14, 110));
    }

    @Test
    void row_09_a_packet_is_opened_once() {
        world.connected();
        byte[] packet = world.a.seal(0);
        assertThat(world.b.open(packet)).isEqualTo(OPENED);
        assertThat(world.b.open(packet)).isEqualTo(REPLAYED);
        world.runFor(SECOND);
        assertThat(world.b.open(packet)).isEqualTo(REPLAYED);
        for (int i = 0; i < 8200; i++) {
            world.b.open(world.a.seal(0));
        }
        assertThat(world.b.open(packet)).isEqualTo(TOO_OLD);
    }

    @Test
    void row_10_a_packet_of_one_line_is_worth_nothing_on_another() {
        world.connected();
        byte[] packet = world.a.seal(0);
        assertThat(world.b.open(with(packet, 1, 1))).isEqualTo(UNAUTHENTIC);
        assertThat(world.b.open(packet)).isEqualTo(OPENED);
        assertThat(world.b.open(packet)).isEqualTo(REPLAYED);
    }

    @ParameterizedTest
    @ValueSource(ints = {8127, 8128, 8129})
    void row_11_a_line_may_reorder_as_far_as_its_window_goes(int behind) {
        world.connected();
        byte[] late = world.a.seal(5);
        for (int i = 0; i < behind; i++) {
            assertThat(world.b.open(world.a.seal(5))).isEqualTo(OPENED);
        }
        assertThat(world.b.open(late)).isEqualTo(behind <= 8128 ? OPENED : TOO_OLD);
    }

    @Test
    void row_12_lines_have_windows_of_their_own() {
        world.connected();
        List<byte[]> slow = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            if (i % 50 == 0) {
                slow.add(world.a.seal(1));
            }
            assertThat(world.b.open(world.a.seal(0))).isEqualTo(OPENED);
        }
        for (byte[] packet : slow) {
            assertThat(world.b.open(packet)).isEqualTo(OPENED);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 100, 8_200, Integer.MAX_VALUE, 1L << 31, (1L << 31) + 1})
    void row_08_a_forged_counter_moves_no_window(long distance) {
        world.connected();
        for (int i = 0; i < 10; i++) {
            assertThat(world.b.open(world.a.seal(0))).isEqualTo(OPENED);
        }
        byte[] next = world.a.seal(0);
        long own = world.a.counters[0] - 1;
        assertThat(world.b.open(withCounter(next, own + distance))).as("ahead").isEqualTo(UNAUTHENTIC);
        OpenOutcome behind = world.b.open(withCounter(next, own - distance));
        assertThat(behind).as("behind").isEqualTo(distance <= 10 ? REPLAYED : UNAUTHENTIC);
        assertThat(world.b.open(next)).isEqualTo(OPENED);
    }

    @Test
    void counters_go_on_beyond_what_travels() {
        world.connected();
        long far = (1L << 32) - 3;
        long step = (1L << 31) - 10;
        for (long counter = step; counter < far; counter += step) {
            assertThat(world.b.open(world.a.seal(0, counter))).isEqualTo(OPENED);
        }
        for (long counter = far; counter < far + 6; counter++) {
            assertThat(world.b.open(world.a.seal(0, counter))).isEqualTo(OPENED);
        }
    }

    @Test
    void row_15_a_peer_has_sixteen_lines_at_most() {
        world.connected();
        for (int line = 0; line < 16; line++) {
            assertThat(world.b.open(world.a.seal(line))).isEqualTo(OPENED);
        }
        assertThat(world.b.open(world.a.seal(16))).isEqualTo(NO_SESSION);
        assertThat(world.b.open(world.a.seal(3))).isEqualTo(OPENED);
    }

    @Test
    void row_15_forgeries_open_no_window() {
        world.connected();
        byte[] packet = world.a.seal(0);
        for (int line = 1; line < 256; line++) {
            assertThat(world.b.open(with(packet, 1, line))).isEqualTo(UNAUTHENTIC);
        }
        for (int line = 0; line < 16; line++) {
            assertThat(world.b.open(world.a.seal(line))).isEqualTo(OPENED);
        }
    }

    @Test
    void row_01_datagrams_of_a_wrong_form_are_told_apart() {
        world.connected();
        byte[] packet = world.a.seal(0);
        for (int length : new int[] {1, 9, 10, 25, 26}) {
            assertThat(world.b.open(Arrays.copyOf(packet, length)))
                    .as("length " + length)
                    .isEqualTo(SHORT);
        }
        assertThat(world.b.open(new byte[0])).isEqualTo(SHORT);
        assertThat(world.b.open(Arrays.copyOf(packet, 27))).isEqualTo(UNAUTHENTIC);
        assertThat(world.b.open(with(packet, 2, packet[2] + 1))).isEqualTo(UNKNOWN_PEER);
        for (int type : new int[] {0, 5, 127, 128, 255}) {
            assertThat(world.b.open(with(packet, 0, type))).as("type " + type).isEqualTo(UNKNOWN_TYPE);
        }
        for (int[] wrong : new int[][] {{1, 183}, {1, 185}, {2, 139}, {2, 141}, {3, 63}, {3, 65}}) {
            byte[] datagram = {(byte) wrong[0], 1, (byte) (wrong[0] == 3 ? 0 : 1), 0};
            assertThat(world.b.open(Arrays.copyOf(datagram, wrong[1]))).isEqualTo(MALFORMED);
        }
        byte[] init = world.a.sent.get(0);
        assertThat(world.b.open(init)).isEqualTo(OpenOutcome.HANDSHAKE);
        assertThat(world.b.open(with(init, 1, 2))).as("version").isEqualTo(MALFORMED);
        assertThat(world.b.open(with(init, 2, 3))).as("suite").isEqualTo(MALFORMED);
        assertThat(world.b.open(with(init, 3, 1))).as("reserved").isEqualTo(MALFORMED);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void row_46_a_key_seals_no_packet_beyond_its_limit(Suite suite) {
        connected(suite);
        NoiseSession session = world.a.last();
        session.sealedPackets(suite.mostPackets() - 2);
        assertThat(world.a.seal(0)).isNotNull();
        assertThat(world.a.seal(0)).isNotNull();
        assertThat(world.a.seal(0)).isNull();
        assertThat(world.a.isReady()).isFalse();
        world.runFor(5 * SECOND);
        assertThat(world.a.isReady()).as("there are new keys").isTrue();
        assertThat(world.b.open(world.a.seal(0))).isEqualTo(OPENED);
    }

    @ParameterizedTest
    @EnumSource(Suite.class)
    void row_46_a_key_that_was_attacked_too_often_is_retired(Suite suite) {
        connected(suite);
        byte[] packet = world.a.seal(0);
        byte[] forged = with(packet, 40, packet[40] ^ 1);
        world.b.last().inbound().forgeries(suite.mostForgeries() - 2);
        assertThat(world.b.open(forged)).isEqualTo(UNAUTHENTIC);
        assertThat(world.b.open(packet)).isEqualTo(OPENED);
        assertThat(world.b.open(forged)).isNotEqualTo(OPENED);
        assertThat(world.b.open(with(world.a.seal(0), 40, 1))).isEqualTo(UNAUTHENTIC);
        assertThat(world.b.open(world.a.seal(0))).isEqualTo(EXPIRED);
    }
}
