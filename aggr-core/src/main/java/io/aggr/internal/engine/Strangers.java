package io.aggr.internal.engine;

import io.aggr.link.Link;
import java.util.Arrays;

/**
 * Far ends that were kept because the other half may have to answer them, before they have proved anything: a ring of fixed size. The oldest is
 * forgotten when another comes, unless a line is bound to it by then.
 *
 * <p>Confined to the thread that receives.
 */
final class Strangers {

    private final Link[] links;
    private final int[] localLinks;
    private final int[] remotes;
    private int next;

    Strangers(int capacity, Link[] links) {
        this.links = links;
        localLinks = new int[capacity];
        remotes = new int[capacity];
        Arrays.fill(remotes, Link.NO_REMOTE);
    }

    /** Makes a far end's id last until many others have come. */
    int keep(int localLink, int remote, PeerIngress[] peers) {
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

    private static boolean isUsed(int localLink, int remote, PeerIngress[] peers) {
        for (PeerIngress peer : peers) {
            if (peer.usesRemote(localLink, remote)) {
                return true;
            }
        }
        return false;
    }
}
