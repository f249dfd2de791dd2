package io.aggr.internal.noise;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How packets are encrypted. Both ends have the same one in their configuration; nothing is negotiated. The limits are those of RFC 9001, section 6.6
 * and appendix B, for packets of up to 2048 bytes.
 */
public enum Suite {
    /** AES with 256-bit keys in Galois/counter mode (RFC 5116). The faster one where the processor has instructions for it. */
    AES_256_GCM(1, "AES/GCM/NoPadding", "AES", 1L << 26, 1L << 28, 1L << 52),
    /** ChaCha20 and Poly1305 (RFC 8439). */
    CHACHA20_POLY1305(2, "ChaCha20-Poly1305", "ChaCha20", 1L << 60, 1L << 61, 1L << 36);

    /** The default. */
    public static final Suite USUAL = AES_256_GCM;

    private final int code;
    private final String cipher;
    private final String keyAlgorithm;
    private final long renewAfterPackets;
    private final long mostPackets;
    private final long mostForgeries;

    Suite(int code, String cipher, String keyAlgorithm, long renewAfterPackets, long mostPackets, long mostForgeries) {
        this.code = code;
        this.cipher = cipher;
        this.keyAlgorithm = keyAlgorithm;
        this.renewAfterPackets = renewAfterPackets;
        this.mostPackets = mostPackets;
        this.mostForgeries = mostForgeries;
    }

    /** As it travels. */
    int code() {
        return code;
    }

    /** Name of the JDK's cipher. */
    String cipher() {
        return cipher;
    }

    /** Name of the JDK's kind of key. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** After so many packets new keys are asked for. */
    long renewAfterPackets() {
        return renewAfterPackets;
    }

    /** So many packets may be sealed with a key, not one more. */
    long mostPackets() {
        return mostPackets;
    }

    /** After so many forged packets a key opens nothing any more. */
    long mostForgeries() {
        return mostForgeries;
    }

    /**
     * As a configuration names it.
     *
     * @return such as {@code aes-256-gcm}
     */
    public String optionName() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The suite with this code, or null. */
    static @Nullable Suite of(int code) {
        for (Suite suite : values()) {
            if (suite.code == code) {
                return suite;
            }
        }
        return null;
    }

    /**
     * The suite that a configuration names.
     *
     * @param name such as {@code aes-256-gcm}
     * @return the suite
     * @throws IllegalArgumentException if there is none of this name
     */
    public static Suite named(String name) {
        for (Suite suite : values()) {
            if (suite.optionName().equals(name)) {
                return suite;
            }
        }
        throw new IllegalArgumentException(
                "cipher must be " + AES_256_GCM.optionName() + " or " + CHACHA20_POLY1305.optionName());
    }
}
