package io.aggr.internal.noise;

import java.nio.ByteBuffer;

/** Where the fields of INIT, RESP and COOKIE are; docs/protocol.md, section 2, has the tables. */
final class HandshakeWire {

    static final int INIT = 1;
    static final int RESP = 2;
    static final int COOKIE = 3;

    static final int VERSION = 1;

    static final int INIT_BYTES = 184;
    static final int RESP_BYTES = 140;
    static final int COOKIE_BYTES = 64;

    /** Of the payload of INIT and that of RESP. */
    static final int PAYLOAD_BYTES = 48;

    /** Of mac1, mac2 and a cookie. */
    static final int MAC_BYTES = 16;

    /** What the prologue takes of INIT. */
    static final int PROLOGUE_BYTES = 8;

    static final int SENDER = 4;

    static final int INIT_NOISE = 8;
    static final int INIT_MAC1 = 152;
    static final int INIT_MAC2 = 168;

    static final int RESP_RECEIVER = 8;
    static final int RESP_NOISE = 12;
    static final int RESP_MAC1 = 108;
    static final int RESP_MAC2 = 124;

    static final int COOKIE_RECEIVER = 4;
    static final int COOKIE_SALT = 8;
    static final int COOKIE_SEALED = 32;

    private HandshakeWire() {}

    /** The one length that a datagram of this type has, 0 if it is none of the handshake. */
    static int lengthOf(int type) {
        return switch (type) {
            case INIT -> INIT_BYTES;
            case RESP -> RESP_BYTES;
            case COOKIE -> COOKIE_BYTES;
            default -> 0;
        };
    }

    /** Whether the first four bytes of a datagram of the right length are as they have to be. */
    static boolean isWellFormed(ByteBuffer buffer, int offset) {
        int suite = buffer.get(offset + 2);
        boolean isSuite = buffer.get(offset) == COOKIE ? suite == 0 : Suite.of(suite) != null;
        return buffer.get(offset + 1) == VERSION && isSuite && buffer.get(offset + 3) == 0;
    }
}
