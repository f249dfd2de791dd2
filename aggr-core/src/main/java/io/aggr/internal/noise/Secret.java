package io.aggr.internal.noise;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Thirty-two bytes that nobody may see: a private key, a pre-shared key, what two ends have agreed on. Shows nothing of itself in {@link #toString}
 * and cannot be serialized. {@link #wipe} overwrites this copy; copies that the runtime's garbage collector or the ciphers of the JDK have made
 * are out of reach.
 */
public final class Secret {

    /** Length of every secret. */
    public static final int BYTES = 32;

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * A secret from a copy of these bytes.
     *
     * @param source {@link #BYTES} bytes; stays the caller's
     * @return a new secret
     * @throws IllegalArgumentException if the length is another; the message does not quote the bytes
     */
    public static Secret copyOf(byte[] source) {
        if (source.length != BYTES) {
            throw new IllegalArgumentException("a key has " + BYTES + " bytes, not " + source.length);
        }
        return new Secret(source.clone());
    }

    /**
     * Thirty-two zero bytes: the pre-shared key where none is configured.
     *
     * @return a new secret
     */
    static Secret zero() {
        return new Secret(new byte[BYTES]);
    }

    /**
     * The bytes themselves, for handing to a primitive.
     *
     * @return not a copy: neither kept nor changed by the caller
     */
    byte[] expose() {
        return bytes;
    }

    /**
     * Whether all bytes are zero, as in a key file that was never filled.
     *
     * @return true if they are
     */
    public boolean isZero() {
        int all = 0;
        for (byte b : bytes) {
            all |= b;
        }
        return all == 0;
    }

    /** Overwrites the bytes; the secret is of no use afterwards. */
    public void wipe() {
        Arrays.fill(bytes, (byte) 0);
    }

    /** Compares in a time that does not depend on where the difference is. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
    }

    /** The same for all: a hash of the bytes would tell something of them. */
    @Override
    public int hashCode() {
        return BYTES;
    }

    @Override
    public String toString() {
        return "Secret(...)";
    }
}
