package io.aggr.link;

/**
 * What the core thinks of one line to one peer.
 *
 * <pre>
 *   DOWN --&gt; PROBING --&gt; UP &lt;--&gt; SUSPECT --&gt; COOLING --&gt; UP
 *    ^__________|_________|________|____________|
 * </pre>
 *
 * @since 0.1
 */
public enum LinkState {
    /** Not usable: never heard, silent for long, or the system says that the interface or the route is gone. */
    DOWN,
    /** Probes are on their way; nothing has come back yet. */
    PROBING,
    /** Carries traffic. */
    UP,
    /** There is evidence that it swallows packets. It gets probes only; what was on it goes over other lines. */
    SUSPECT,
    /** Answers again after having been suspect for long, and has to go on answering before it carries traffic. */
    COOLING;

    /**
     * Whether the core lets packets of hosts onto a line in this state.
     *
     * @return true for {@link #UP}
     */
    public boolean carriesTraffic() {
        return this == UP;
    }

    /**
     * Whether the state may follow this one directly.
     *
     * @param next the state to come
     * @return whether there is an arrow in the picture above
     */
    public boolean canBecome(LinkState next) {
        return switch (this) {
            case DOWN -> next == PROBING;
            case PROBING -> next == UP || next == DOWN;
            case UP -> next == SUSPECT || next == DOWN;
            case SUSPECT -> next == UP || next == COOLING || next == DOWN;
            case COOLING -> next == UP || next == SUSPECT || next == DOWN;
        };
    }
}
