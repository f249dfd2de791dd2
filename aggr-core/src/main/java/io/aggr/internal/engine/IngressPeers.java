package io.aggr.internal.engine;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The peers of the way in by their numbers, and which of them something has come from in the batch that is worked through.
 *
 * <p>Confined to the thread that receives. Allocates only when a peer is added.
 */
final class IngressPeers {

    /** No peer has this number. */
    static final int NOBODY = -1;

    private final int expected;

    /** Null where a peer was removed. */
    private @Nullable PeerIngress[] peers = {};

    private int count;
    private boolean plugins;

    // Fields, since another thread goes on from here if this one gets stuck in a plugin.
    private int[] touched = {};
    private int touchedCount;
    private int touchedNext;

    /** No peers yet, and probably so many soon. */
    IngressPeers(int expected) {
        this.expected = expected;
    }

    /** A peer with a number that was never used before. */
    void add(PeerIngress peer) {
        int index = peer.settings().index();
        if (index >= peers.length) {
            int size = Math.max(index + 1, expected);
            peers = Arrays.copyOf(peers, size);
            touched = Arrays.copyOf(touched, size);
        }
        peers[index] = peer;
        plugins |= peer.reorder().isPlugin();
        count++;
    }

    /** Takes a peer out. Returns null if there is none with that number. */
    @Nullable
    PeerIngress remove(int index) {
        if (!isThere(index)) {
            return null;
        }
        PeerIngress removed = peers[index];
        peers[index] = null;
        count--;
        return removed;
    }

    /** How many there are. */
    int count() {
        return count;
    }

    /** All numbers that are, or were, in use are below this. */
    int numbers() {
        return peers.length;
    }

    boolean isThere(int index) {
        return index >= 0 && index < peers.length && peers[index] != null;
    }

    /** A peer that is there. */
    PeerIngress at(int index) {
        return peers[index];
    }

    /** Whether any of them came with somebody else's reorder buffer. */
    boolean useAnyPlugin() {
        return plugins;
    }

    /** Whether a line of any of them leads there. */
    boolean useRemote(int localLink, int remote) {
        for (PeerIngress peer : peers) {
            if (peer != null && peer.lines().leadTo(localLink, remote)) {
                return true;
            }
        }
        return false;
    }

    /** Something of a peer has come. */
    void touch(PeerIngress peer) {
        if (!peer.isTouched()) {
            peer.touch(true);
            touched[touchedCount++] = peer.settings().index();
        }
    }

    /** The next peer that something has come from, {@link #NOBODY} once all had their turn. */
    int nextTouched() {
        if (touchedNext < touchedCount) {
            return touched[touchedNext++];
        }
        touchedCount = 0;
        touchedNext = 0;
        return NOBODY;
    }

    /** All that are there, in the order of their numbers. */
    List<PeerIngress> all() {
        return Arrays.stream(peers).filter(Objects::nonNull).toList();
    }
}
