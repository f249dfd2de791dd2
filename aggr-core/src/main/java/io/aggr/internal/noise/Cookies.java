package io.aggr.internal.noise;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Cookies of this end: proofs that somebody receives what is sent to his address. Nothing is remembered of those that were given out; a cookie is a
 * MAC of the address under a secret that changes every two minutes, and the secret before is still good.
 */
final class Cookies {

    private static final int SALT_BYTES = 24;
    private static final long CHANGE_NANOS = 120_000_000_000L;

    private final Chance chance;
    private final byte[] replyKey;
    private Secret secret;
    private Secret before;
    private long changedNanos;
    private boolean begun;

    /**
     * Makes the first secret.
     *
     * @param chance draws secrets and salts
     * @param ownPublicKey this end's public key
     */
    Cookies(Chance chance, byte[] ownPublicKey) {
        this.chance = chance;
        replyKey = replyKey(ownPublicKey);
        secret = chance.secret();
        before = chance.secret();
    }

    /** What cookies from the end with this public key are encrypted with, together with a salt. */
    static byte[] replyKey(byte[] publicKey) {
        return HandshakeMacs.labelled("cookie", publicKey);
    }

    private void change(long nowNanos) {
        if (!begun || nowNanos - changedNanos >= CHANGE_NANOS) {
            before = begun && nowNanos - changedNanos < 2 * CHANGE_NANOS ? secret : chance.secret();
            secret = chance.secret();
            changedNanos = nowNanos;
            begun = true;
        }
    }

    /** Whether mac2 of an INIT was made with a cookie for this address. */
    boolean isProof(byte[] init, byte[] address, long nowNanos) {
        change(nowNanos);
        byte[] mac2 = Arrays.copyOfRange(init, HandshakeWire.INIT_MAC2, HandshakeWire.INIT_BYTES);
        return MessageDigest.isEqual(mac2, HandshakeMacs.mac2(cookie(secret, address), init))
                || MessageDigest.isEqual(mac2, HandshakeMacs.mac2(cookie(before, address), init));
    }

    private static byte[] cookie(Secret secret, byte[] address) {
        return Hashing.hmac(secret.expose(), address, address.length, HandshakeWire.MAC_BYTES);
    }

    /** Writes a COOKIE that answers an INIT. */
    byte[] reply(byte[] init, byte[] address, long nowNanos) {
        change(nowNanos);
        byte[] salt = chance.bytes(SALT_BYTES);
        byte[] mac1 = Arrays.copyOfRange(init, HandshakeWire.INIT_MAC1, HandshakeWire.INIT_MAC2);
        byte[] sealed = ChaChaPoly.seal(Hashing.hmac(replyKey, salt), 0, mac1, cookie(secret, address));
        return ByteBuffer.allocate(HandshakeWire.COOKIE_BYTES)
                .put((byte) HandshakeWire.COOKIE)
                .put((byte) HandshakeWire.VERSION)
                .putShort((short) 0)
                .put(init, HandshakeWire.SENDER, Integer.BYTES)
                .put(salt)
                .put(sealed)
                .array();
    }

    /**
     * Reads a COOKIE.
     *
     * @param datagram the COOKIE
     * @param replyKey of the end that has sent it
     * @param mac1 of the INIT that it answers
     * @return the cookie
     * @throws NoiseException if it is not an answer of that end to that INIT
     */
    static byte[] read(byte[] datagram, byte[] replyKey, byte[] mac1) throws NoiseException {
        byte[] salt = Arrays.copyOfRange(datagram, HandshakeWire.COOKIE_SALT, HandshakeWire.COOKIE_SEALED);
        byte[] sealed = Arrays.copyOfRange(datagram, HandshakeWire.COOKIE_SEALED, HandshakeWire.COOKIE_BYTES);
        return ChaChaPoly.open(Hashing.hmac(replyKey, salt), 0, mac1, sealed);
    }
}
