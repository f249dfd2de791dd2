package io.aggr.internal.noise;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * ChaCha20-Poly1305 (RFC 8439) for the few messages of a handshake, with nonces as Noise counts them. A new cipher each time: it has no memory of an
 * earlier nonce that could get in the way.
 */
final class ChaChaPoly {

    /** What encryption adds. */
    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;
    private static final String CIPHER = "ChaCha20-Poly1305";

    private ChaChaPoly() {}

    /**
     * Encrypts.
     *
     * @param key 32 bytes
     * @param counter the nonce, counted from 0 (Noise specification, section 12.3)
     * @param associated authenticated along with the text
     * @param plain the text
     * @return the text encrypted, and the tag
     */
    static byte[] seal(byte[] key, long counter, byte[] associated, byte[] plain) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, counter, associated).doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CIPHER, e);
        }
    }

    /**
     * Decrypts.
     *
     * @param key 32 bytes
     * @param counter the nonce
     * @param associated authenticated along with the text
     * @param sealed text and tag
     * @return the text
     * @throws NoiseException if the tag does not prove it
     */
    static byte[] open(byte[] key, long counter, byte[] associated, byte[] sealed) throws NoiseException {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, counter, associated).doFinal(sealed);
        } catch (AEADBadTagException e) {
            throw new NoiseException("a message that was not made with these keys");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + CIPHER, e);
        }
    }

    private static Cipher cipher(int mode, byte[] key, long counter, byte[] associated)
            throws GeneralSecurityException {
        byte[] nonce = new byte[NONCE_BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[NONCE_BYTES - Long.BYTES + i] = (byte) (counter >>> (8 * i));
        }
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, new SecretKeySpec(Arrays.copyOf(key, key.length), "ChaCha20"), new IvParameterSpec(nonce));
        cipher.updateAAD(associated);
        return cipher;
    }
}
