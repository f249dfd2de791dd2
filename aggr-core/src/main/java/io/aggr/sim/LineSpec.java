package io.aggr.sim;

import static java.util.Objects.requireNonNull;

/**
 * A line to the Internet as its owner sees it.
 *
 * @param name short name, unique in its set, such as {@code adsl}
 * @param down towards the owner
 * @param up from the owner
 * @since 0.1
 */
public record LineSpec(String name, LineSettings down, LineSettings up) {
    /** Checks the parts. */
    public LineSpec {
        requireNonNull(name, "line.name");
        requireNonNull(down, "line.down");
        requireNonNull(up, "line.up");
        if (name.isBlank()) {
            throw new IllegalArgumentException("line.name must not be blank");
        }
    }

    /**
     * This line under another name.
     *
     * @param newName new name
     * @return new description
     */
    public LineSpec withName(String newName) {
        return new LineSpec(newName, down, up);
    }

    /**
     * This line with another direction towards the owner.
     *
     * @param newDown new settings
     * @return new description
     */
    public LineSpec withDown(LineSettings newDown) {
        return new LineSpec(name, newDown, up);
    }

    /**
     * This line with another direction from the owner.
     *
     * @param newUp new settings
     * @return new description
     */
    public LineSpec withUp(LineSettings newUp) {
        return new LineSpec(name, down, newUp);
    }

    /**
     * This line with the same random loss in both directions.
     *
     * @param loss new loss
     * @return new description
     */
    public LineSpec withLoss(Loss loss) {
        return new LineSpec(name, down.withLoss(loss), up.withLoss(loss));
    }

    /**
     * This line, silently dead or alive in both directions.
     *
     * @param dead whether packets vanish
     * @return new description
     */
    public LineSpec withBlackHole(boolean dead) {
        return new LineSpec(name, down.withBlackHole(dead), up.withBlackHole(dead));
    }
}
