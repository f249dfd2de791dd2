package io.aggr.internal.noise;

import org.jspecify.annotations.Nullable;

/** Notices when one key is used in two places: the peer begins association after association, from different hosts. */
final class AssociationWatch {

    private static final int MANY = 3;
    private static final long WITHIN_NANOS = 60_000_000_000L;
    private static final long HASTE_NANOS = 5_000_000_000L;

    private final long[] changedNanos = new long[MANY + 1];
    private final @Nullable Origin[] hosts = new @Nullable Origin[MANY + 1];
    private int changes;

    /** An association has begun. Returns whether so many have, and from different hosts, that something must be wrong. */
    boolean onChange(Origin host, long nowNanos) {
        int slot = changes++ % (MANY + 1);
        changedNanos[slot] = nowNanos;
        hosts[slot] = host;
        if (changes <= MANY) {
            return false;
        }
        boolean differ = false;
        for (int i = 0; i <= MANY; i++) {
            if (nowNanos - changedNanos[i] > WITHIN_NANOS) {
                return false;
            }
            differ |= !host.equals(hosts[i]);
        }
        return differ;
    }

    /** Whether an association from this host would follow too closely upon one from another. */
    boolean isHasty(Origin host, long nowNanos) {
        if (changes == 0) {
            return false;
        }
        int last = (changes - 1) % (MANY + 1);
        return nowNanos - changedNanos[last] < HASTE_NANOS && !host.equals(hosts[last]);
    }
}
