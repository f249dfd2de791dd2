package io.aggr.internal.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The peers of the way out by their numbers.
 *
 * <p>Confined to the thread that sends. Allocates only when a peer is added.
 */
final class EgressPeers {

    private final int expected;

    /** Null where a peer was removed. */
    private @Nullable PeerEgress[] peers = {};

    private int count;

    /** No peers yet, and probably so many soon. */
    EgressPeers(int expected) {
        this.expected = expected;
    }

    /** A peer with a number that was never used before. */
    void add(PeerEgress peer) {
        int index = peer.settings().index();
        if (index >= peers.length) {
            peers = Arrays.copyOf(peers, Math.max(index + 1, expected));
        }
        peers[index] = peer;
        count++;
    }

    /** Takes out a peer that is there. */
    void remove(int index) {
        peers[index] = null;
        count--;
    }

    boolean isThere(int index) {
        return index >= 0 && index < peers.length && peers[index] != null;
    }

    /** A peer that is there. */
    PeerEgress at(int index) {
        return peers[index];
    }

    /** The one peer that is there; null if there are more or none. */
    @Nullable
    PeerEgress only() {
        if (count != 1) {
            return null;
        }
        int index = peers.length - 1;
        while (peers[index] == null) {
            index--;
        }
        return peers[index];
    }

    /** Whether there is more than one. */
    boolean areMany() {
        return count > 1;
    }

    /** All that are there, in the order of their numbers. */
    List<PeerEgress> all() {
        return Arrays.stream(peers).filter(Objects::nonNull).toList();
    }
}
