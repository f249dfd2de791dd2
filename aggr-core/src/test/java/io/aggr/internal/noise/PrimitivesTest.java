package io.aggr.internal.noise;

import static io.aggr.internal.noise.Vectors.hex;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aggr.internal.noise.Vectors.Case;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The primitives give what the RFCs and project Wycheproof say. */
class PrimitivesTest {

    @ParameterizedTest
    @CsvSource({
        "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4, "
                + "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c, "
                + "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d, "
                + "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493, "
                + "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb, "
                + "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a, "
                + "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"
    })
    void x25519_agrees_with_rfc_7748(String own, String other, String agreed) throws Exception {
        assertThat(hex(X25519.agree(secret(own), hex(other)).expose())).isEqualTo(agreed);
    }

    @Test
    void x25519_finds_the_public_key_of_rfc_7748_section_6_1() {
        byte[] bob = X25519.publicKey(secret("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"));
        assertThat(hex(bob)).isEqualTo("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
    }

    @Test
    void x25519_agrees_with_wycheproof_and_refuses_small_orders() {
        int refused = 0;
        int equal = 0;
        for (Case test : Vectors.wycheproof("x25519_test.json")) {
            byte[] shared = test.bytes("shared");
            try {
                Secret agreed = X25519.agree(Secret.copyOf(test.bytes("private")), test.bytes("public"));
                assertThat(agreed.expose()).as(test.toString()).isEqualTo(shared);
                equal++;
            } catch (NoiseException e) {
                assertThat(shared).as(test.toString()).containsOnly(0);
                refused++;
            }
        }
        assertThat(equal).isEqualTo(487);
        assertThat(refused).isEqualTo(31);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0000000000000000000000000000000000000000000000000000000000000000",
                "0100000000000000000000000000000000000000000000000000000000000000",
                "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"
            })
    void a_point_of_small_order_is_refused(String point) {
        assertThatExceptionOfType(NoiseException.class)
                .isThrownBy(() -> X25519.agree(secret("07".repeat(32)), hex(point)));
    }

    @ParameterizedTest
    @CsvSource({
        "0900000000000000000000000000000000000000000000000000000000000000, true",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f, true",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f, false",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f, false",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f7f, true",
        "0900000000000000000000000000000000000000000000000000000000000080, false",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff, false"
    })
    void a_public_key_has_one_canonical_form(String key, boolean isCanonical) {
        assertThat(X25519.isCanonical(hex(key))).isEqualTo(isCanonical);
    }

    @Test
    void hmac_agrees_with_rfc_4231() {
        byte[] larger = bytes(131, 0xaa);
        String text =
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to"
                        + " be hashed before being used by the HMAC algorithm.";
        byte[] counting = new byte[25];
        for (int i = 0; i < counting.length; i++) {
            counting[i] = (byte) (i + 1);
        }
        assertThat(hex(Hashing.hmac(bytes(20, 0x0b), "Hi There".getBytes(US_ASCII))))
                .isEqualTo("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
        assertThat(hex(Hashing.hmac("Jefe".getBytes(US_ASCII), "what do ya want for nothing?".getBytes(US_ASCII))))
                .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        assertThat(hex(Hashing.hmac(bytes(20, 0xaa), bytes(50, 0xdd))))
                .isEqualTo("773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
        assertThat(hex(Hashing.hmac(counting, bytes(50, 0xcd))))
                .isEqualTo("82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
        assertThat(hex(Hashing.hmac(
                        larger, "Test Using Larger Than Block-Size Key - Hash Key First".getBytes(US_ASCII))))
                .isEqualTo("60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
        assertThat(hex(Hashing.hmac(larger, text.getBytes(US_ASCII))))
                .isEqualTo("9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
    }

    @Test
    void hmac_agrees_with_wycheproof() {
        for (Case test : Vectors.wycheproof("hmac_sha256_test.json")) {
            byte[] message = test.bytes("msg");
            byte[] tag = Hashing.hmac(test.bytes("key"), message, message.length, test.number("tagSize") / 8);
            assertThat(Arrays.equals(tag, test.bytes("tag")))
                    .as(test.toString())
                    .isEqualTo(test.isValid());
        }
    }

    @Test
    void hkdf_agrees_with_rfc_5869() {
        byte[] input = bytes(22, 0x0b);
        byte[] key = Hashing.extract(hex("000102030405060708090a0b0c"), input);
        assertThat(hex(key)).isEqualTo("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5");
        assertThat(hex(Hashing.expand(key, hex("f0f1f2f3f4f5f6f7f8f9"), 42)))
                .isEqualTo("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
        assertThat(hex(Hashing.expand(Hashing.extract(range(0x60, 80), range(0, 80)), range(0xb0, 80), 82)))
                .isEqualTo("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c"
                        + "59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                        + "cc30c58179ec3e87c14c01d5c1f3434f1d87");
        assertThat(hex(Hashing.expand(Hashing.extract(new byte[0], input), new byte[0], 42)))
                .isEqualTo("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
    }

    @Test
    void hkdf_agrees_with_wycheproof_and_refuses_what_is_too_long() {
        for (Case test : Vectors.wycheproof("hkdf_sha256_test.json")) {
            byte[] key = Hashing.extract(test.bytes("salt"), test.bytes("ikm"));
            int lengthBytes = Integer.parseInt((String) test.test().get("size"));
            if (test.isValid()) {
                assertThat(Hashing.expand(key, test.bytes("info"), lengthBytes))
                        .as(test.toString())
                        .isEqualTo(test.bytes("okm"));
            } else {
                assertThatIllegalArgumentException()
                        .as(test.toString())
                        .isThrownBy(() -> Hashing.expand(key, test.bytes("info"), lengthBytes));
            }
        }
    }

    @Test
    void the_cipher_of_the_handshake_agrees_with_wycheproof() throws Exception {
        int tried = 0;
        for (Case test : Vectors.wycheproof("chacha20_poly1305_test.json")) {
            byte[] nonce = test.bytes("iv");
            if (nonce.length != 12 || nonce[0] != 0 || nonce[1] != 0 || nonce[2] != 0 || nonce[3] != 0) {
                continue;
            }
            long counter = 0;
            for (int i = 11; i >= 4; i--) {
                counter = counter << 8 | (nonce[i] & 0xFF);
            }
            byte[] key = test.bytes("key");
            byte[] sealed = concatenate(test.bytes("ct"), test.bytes("tag"));
            tried++;
            if (test.isValid()) {
                assertThat(ChaChaPoly.open(key, counter, test.bytes("aad"), sealed))
                        .isEqualTo(test.bytes("msg"));
                assertThat(ChaChaPoly.seal(key, counter, test.bytes("aad"), test.bytes("msg")))
                        .isEqualTo(sealed);
            } else {
                long nonceCounter = counter;
                assertThatExceptionOfType(NoiseException.class)
                        .as(test.toString())
                        .isThrownBy(() -> ChaChaPoly.open(key, nonceCounter, test.bytes("aad"), sealed));
            }
        }
        assertThat(tried).isPositive();
    }

    @Test
    void a_secret_shows_nothing_and_can_be_wiped() {
        Secret secret = secret("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb");
        assertThat(secret).hasToString("Secret(...)").hasSameHashCodeAs(Secret.zero());
        assertThat(new StaticKeys(secret)).hasToString("StaticKeys(...)");
        assertThat(secret.isZero()).isFalse();
        secret.wipe();
        assertThat(secret.isZero()).isTrue();
        assertThat(secret).isEqualTo(Secret.zero()).isNotEqualTo(secret("01".repeat(32)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Secret.copyOf(new byte[31]))
                .withMessageContaining("31");
    }

    private static Secret secret(String hex) {
        return Secret.copyOf(hex(hex));
    }

    private static byte[] bytes(int count, int value) {
        byte[] bytes = new byte[count];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private static byte[] range(int from, int count) {
        byte[] bytes = new byte[count];
        for (int i = 0; i < count; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    private static byte[] concatenate(byte[] a, byte[] b) {
        byte[] result = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, result, a.length, b.length);
        return result;
    }
}
