package io.aggr.internal.path;

import org.jspecify.annotations.Nullable;

/**
 * On which terms one line may be used: what it costs, and whether it is for emergencies.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathTerms {

    private int tier;
    private boolean metered;
    private boolean backup;
    private @Nullable QuotaMeter quota;

    /** The terms of a line that costs nothing. */
    PathTerms() {}

    /** Sets what the line costs: its tier, and whether each byte is paid for. */
    void describe(int newTier, boolean isMetered) {
        tier = newTier;
        metered = isMetered;
    }

    /**
     * Marks the line as one for emergencies.
     *
     * @param isBackup whether it carries packets only while no line without this mark can
     */
    public void backup(boolean isBackup) {
        backup = isBackup;
    }

    /**
     * Counts what the line carries.
     *
     * @param newQuota the counter, or null
     */
    public void quota(@Nullable QuotaMeter newQuota) {
        quota = newQuota;
    }

    /**
     * The line's cost tier.
     *
     * @return as described
     */
    int tier() {
        return tier;
    }

    /**
     * Whether each byte costs.
     *
     * @return as described
     */
    public boolean isMetered() {
        return metered;
    }

    /**
     * Whether the line is one for emergencies.
     *
     * @return as last said
     */
    public boolean isBackup() {
        return backup;
    }

    /**
     * What counts its bytes.
     *
     * @return null if there is no quota
     */
    public @Nullable QuotaMeter quota() {
        return quota;
    }
}
