package io.aggr.internal.noise;

import static io.aggr.internal.noise.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The handshake gives, byte for byte, what other implementations of Noise give. */
class NoiseIkTest {

    // Of the vectors of cacophony, a Noise implementation in Haskell (public domain): keys and prologue of both, and
    // four messages of each.
    private static final String PROLOGUE = "4a6f686e2047616c74";
    private static final String INITIATOR_STATIC = "e61ef9919cde45dd5f82166404bd08e38bceb5dfdfded0a34c8df7ed542214d1";
    private static final String INITIATOR_EPHEMERAL =
            "893e28b9dc6ca8d611ab664754b8ceb7bac5117349a4439a6b0569da977c464a";
    private static final String RESPONDER_STATIC = "4a3acbfdb163dec651dfa3194dece676d437029c62a408b4c5ea9114246e4893";
    private static final String RESPONDER_EPHEMERAL =
            "bbdb4cdbd309f1a1f2e1456967fe288cadd6f712d65dc7b7793d5e63da6b375b";
    private static final String PSK = "54686973206973206d7920417573747269616e20706572737065637469766521";
    private static final List<String> PAYLOADS = List.of(
            "4c756477696720766f6e204d69736573",
            "4d757272617920526f746862617264",
            "462e20412e20486179656b",
            "4361726c204d656e676572");
    private static final String IK_HASH = "0b0f68fb0c27e03ce9b97565995ed4838cc0581b762ef72b062f6a546419fad7";
    private static final List<String> IK_MESSAGES = List.of(
            "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c7944718da798efbcd91528520204f904b9bd"
                    + "6c7413dccdc214d951e15253e39987f18146e8cd0873654207148333479d4d16c289f0294b29960a72f48e0b7bba2e89"
                    + "083169825e59642148d492020664ccf7",
            "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1448088435361e70b2ed446e6c9ec387d1d6b3b84"
                    + "0f194e373979d241b203c4acafccf5",
            "050e9f3c8fac16b68dbce8f8c4bfbf6617c897f9ada4aa29aa19c8",
            "344233a6cabb7141d80f3da2fedc311d9646bbb0f505afe403a667");
    private static final String IKPSK2_HASH = "8310f86394dc0dabb40beb8210031556db4403ab1202db7034c526232147a700";
    private static final List<String> IKPSK2_MESSAGES = List.of(
            "ca35def5ae56cec33dc2036731ab14896bc4c75dbb07a61f879f8e3afa4c79442ec9b09893d0f510791784c10cbc959f"
                    + "25b1766e0def6e301d14fbca1c7790ac829b8b3674f5f649a5f0e98479662cbfbf2b2c47cd4b09fcd266cd29d7cb675f"
                    + "1808849707847840f6d178ec4d3733aa",
            "95ebc60d2b1fa672c1f46a8aa265ef51bfe38e7ccb39ec5be34069f1448088439a1b3cebf680b2c74217fcb5eba4ff58"
                    + "a9468cd90c4aca6194f57479b379a7",
            "a8fde7a0accec190cd306c5950d4fd8e04a205ec288aa747d8b347",
            "59caddd9984a3bbe24c4fb31a2bd455b7eba3fa0980674b1a3a5f9");

    @Test
    void ik_gives_the_bytes_of_cacophony() throws Exception {
        check(false, Secret.zero(), PAYLOADS, IK_MESSAGES, IK_HASH);
    }

    @Test
    void ikpsk2_gives_the_bytes_of_cacophony() throws Exception {
        check(true, Secret.copyOf(hex(PSK)), PAYLOADS, IKPSK2_MESSAGES, IKPSK2_HASH);
    }

    @Test
    void all_messages_of_the_published_vectors_come_out() throws Exception {
        List<Object> vectors = Json.list(Vectors.file("noise-ik.json").get("vectors"));
        assertThat(vectors).hasSizeGreaterThanOrEqualTo(2);
        for (Object entry : vectors) {
            Map<String, Object> vector = Json.object(entry);
            boolean withPsk = vector.containsKey("init_psks");
            assertThat(vector.get("protocol_name"))
                    .isEqualTo("Noise_IK" + (withPsk ? "psk2" : "") + "_25519_ChaChaPoly_SHA256");
            assertThat(vector.get("init_static")).isEqualTo(INITIATOR_STATIC);
            assertThat(vector.get("resp_static")).isEqualTo(RESPONDER_STATIC);
            assertThat(vector.get("init_ephemeral")).isEqualTo(INITIATOR_EPHEMERAL);
            assertThat(vector.get("resp_ephemeral")).isEqualTo(RESPONDER_EPHEMERAL);
            Secret psk = withPsk
                    ? Secret.copyOf(
                            hex((String) Json.list(vector.get("init_psks")).get(0)))
                    : Secret.zero();
            List<String> payloads = new ArrayList<>();
            List<String> messages = new ArrayList<>();
            for (Object message : Json.list(vector.get("messages"))) {
                payloads.add((String) Json.object(message).get("payload"));
                messages.add((String) Json.object(message).get("ciphertext"));
            }
            check(withPsk, psk, payloads, messages, (String) vector.get("handshake_hash"));
        }
    }

    private static void check(boolean withPsk, Secret psk, List<String> payloads, List<String> messages, String hash)
            throws Exception {
        StaticKeys initiatorKeys = keys(INITIATOR_STATIC);
        StaticKeys responderKeys = keys(RESPONDER_STATIC);
        NoiseIk initiator = NoiseIk.initiator(withPsk, hex(PROLOGUE), initiatorKeys, responderKeys.publicKey());
        NoiseIk responder = NoiseIk.responder(withPsk, hex(PROLOGUE), responderKeys);

        byte[] first = initiator.writeFirst(
                Secret.copyOf(hex(INITIATOR_EPHEMERAL)),
                initiatorKeys.shared(responderKeys.publicKey()),
                hex(payloads.get(0)));
        assertThat(hex(first)).isEqualTo(messages.get(0));
        assertThat(responder.readInitiator(first)).isEqualTo(initiatorKeys.publicKey());
        assertThat(responder.readFirst(first, responderKeys.shared(initiatorKeys.publicKey())))
                .isEqualTo(hex(payloads.get(0)));

        byte[] second = responder.writeSecond(Secret.copyOf(hex(RESPONDER_EPHEMERAL)), psk, hex(payloads.get(1)));
        assertThat(hex(second)).isEqualTo(messages.get(1));
        assertThat(initiator.readSecond(second, psk)).isEqualTo(hex(payloads.get(1)));

        assertThat(hex(initiator.handshakeHash())).isEqualTo(hash);
        assertThat(hex(responder.handshakeHash())).isEqualTo(hash);
        Secret[] ours = initiator.split();
        assertThat(responder.split()).isEqualTo(ours);
        for (int i = 2; i < messages.size(); i++) {
            byte[] key = ours[i % 2].expose();
            byte[] sealed = ChaChaPoly.seal(key, (i - 2) / 2, new byte[0], hex(payloads.get(i)));
            assertThat(hex(sealed)).isEqualTo(messages.get(i));
        }
    }

    private static StaticKeys keys(String hex) {
        return new StaticKeys(Secret.copyOf(hex(hex)));
    }

    /** Two ends with keys of their own, as far as the first message. */
    private static final class Trial {
        private final SplittableRandom random = new SplittableRandom(25_519);
        private final StaticKeys initiatorKeys = new StaticKeys(secret());
        private final StaticKeys responderKeys = new StaticKeys(secret());
        private final NoiseIk initiator =
                NoiseIk.initiator(true, hex(PROLOGUE), initiatorKeys, responderKeys.publicKey());
        private final byte[] first;

        Trial() throws NoiseException {
            first = initiator.writeFirst(secret(), initiatorKeys.shared(responderKeys.publicKey()), new byte[48]);
        }

        private Secret secret() {
            byte[] bytes = new byte[Secret.BYTES];
            random.nextBytes(bytes);
            return Secret.copyOf(bytes);
        }

        void read(byte[] message) throws NoiseException {
            NoiseIk responder = NoiseIk.responder(true, hex(PROLOGUE), responderKeys);
            byte[] who = responder.readInitiator(message);
            responder.readFirst(message, responderKeys.shared(who));
        }
    }

    @Test
    void no_bit_of_the_first_message_can_be_changed() throws Exception {
        Trial trial = new Trial();
        trial.read(trial.first);
        for (int bit = 0; bit < 8 * trial.first.length; bit++) {
            byte[] altered = trial.first.clone();
            altered[bit >> 3] ^= (byte) (1 << (bit & 7));
            assertThatExceptionOfType(NoiseException.class).as("bit " + bit).isThrownBy(() -> trial.read(altered));
        }
    }

    @Test
    void another_prologue_ends_it() throws Exception {
        Trial trial = new Trial();
        NoiseIk responder = NoiseIk.responder(true, hex("4a6f686e2047616c75"), trial.responderKeys);
        assertThatExceptionOfType(NoiseException.class).isThrownBy(() -> responder.readInitiator(trial.first));
    }

    @Test
    void another_pre_shared_key_ends_it() throws Exception {
        Trial trial = new Trial();
        NoiseIk responder = NoiseIk.responder(true, hex(PROLOGUE), trial.responderKeys);
        byte[] who = responder.readInitiator(trial.first);
        responder.readFirst(trial.first, trial.responderKeys.shared(who));
        byte[] second = responder.writeSecond(trial.secret(), Secret.copyOf(hex(PSK)), new byte[48]);
        assertThatExceptionOfType(NoiseException.class)
                .isThrownBy(() -> trial.initiator.readSecond(second, Secret.zero()));
    }

    @Test
    void ephemeral_keys_of_small_order_or_odd_form_are_refused() throws Exception {
        Trial trial = new Trial();
        for (String point :
                List.of("00".repeat(32), "01" + "00".repeat(31), "ff".repeat(32), "ed" + "ff".repeat(30) + "7f")) {
            byte[] altered = trial.first.clone();
            System.arraycopy(hex(point), 0, altered, 0, 32);
            assertThatExceptionOfType(NoiseException.class).isThrownBy(() -> trial.read(altered));
        }
    }
}
