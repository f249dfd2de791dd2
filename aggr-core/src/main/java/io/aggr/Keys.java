package io.aggr;

import io.aggr.internal.driver.KeyText;
import io.aggr.internal.noise.Secret;
import io.aggr.internal.noise.StaticKeys;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Makes the keys of the {@code noise} encapsulation, as text: 32 bytes in Base64, 44 characters. Each end makes a private key, keeps it, and tells the
 * other the public key that belongs to it. A pre-shared key is made once and given to both.
 *
 * <p>Text lives in memory until the garbage collector takes it. A program that can should let the bond read the private key from a file, with the
 * option {@code private-key-file}.
 *
 * @since 0.1
 */
public final class Keys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Keys() {}

    /**
     * Makes a private key.
     *
     * @return 44 characters; secret
     */
    public static String newPrivateKey() {
        byte[] bytes = new byte[Secret.BYTES];
        RANDOM.nextBytes(bytes);
        // The bits that X25519 does not look at (RFC 7748, section 5), so that a key has one form.
        bytes[0] &= (byte) 0xF8;
        bytes[Secret.BYTES - 1] = (byte) ((bytes[Secret.BYTES - 1] & 0x7F) | 0x40);
        return text(bytes);
    }

    /**
     * Makes a key that both ends share beside their own ones.
     *
     * @return 44 characters; secret
     */
    public static String newPresharedKey() {
        byte[] bytes = new byte[Secret.BYTES];
        RANDOM.nextBytes(bytes);
        return text(bytes);
    }

    private static String text(byte[] bytes) {
        String text = KeyText.format(bytes);
        Arrays.fill(bytes, (byte) 0);
        return text;
    }

    /**
     * The public key that belongs to a private key.
     *
     * @param privateKey 44 characters; blanks and line ends around them do not matter
     * @return 44 characters; not secret
     * @throws IllegalArgumentException if it is no key; the message does not quote it
     */
    public static String publicKey(String privateKey) {
        return KeyText.format(new StaticKeys(KeyText.parseSecret("the private key", privateKey)).publicKey());
    }
}
