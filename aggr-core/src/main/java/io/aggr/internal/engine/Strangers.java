package io.aggr.internal.engine;

import io.aggr.link.Link;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Far ends that were kept because the other half may have to answer them, before they have proved anything: a ring. The oldest is forgotten when
 * another comes, unless a line is bound to it by then. When a hub is started anew all its peers come at once over all their lines, and must not push
 * each other out; so the ring grows with the peers, up to a bound.
 *
 * <p>Confined to the thread that receives.
 */
final class Strangers {

    private final Link[] links;
    private static final int LEAST = 64;
    private static final int MOST = 8_192;
    private static final int PER_PEER = 4;

    private int[] localLinks = {};
    private int[] remotes = {};
    private int next;

    Strangers(Link[] links) {
        this.links = links;
        expect(0);
    }

    /** There are so many peers. */
    final void expect(int peers) {
        int wanted = Math.min(MOST, Math.max(LEAST, PER_PEER * peers));
        if (wanted > remotes.length) {
            int before = remotes.length;
            int capacity = Math.min(MOST, Math.max(wanted, 2 * before));
            localLinks = Arrays.copyOf(localLinks, capacity);
            remotes = Arrays.copyOf(remotes, capacity);
            Arrays.fill(remotes, before, capacity, Link.NO_REMOTE);
            next = before;
        }
    }

    /** Makes a far end's id last until many others have come. */
    int keep(int localLink, int remote, @Nullable PeerIngress[] peers) {
        Link link = links[localLink];
        if (link.isKept(remote)) {
            return remote;
        }
        int kept = link.keep(remote);
        if (remotes[next] != Link.NO_REMOTE && !isUsed(localLinks[next], remotes[next], peers)) {
            links[localLinks[next]].release(remotes[next]);
        }
        localLinks[next] = localLink;
        remotes[next] = kept;
        next = (next + 1) % remotes.length;
        return kept;
    }

    /** Whether a far end will be forgotten in its turn. */
    boolean knows(int localLink, int remote) {
        for (int i = 0; i < remotes.length; i++) {
            if (remotes[i] == remote && localLinks[i] == localLink) {
                return true;
            }
        }
        return false;
    }

    private static boolean isUsed(int localLink, int remote, @Nullable PeerIngress[] peers) {
        for (PeerIngress peer : peers) {
            if (peer != null && peer.usesRemote(localLink, remote)) {
                return true;
            }
        }
        return false;
    }
}
