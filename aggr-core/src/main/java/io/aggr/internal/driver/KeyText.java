package io.aggr.internal.driver;

import io.aggr.internal.noise.Secret;
import java.util.Arrays;
import java.util.Base64;

/** Keys as people handle them: 32 bytes in Base64 (RFC 4648, section 4), 44 characters on a line. Messages never quote what was found. */
public final class KeyText {

    static final int CHARACTERS = 44;

    private KeyText() {}

    /**
     * Reads a key.
     *
     * @param what the option or file that it is from, for messages
     * @param text the key; blanks and line ends around it do not matter
     * @return its 32 bytes, not all zero
     * @throws IllegalArgumentException if it is no key
     */
    public static byte[] parse(String what, String text) {
        String key = text.strip();
        if (key.length() != CHARACTERS) {
            throw new IllegalArgumentException(what + " must be a key of " + CHARACTERS
                    + " characters, as genkey writes them; found " + key.length());
        }
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(key);
        } catch (IllegalArgumentException e) {
            // The cause would quote a character of the key.
            throw new IllegalArgumentException(what + " must be a key in Base64, as genkey writes them");
        }
        if (bytes.length != Secret.BYTES
                || !Base64.getEncoder().encodeToString(bytes).equals(key)) {
            Arrays.fill(bytes, (byte) 0);
            throw new IllegalArgumentException(what + " must be a key of " + Secret.BYTES + " bytes in Base64");
        }
        if (isZero(bytes)) {
            throw new IllegalArgumentException(what + " must not be all zero");
        }
        return bytes;
    }

    private static boolean isZero(byte[] bytes) {
        int all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all == 0;
    }

    /**
     * Reads a key that is secret.
     *
     * @param what the option or file that it is from, for messages
     * @param text the key; blanks and line ends around it do not matter
     * @return the key
     * @throws IllegalArgumentException if it is no key
     */
    public static Secret parseSecret(String what, String text) {
        byte[] bytes = parse(what, text);
        Secret secret = Secret.copyOf(bytes);
        Arrays.fill(bytes, (byte) 0);
        return secret;
    }

    /**
     * Writes a key.
     *
     * @param bytes its 32 bytes
     * @return 44 characters
     */
    public static String format(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
