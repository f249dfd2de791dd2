package io.aggr.internal.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The SymmetricState of the Noise specification (section 5.2) with the CipherState inside (5.1): what both ends have said so far, as a hash and a key. */
final class NoiseSymmetric {

    private static final byte[] NOTHING = {};

    private byte[] hash;
    private byte[] chainingKey;
    private byte[] key = NOTHING;
    private long nonce;

    /**
     * Begins.
     *
     * @param protocolName full name of pattern and primitives
     */
    NoiseSymmetric(String protocolName) {
        byte[] name = protocolName.getBytes(StandardCharsets.US_ASCII);
        hash = name.length <= Hashing.BYTES ? Arrays.copyOf(name, Hashing.BYTES) : Hashing.hash(name);
        chainingKey = hash.clone();
    }

    /**
     * The same state once more.
     *
     * @param other what to copy
     */
    NoiseSymmetric(NoiseSymmetric other) {
        hash = other.hash.clone();
        chainingKey = other.chainingKey.clone();
        key = other.key.clone();
        nonce = other.nonce;
    }

    /**
     * Takes something into account that both ends know.
     *
     * @param data any bytes
     */
    void mixHash(byte[] data) {
        hash = Hashing.hash(hash, data);
    }

    /**
     * Takes something into account that only both ends know, or may know.
     *
     * @param input any bytes
     */
    void mixKey(byte[] input) {
        byte[] output = derive(input, 2);
        chain(output);
        setKey(Arrays.copyOfRange(output, Hashing.BYTES, 2 * Hashing.BYTES));
        Arrays.fill(output, (byte) 0);
    }

    /**
     * Takes a pre-shared key into account.
     *
     * @param input the key
     */
    void mixKeyAndHash(byte[] input) {
        byte[] output = derive(input, 3);
        chain(output);
        mixHash(Arrays.copyOfRange(output, Hashing.BYTES, 2 * Hashing.BYTES));
        setKey(Arrays.copyOfRange(output, 2 * Hashing.BYTES, 3 * Hashing.BYTES));
        Arrays.fill(output, (byte) 0);
    }

    private byte[] derive(byte[] input, int outputs) {
        byte[] temporary = Hashing.extract(chainingKey, input);
        byte[] output = Hashing.expand(temporary, NOTHING, outputs * Hashing.BYTES);
        Arrays.fill(temporary, (byte) 0);
        return output;
    }

    private void chain(byte[] output) {
        Arrays.fill(chainingKey, (byte) 0);
        chainingKey = Arrays.copyOf(output, Hashing.BYTES);
    }

    private void setKey(byte[] newKey) {
        Arrays.fill(key, (byte) 0);
        key = newKey;
        nonce = 0;
    }

    /**
     * Encrypts with the present key, and takes the result into account.
     *
     * @param plain the text
     * @return longer by {@link ChaChaPoly#TAG_BYTES}
     */
    byte[] encryptAndHash(byte[] plain) {
        byte[] sealed = ChaChaPoly.seal(key, nonce++, hash, plain);
        mixHash(sealed);
        return sealed;
    }

    /**
     * Decrypts with the present key, and takes what came into account.
     *
     * @param sealed what came
     * @return the text
     * @throws NoiseException if it was not made with the same key and after the same words
     */
    byte[] decryptAndHash(byte[] sealed) throws NoiseException {
        byte[] plain = ChaChaPoly.open(key, nonce, hash, sealed);
        nonce++;
        mixHash(sealed);
        return plain;
    }

    /**
     * What both ends have said, in 32 bytes.
     *
     * @return a copy
     */
    byte[] handshakeHash() {
        return hash.clone();
    }

    /**
     * Ends with two keys.
     *
     * @return for what the initiator sends, and for what the responder sends
     */
    Secret[] split() {
        byte[] output = derive(NOTHING, 2);
        Secret[] keys = {
            Secret.copyOf(Arrays.copyOf(output, Hashing.BYTES)),
            Secret.copyOf(Arrays.copyOfRange(output, Hashing.BYTES, 2 * Hashing.BYTES))
        };
        Arrays.fill(output, (byte) 0);
        wipe();
        return keys;
    }

    /** Overwrites the keys. */
    void wipe() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(chainingKey, (byte) 0);
    }
}
