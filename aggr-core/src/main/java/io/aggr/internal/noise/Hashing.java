package io.aggr.internal.noise;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** SHA-256, HMAC-SHA256 (RFC 2104) and HKDF over it (RFC 5869), with the JDK's implementations. */
final class Hashing {

    /** Length of a hash and of a MAC. */
    static final int BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    private static final int MOST_BLOCKS = 255;

    private Hashing() {}

    /**
     * SHA-256 of some pieces one after the other.
     *
     * @param pieces what is hashed
     * @return 32 bytes
     */
    static byte[] hash(byte[]... pieces) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] piece : pieces) {
                digest.update(piece);
            }
            return digest.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }

    /**
     * HMAC-SHA256 of some pieces one after the other.
     *
     * @param key of any length
     * @param pieces what is authenticated
     * @return 32 bytes
     */
    static byte[] hmac(byte[] key, byte[]... pieces) {
        Mac mac = mac(key);
        for (byte[] piece : pieces) {
            mac.update(piece);
        }
        return mac.doFinal();
    }

    /**
     * HMAC-SHA256 of a part of an array, cut to its first bytes.
     *
     * @param key of any length
     * @param data holds what is authenticated
     * @param lengthBytes how much of it from its first byte
     * @param resultBytes how much of the MAC is wanted, up to 32
     * @return so many bytes
     */
    static byte[] hmac(byte[] key, byte[] data, int lengthBytes, int resultBytes) {
        Mac mac = mac(key);
        mac.update(data, 0, lengthBytes);
        return Arrays.copyOf(mac.doFinal(), resultBytes);
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            // The JDK takes no empty key; one zero byte is the same key, since HMAC fills up with zeros.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA256", e);
        }
    }

    /**
     * HKDF-Extract.
     *
     * @param salt of any length
     * @param input keying material
     * @return a pseudo-random key of 32 bytes
     */
    static byte[] extract(byte[] salt, byte[] input) {
        return hmac(salt, input);
    }

    /**
     * HKDF-Expand.
     *
     * @param key a pseudo-random key
     * @param info what the result is for
     * @param lengthBytes how much is wanted, up to 8160 bytes
     * @return so many bytes
     * @throws IllegalArgumentException if more is wanted than there can be
     */
    static byte[] expand(byte[] key, byte[] info, int lengthBytes) {
        if (lengthBytes > MOST_BLOCKS * BYTES) {
            throw new IllegalArgumentException(
                    "HKDF gives at most " + MOST_BLOCKS * BYTES + " bytes, not " + lengthBytes);
        }
        byte[] result = new byte[lengthBytes];
        byte[] block = {};
        for (int done = 0, counter = 1; done < lengthBytes; done += BYTES, counter++) {
            block = hmac(key, block, info, new byte[] {(byte) counter});
            System.arraycopy(block, 0, result, done, Math.min(BYTES, lengthBytes - done));
        }
        Arrays.fill(block, (byte) 0);
        return result;
    }
}
