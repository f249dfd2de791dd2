package io.aggr.internal.noise;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One handshake of the pattern IK of the Noise specification (section 7.5), with or without a pre-shared key in the second message (IKpsk2, section
 * 9):
 *
 * <pre>
 *   &lt;- s
 *   ...
 *   -&gt; e, es, s, ss
 *   &lt;- e, ee, se [, psk]
 * </pre>
 *
 * <p>The initiator knows the responder's key beforehand and sends its own encrypted. Of the wire format of aggr this class knows nothing. It is used
 * once, in the order in which the messages go; after a {@link NoiseException} it is thrown away.
 */
final class NoiseIk {

    private static final int SEALED_KEY_BYTES = X25519.BYTES + ChaChaPoly.TAG_BYTES;

    /** What the first message has besides its payload. */
    static final int FIRST_OVERHEAD_BYTES = X25519.BYTES + SEALED_KEY_BYTES + ChaChaPoly.TAG_BYTES;

    /** What the second message has besides its payload. */
    static final int SECOND_OVERHEAD_BYTES = X25519.BYTES + ChaChaPoly.TAG_BYTES;

    private static final String SUFFIX = "_25519_ChaChaPoly_SHA256";

    private final NoiseSymmetric state;
    private final StaticKeys own;
    private final boolean withPsk;
    private byte[] remoteStatic;
    private byte[] remoteEphemeral = {};
    private @Nullable Secret ephemeral;

    private NoiseIk(boolean withPsk, byte[] prologue, StaticKeys own, byte[] responderStatic, byte[] remoteStatic) {
        this.withPsk = withPsk;
        this.own = own;
        this.remoteStatic = remoteStatic.clone();
        state = new NoiseSymmetric((withPsk ? "Noise_IKpsk2" : "Noise_IK") + SUFFIX);
        state.mixHash(prologue);
        state.mixHash(responderStatic);
    }

    private NoiseIk(NoiseIk other) {
        withPsk = other.withPsk;
        own = other.own;
        remoteStatic = other.remoteStatic;
        remoteEphemeral = other.remoteEphemeral;
        ephemeral = other.ephemeral;
        state = new NoiseSymmetric(other.state);
    }

    /**
     * The same handshake once more, to try an answer that may not fit. Both share the ephemeral key, which is wiped when an answer does fit.
     *
     * @return a copy
     */
    NoiseIk copy() {
        return new NoiseIk(this);
    }

    /**
     * Begins as the end that speaks first.
     *
     * @param withPsk whether there is a pre-shared key
     * @param prologue what both ends must have in common beside the messages
     * @param own this end's keys
     * @param responder the other end's public key
     * @return a handshake whose next step is {@link #writeFirst}
     */
    static NoiseIk initiator(boolean withPsk, byte[] prologue, StaticKeys own, byte[] responder) {
        return new NoiseIk(withPsk, prologue, own, responder, responder);
    }

    /**
     * Begins as the end that answers.
     *
     * @param withPsk whether there is a pre-shared key
     * @param prologue what both ends must have in common beside the messages
     * @param own this end's keys
     * @return a handshake whose next step is {@link #readInitiator}
     */
    static NoiseIk responder(boolean withPsk, byte[] prologue, StaticKeys own) {
        return new NoiseIk(withPsk, prologue, own, own.publicKey(), new byte[0]);
    }

    /**
     * Initiator: writes the first message.
     *
     * @param newEphemeral a private key for this handshake alone
     * @param staticShared what both static keys agree on, see {@link StaticKeys#shared}
     * @param payload goes along; whoever records the message can send it again
     * @return the message
     * @throws NoiseException if the responder's key is of small order
     */
    byte[] writeFirst(Secret newEphemeral, Secret staticShared, byte[] payload) throws NoiseException {
        byte[] publicEphemeral = beginEphemeral(newEphemeral);
        mixAgreed(newEphemeral, remoteStatic);
        byte[] sealedStatic = state.encryptAndHash(own.publicKey());
        state.mixKey(staticShared.expose());
        byte[] sealedPayload = state.encryptAndHash(payload);
        return concatenate(publicEphemeral, sealedStatic, sealedPayload);
    }

    /**
     * Responder: reads who has sent the first message. Costs one agreement.
     *
     * @param message the first message, at least {@link #FIRST_OVERHEAD_BYTES} long
     * @return the initiator's public key
     * @throws NoiseException if it was not made for this end
     */
    byte[] readInitiator(byte[] message) throws NoiseException {
        takeEphemeral(message);
        mixAgreed(own.privateKey(), remoteEphemeral);
        remoteStatic = state.decryptAndHash(Arrays.copyOfRange(message, X25519.BYTES, X25519.BYTES + SEALED_KEY_BYTES));
        return remoteStatic.clone();
    }

    /**
     * Responder: reads the rest of the first message, and so knows that it was made by the owner of the key.
     *
     * @param message the same as before
     * @param staticShared what both static keys agree on
     * @return the payload
     * @throws NoiseException if it was made by somebody else
     */
    byte[] readFirst(byte[] message, Secret staticShared) throws NoiseException {
        state.mixKey(staticShared.expose());
        return state.decryptAndHash(Arrays.copyOfRange(message, X25519.BYTES + SEALED_KEY_BYTES, message.length));
    }

    /**
     * Responder: writes the second message.
     *
     * @param newEphemeral a private key for this handshake alone
     * @param psk the pre-shared key, all zero if there is none
     * @param payload goes along
     * @return the message
     * @throws NoiseException if the initiator has sent a key of small order
     */
    byte[] writeSecond(Secret newEphemeral, Secret psk, byte[] payload) throws NoiseException {
        byte[] publicEphemeral = beginEphemeral(newEphemeral);
        mixAgreed(newEphemeral, remoteEphemeral);
        mixAgreed(newEphemeral, remoteStatic);
        if (withPsk) {
            state.mixKeyAndHash(psk.expose());
        }
        byte[] sealedPayload = state.encryptAndHash(payload);
        newEphemeral.wipe();
        return concatenate(publicEphemeral, sealedPayload);
    }

    /**
     * Initiator: reads the second message.
     *
     * @param message at least {@link #SECOND_OVERHEAD_BYTES} long
     * @param psk the pre-shared key, all zero if there is none
     * @return the payload
     * @throws NoiseException if it is not the responder's answer to the first message
     */
    byte[] readSecond(byte[] message, Secret psk) throws NoiseException {
        Secret mine = ephemeral;
        if (mine == null) {
            throw new IllegalStateException("the first message comes first");
        }
        takeEphemeral(message);
        mixAgreed(mine, remoteEphemeral);
        mixAgreed(own.privateKey(), remoteEphemeral);
        if (withPsk) {
            state.mixKeyAndHash(psk.expose());
        }
        byte[] payload = state.decryptAndHash(Arrays.copyOfRange(message, X25519.BYTES, message.length));
        mine.wipe();
        return payload;
    }

    /**
     * What both ends have said, in 32 bytes.
     *
     * @return a copy
     */
    byte[] handshakeHash() {
        return state.handshakeHash();
    }

    /**
     * Ends the handshake, after the second message.
     *
     * @return key for what the initiator sends, key for what the responder sends
     */
    Secret[] split() {
        return state.split();
    }

    /** Overwrites the keys of a handshake that comes to nothing. */
    void wipe() {
        state.wipe();
        if (ephemeral != null) {
            ephemeral.wipe();
        }
    }

    private byte[] beginEphemeral(Secret newEphemeral) {
        ephemeral = newEphemeral;
        byte[] publicEphemeral = X25519.publicKey(newEphemeral);
        mixEphemeral(publicEphemeral);
        return publicEphemeral;
    }

    private void takeEphemeral(byte[] message) throws NoiseException {
        remoteEphemeral = Arrays.copyOf(message, X25519.BYTES);
        if (!X25519.isCanonical(remoteEphemeral)) {
            throw new NoiseException("a public key in a form that nobody sends");
        }
        mixEphemeral(remoteEphemeral);
    }

    private void mixEphemeral(byte[] publicEphemeral) {
        state.mixHash(publicEphemeral);
        if (withPsk) {
            // Section 9.2: with a pre-shared key, ephemeral keys count as key material, so that no key is used twice.
            state.mixKey(publicEphemeral);
        }
    }

    private void mixAgreed(Secret privateKey, byte[] publicKey) throws NoiseException {
        Secret agreed = X25519.agree(privateKey, publicKey);
        state.mixKey(agreed.expose());
        agreed.wipe();
    }

    private static byte[] concatenate(byte[]... pieces) {
        int length = 0;
        for (byte[] piece : pieces) {
            length += piece.length;
        }
        byte[] result = new byte[length];
        int at = 0;
        for (byte[] piece : pieces) {
            System.arraycopy(piece, 0, result, at, piece.length);
            at += piece.length;
        }
        return result;
    }
}
