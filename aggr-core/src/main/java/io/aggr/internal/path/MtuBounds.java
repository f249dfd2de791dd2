package io.aggr.internal.path;

/**
 * Between which sizes the MTU of a line lies: the longest packet that has got through, the shortest that has failed for good, and which of those
 * between them is worth trying next. First come the sizes that lines have; what they leave open is bisected.
 *
 * <p>Sizes are bytes of the outer IP packet. Confined to the thread that sends.
 */
final class MtuBounds {

    /** What every host takes (RFC 791); below it there is no line worth the name. */
    static final int FLOOR_BYTES = 576;

    /** Ethernet, PPPoE, and tunnels in tunnels; the last two are the bases: what IPv6 demands, and what RFC 8899 section 5.1.2 recommends. */
    private static final int[] SIZES = {1500, 1492, 1480, 1472, 1452, 1420, 1400, 1280, 1200};

    private static final int BASE_BYTES = 1280;
    private static final int LOWER_BASE_BYTES = 1200;
    private static final int RESOLUTION_BYTES = 4;

    /** Above every ceiling. */
    private static final int NONE = Integer.MAX_VALUE;

    private int ceilingBytes;
    private int confirmedBytes;
    private int failedBytes = NONE;

    /** The MTU is known. */
    MtuBounds(int mtuBytes) {
        fix(mtuBytes);
    }

    /** The MTU is known. */
    void fix(int mtuBytes) {
        ceilingBytes = mtuBytes;
        confirmedBytes = mtuBytes;
    }

    /** Nothing is known but what the MTU cannot be above. */
    void open(int newCeilingBytes) {
        ceilingBytes = Math.max(FLOOR_BYTES, newCeilingBytes);
        confirmedBytes = Math.min(BASE_BYTES, ceilingBytes);
        failedBytes = NONE;
    }

    /** Longest packet that is worth trying. */
    int ceilingBytes() {
        return ceilingBytes;
    }

    /** Longest packet that has got through, or that is taken until more is known. */
    int confirmedBytes() {
        return confirmedBytes;
    }

    /** What is taken while nothing longer is confirmed. */
    int safeBytes() {
        return confirmedBytes > BASE_BYTES
                ? BASE_BYTES
                : confirmedBytes > LOWER_BASE_BYTES ? LOWER_BASE_BYTES : FLOOR_BYTES;
    }

    /** Shortest packet that has failed for good, 0 if none has. */
    int failedBytes() {
        return failedBytes == NONE ? 0 : failedBytes;
    }

    /** A size has got through. */
    void confirm(int bytes) {
        confirmedBytes = Math.max(confirmedBytes, bytes);
        if (bytes >= failedBytes) {
            failedBytes = NONE;
        }
    }

    /** What was confirmed may not hold any more; nothing above a size is taken for now, and nothing below the floor is asked for. */
    void lower(int bytes) {
        confirmedBytes = Math.min(confirmedBytes, bytes == 0 ? FLOOR_BYTES : bytes);
    }

    /** What was confirmed before {@link #lower} holds after all. */
    void restore(int bytes) {
        confirmedBytes = bytes;
    }

    /** A size has failed for good. */
    void fail(int bytes) {
        failedBytes = Math.min(failedBytes, bytes);
    }

    /** What has failed may get through by now. */
    void forgetFailure() {
        failedBytes = NONE;
    }

    /** The next size that lines have below another one; the ceiling counts. 0 if there is none. */
    int nextBelow(int bytes) {
        if (bytes > ceilingBytes) {
            return ceilingBytes;
        }
        for (int size : SIZES) {
            if (size < bytes) {
                return size;
            }
        }
        return 0;
    }

    /** The next size above the confirmed one that has not failed for good, 0 if there is none. */
    int nextAbove(boolean bisecting) {
        int next = ceilingBytes > confirmedBytes && ceilingBytes < failedBytes ? ceilingBytes : 0;
        for (int size : SIZES) {
            if (size > confirmedBytes && size < failedBytes && size < ceilingBytes) {
                next = size;
            }
        }
        if (next == 0 && bisecting && failedBytes <= ceilingBytes && failedBytes - confirmedBytes > RESOLUTION_BYTES) {
            next = (confirmedBytes + failedBytes) >>> 1;
        }
        return next;
    }
}
