package io.aggr;

import java.util.List;

/**
 * What a change of a running bond's peers has done. Each name stands in one of the lists at most; who stands in none was left alone.
 *
 * @param added peers that are new
 * @param removed peers that are gone
 * @param replaced peers that were taken out and put in again with other settings, so they begin with a new session
 * @param rerouted peers that have other networks now and nothing else; they have lost no packet
 * @since 0.1
 */
public record PeerChanges(List<String> added, List<String> removed, List<String> replaced, List<String> rerouted) {

    /** Copies the lists. */
    public PeerChanges {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        replaced = List.copyOf(replaced);
        rerouted = List.copyOf(rerouted);
    }

    /**
     * Whether nothing was changed.
     *
     * @return true if all lists are empty
     */
    public boolean isEmpty() {
        return added.isEmpty() && removed.isEmpty() && replaced.isEmpty() && rerouted.isEmpty();
    }
}
