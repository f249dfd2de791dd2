package io.aggr;

import org.jspecify.annotations.Nullable;

/**
 * What it costs to use a line. The end that has the line in its configuration tells the other, so both hold to it.
 *
 * @param tier lines of a higher tier join when those of the lower ones have been full for a while; 0 to 255
 * @param metered whether each byte costs: then the line is probed rarely, and what measures it stays small
 * @param backup whether the line carries packets only while no line without this mark can
 * @param quota how many bytes it may carry in a period; null for any number
 * @since 0.1
 */
public record LinkCost(
        int tier, boolean metered, boolean backup, @Nullable LinkQuota quota) {

    /** A line that costs nothing more when it is used. */
    public static final LinkCost NONE = new LinkCost(0, false, false, null);

    /**
     * Checks the tier.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public LinkCost {
        if (tier < 0 || tier > 255) {
            throw new IllegalArgumentException("tier must be 0..255, got " + tier);
        }
    }

    /**
     * The same in another tier.
     *
     * @param newTier 0 to 255
     * @return a changed copy
     */
    public LinkCost withTier(int newTier) {
        return new LinkCost(newTier, metered, backup, quota);
    }

    /**
     * The same, metered or not.
     *
     * @param isMetered whether each byte costs
     * @return a changed copy
     */
    public LinkCost withMetered(boolean isMetered) {
        return new LinkCost(tier, isMetered, backup, quota);
    }

    /**
     * The same, for emergencies or for every day.
     *
     * @param isBackup whether the line waits until no other is left
     * @return a changed copy
     */
    public LinkCost withBackup(boolean isBackup) {
        return new LinkCost(tier, metered, isBackup, quota);
    }

    /**
     * The same with a quota.
     *
     * @param newQuota the quota, or null
     * @return a changed copy
     */
    public LinkCost withQuota(@Nullable LinkQuota newQuota) {
        return new LinkCost(tier, metered, backup, newQuota);
    }
}
