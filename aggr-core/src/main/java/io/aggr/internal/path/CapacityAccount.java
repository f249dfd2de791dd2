package io.aggr.internal.path;

import io.aggr.CapacityUse;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * Keeps the books of one line: what it carried, and for what it did not carry, why.
 *
 * <p>Time in which the pacer is free is noted under the reason that holds at that moment. But a pacer makes good a late wake-up, so not all of that
 * time is lost. Therefore the books are closed once in a while: what was sent is subtracted from what the line could have carried, and only the
 * rest is spread over the reasons, in proportion to the time that each was noted for. What no reason explains was held back by the pacer.
 *
 * <p>Confined to the thread that sends. Allocates nothing but in {@link #bytes}.
 */
@SuppressWarnings("EnumOrdinal") // An array by ordinal is what makes noting cost one addition.
public final class CapacityAccount {

    private static final long CLOSE_NANOS = 250_000_000;
    private static final CapacityUse[] USES = CapacityUse.values();

    private final double[] bytes = new double[USES.length];
    private final long[] idleNanos = new long[USES.length];
    private CapacityUse reason = CapacityUse.DOWN;
    private boolean begun;
    private long passedNanos;
    private long openedNanos;
    private long busyNanos;
    private long overdraftNanos;

    /** Books without an entry. */
    public CapacityAccount() {}

    /**
     * Time has passed.
     *
     * @param nowNanos monotonic time
     * @param pacer the line's pacer, before anything is sent at this time
     */
    public void pass(long nowNanos, Pacer pacer) {
        if (!begun) {
            begun = true;
            passedNanos = nowNanos;
            openedNanos = nowNanos;
            return;
        }
        long elapsed = nowNanos - passedNanos;
        long free = -pacer.nanosUntilFree(nowNanos);
        if (!reason.isUsed() && free > 0) {
            idleNanos[reason.ordinal()] += Math.min(elapsed, free);
        }
        passedNanos = nowNanos;
        if (nowNanos - openedNanos >= CLOSE_NANOS) {
            close(nowNanos, pacer);
        }
    }

    /**
     * Says why the line will be idle if it is idle until the next {@link #pass}.
     *
     * @param newReason a name for which {@link CapacityUse#isUsed} is false
     */
    public void note(CapacityUse newReason) {
        reason = newReason;
    }

    /**
     * A datagram has left.
     *
     * @param use what it carried
     * @param wireBytes its bytes on the line
     * @param pacer the line's pacer
     */
    public void onSent(CapacityUse use, int wireBytes, Pacer pacer) {
        bytes[use.ordinal()] += wireBytes;
        busyNanos += pacer.serializationNanos(wireBytes);
    }

    private void close(long nowNanos, Pacer pacer) {
        long elapsed = nowNanos - openedNanos;
        long unused = elapsed - busyNanos - overdraftNanos;
        // The last packet may still be leaving: what it takes of the next period is subtracted there.
        overdraftNanos = Math.max(0, -unused);
        if (pacer.isPaced() && unused > 0) {
            spread(unused, pacer.bitsPerSecond() / 8e9);
        }
        Arrays.fill(idleNanos, 0);
        busyNanos = 0;
        openedNanos = nowNanos;
    }

    private void spread(long unusedNanos, double bytesPerNano) {
        long noted = 0;
        for (long nanos : idleNanos) {
            noted += nanos;
        }
        double share = noted > unusedNanos ? (double) unusedNanos / noted : 1;
        for (int i = 0; i < idleNanos.length; i++) {
            bytes[i] += idleNanos[i] * share * bytesPerNano;
        }
        if (noted < unusedNanos) {
            bytes[CapacityUse.HELD_BACK.ordinal()] += (unusedNanos - noted) * bytesPerNano;
        }
    }

    /**
     * The books up to when they were closed last.
     *
     * @return bytes on the line by name, without zeros; for a line that is not paced, only what it carried
     */
    public Map<CapacityUse, Long> bytes() {
        Map<CapacityUse, Long> result = new EnumMap<>(CapacityUse.class);
        for (CapacityUse use : USES) {
            long count = Math.round(bytes[use.ordinal()]);
            if (count > 0) {
                result.put(use, count);
            }
        }
        return result;
    }
}
