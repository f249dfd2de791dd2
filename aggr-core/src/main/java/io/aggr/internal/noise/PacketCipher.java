package io.aggr.internal.noise;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts or decrypts packets of one direction under one key. The nonce of a packet is the direction's secret initialization vector, XOR its line's
 * number (32 bits) and its counter (64 bits), as in the multipath extension of QUIC; the ten bytes of the header are authenticated along.
 *
 * <p>Works on arrays: with direct buffers the JDK's ciphers copy piecemeal inside, which takes longer than the one copy that they save.
 *
 * <p><b>Threading.</b> One thread.
 */
final class PacketCipher {

    /** What encryption adds. */
    static final int TAG_BYTES = 16;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 8 * TAG_BYTES;
    private static final int NO_LINK = 0xFFFF_FFFF;
    private static final byte[] LABEL = "data".getBytes(StandardCharsets.US_ASCII);

    private final Suite suite;
    private final int mode;
    private final SecretKeySpec key;
    private final byte[] vector;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private Cipher cipher;

    /** With key and initialization vector one after the other. */
    PacketCipher(Suite suite, int mode, byte[] keyAndVector) {
        this.suite = suite;
        this.mode = mode;
        key = new SecretKeySpec(keyAndVector, 0, Secret.BYTES, suite.keyAlgorithm());
        vector = Arrays.copyOfRange(keyAndVector, Secret.BYTES, Secret.BYTES + NONCE_BYTES);
        cipher = newCipher();
    }

    private static PacketCipher derived(Suite suite, int mode, Secret directionKey) {
        byte[] info = Arrays.copyOf(LABEL, LABEL.length + 1);
        info[LABEL.length] = (byte) suite.code();
        byte[] derived = Hashing.expand(directionKey.expose(), info, Secret.BYTES + NONCE_BYTES);
        PacketCipher cipher = new PacketCipher(suite, mode, derived);
        Arrays.fill(derived, (byte) 0);
        return cipher;
    }

    /**
     * For what is sent.
     *
     * @param suite the cipher
     * @param directionKey what the handshake gave for this direction
     * @return a cipher that seals
     */
    static PacketCipher sealing(Suite suite, Secret directionKey) {
        return derived(suite, Cipher.ENCRYPT_MODE, directionKey);
    }

    /**
     * For what is received.
     *
     * @param suite the cipher
     * @param directionKey what the handshake gave for this direction
     * @return a cipher that opens
     */
    static PacketCipher opening(Suite suite, Secret directionKey) {
        return derived(suite, Cipher.DECRYPT_MODE, directionKey);
    }

    private Cipher newCipher() {
        try {
            return Cipher.getInstance(suite.cipher());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + suite.cipher(), e);
        }
    }

    /**
     * Encrypts a packet.
     *
     * @param link number of its line, 0 to 255
     * @param counter its counter on that line, never used before with this key
     * @param header its header, all of the array
     * @param plain its text, from the first byte
     * @param plainBytes length of the text
     * @param sealed takes text and tag, from the first byte; another array
     * @return whether it was done
     */
    boolean seal(int link, long counter, byte[] header, byte[] plain, int plainBytes, byte[] sealed) {
        try {
            begin(link, counter, header);
            cipher.doFinal(plain, 0, plainBytes, sealed, 0);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            cipher = newCipher();
            return false;
        }
    }

    /**
     * Decrypts a packet. What a packet that is refused leaves in the array is rubbish.
     *
     * @param link number of its line, 0 to 255
     * @param counter its counter on that line
     * @param header its header, all of the array
     * @param sealed text and tag, from the first byte
     * @param sealedBytes length of text and tag
     * @param plain takes the text, from the first byte; another array
     * @return whether the tag proves the packet
     */
    boolean open(int link, long counter, byte[] header, byte[] sealed, int sealedBytes, byte[] plain) {
        try {
            begin(link, counter, header);
            cipher.doFinal(sealed, 0, sealedBytes, plain, 0);
            return true;
        } catch (GeneralSecurityException | RuntimeException e) {
            if (suite == Suite.CHACHA20_POLY1305) {
                park();
            }
            return false;
        }
    }

    private void begin(int link, long counter, byte[] header) throws GeneralSecurityException {
        cipher.init(mode, key, parameters(link, counter));
        cipher.updateAAD(header);
    }

    private AlgorithmParameterSpec parameters(int link, long counter) {
        for (int i = 0; i < Integer.BYTES; i++) {
            nonce[i] = (byte) (vector[i] ^ (link >>> (24 - 8 * i)));
        }
        for (int i = 0; i < Long.BYTES; i++) {
            nonce[Integer.BYTES + i] = (byte) (vector[Integer.BYTES + i] ^ (counter >>> (56 - 8 * i)));
        }
        // Both copy the array.
        return suite == Suite.AES_256_GCM ? new GCMParameterSpec(TAG_BITS, nonce) : new IvParameterSpec(nonce);
    }

    /**
     * Makes the cipher forget the nonce of a forged packet. Up to JDK 20, ChaCha20-Poly1305 refuses a nonce that is the same as the one before,
     * also for decryption (JDK-8305091; AES-GCM is free of that, and a flood of forgeries costs less without): the genuine packet with the forged one's counter would be lost. No packet has the nonce that is set
     * here, since no line has that number.
     */
    private void park() {
        try {
            cipher.init(mode, key, parameters(NO_LINK, 0));
        } catch (GeneralSecurityException | RuntimeException e) {
            cipher = newCipher();
        }
    }

    @Override
    public String toString() {
        return "PacketCipher(" + suite.optionName() + ")";
    }
}
