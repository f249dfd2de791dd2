package io.aggr.internal.noise;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** The two MACs in front of the costly part: the first shows that a sender knows our public key, the second that it receives what is sent to it. */
final class HandshakeMacs {

    private HandshakeMacs() {}

    /** A key that everybody can make who knows the public key. */
    static byte[] labelled(String label, byte[] publicKey) {
        return Hashing.hash(label.getBytes(StandardCharsets.US_ASCII), publicKey);
    }

    /** The key of mac1 in what is sent to the owner of a public key. */
    static byte[] mac1Key(byte[] receiverPublicKey) {
        return labelled("mac1", receiverPublicKey);
    }

    /** Writes mac1 behind the bytes that it is of. */
    static void putMac1(byte[] datagram, int at, byte[] mac1Key) {
        byte[] mac = Hashing.hmac(mac1Key, datagram, at, HandshakeWire.MAC_BYTES);
        System.arraycopy(mac, 0, datagram, at, mac.length);
    }

    /** Whether mac1 is right. */
    static boolean isMac1(byte[] datagram, int at, byte[] mac1Key) {
        return MessageDigest.isEqual(
                Hashing.hmac(mac1Key, datagram, at, HandshakeWire.MAC_BYTES),
                Arrays.copyOfRange(datagram, at, at + HandshakeWire.MAC_BYTES));
    }

    /** mac2 of an INIT. */
    static byte[] mac2(byte[] cookie, byte[] init) {
        return Hashing.hmac(cookie, init, HandshakeWire.INIT_MAC2, HandshakeWire.MAC_BYTES);
    }

    /** Whether bytes from here to the end are zero. */
    static boolean isZero(byte[] datagram, int from, int to) {
        int all = 0;
        for (int i = from; i < to; i++) {
            all |= datagram[i];
        }
        return all == 0;
    }
}
