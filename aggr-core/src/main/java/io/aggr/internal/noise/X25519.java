package io.aggr.internal.noise;

import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;

/** Diffie-Hellman on Curve25519 (RFC 7748) with the JDK's implementation, on raw keys of 32 bytes. */
final class X25519 {

    /** Length of a public key, of a private key and of what two ends agree on. */
    static final int BYTES = 32;

    private static final String ALGORITHM = "X25519";

    // What stands in front of the 32 bytes in the encodings that the JDK takes (RFC 8410, section 10.1 and section 7).
    private static final byte[] PUBLIC_PREFIX = {0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00
    };
    private static final byte[] PRIVATE_PREFIX = {
        0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x04, 0x22, 0x04, 0x20
    };
    private static final byte[] BASE_POINT = basePoint();

    private X25519() {}

    private static byte[] basePoint() {
        byte[] nine = new byte[BYTES];
        nine[0] = 9;
        return nine;
    }

    /**
     * The public key of a private one.
     *
     * @param privateKey 32 bytes of chance; which bits count is settled by the function itself
     * @return 32 bytes
     */
    static byte[] publicKey(Secret privateKey) {
        try {
            return agree(privateKey, BASE_POINT).expose();
        } catch (NoiseException e) {
            // The base point is of large order, whatever the private key.
            throw new IllegalStateException(e);
        }
    }

    /**
     * What two ends agree on.
     *
     * @param privateKey this end's private key
     * @param publicKey the other end's public key, 32 bytes
     * @return 32 bytes, not all zero
     * @throws NoiseException if the public key is a point of small order, so that nothing would be agreed on
     */
    static Secret agree(Secret privateKey, byte[] publicKey) throws NoiseException {
        byte[] encoded = join(PRIVATE_PREFIX, privateKey.expose());
        try {
            KeyFactory keys = KeyFactory.getInstance(ALGORITHM);
            KeyAgreement agreement = KeyAgreement.getInstance(ALGORITHM);
            agreement.init(keys.generatePrivate(new PKCS8EncodedKeySpec(encoded)));
            agreement.doPhase(keys.generatePublic(new X509EncodedKeySpec(join(PUBLIC_PREFIX, publicKey))), true);
            byte[] shared = agreement.generateSecret();
            Secret result = Secret.copyOf(shared);
            Arrays.fill(shared, (byte) 0);
            return result;
        } catch (InvalidKeyException e) {
            throw new NoiseException("a public key of small order");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no X25519", e);
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    /**
     * Whether a public key is written the one way it should be: below the prime 2^255 - 19. The function itself takes any 32 bytes; an honest end
     * sends no others than these.
     *
     * @param publicKey 32 bytes, the least significant first
     * @return true if it is
     */
    static boolean isCanonical(byte[] publicKey) {
        if ((publicKey[BYTES - 1] & 0xFF) != 0x7F) {
            return publicKey[BYTES - 1] >= 0;
        }
        for (int i = BYTES - 2; i > 0; i--) {
            if (publicKey[i] != (byte) 0xFF) {
                return true;
            }
        }
        return (publicKey[0] & 0xFF) < 0xED;
    }

    private static byte[] join(byte[] prefix, byte[] key) {
        if (key.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + key.length);
        }
        byte[] joined = Arrays.copyOf(prefix, prefix.length + BYTES);
        System.arraycopy(key, 0, joined, prefix.length, BYTES);
        return joined;
    }
}
