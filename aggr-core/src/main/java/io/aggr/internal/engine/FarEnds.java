package io.aggr.internal.engine;

import io.aggr.link.Link;
import java.util.Arrays;

/**
 * Far ends that the links have to remember: those that lines lead to, and those that were kept because the other half may have to answer them, before
 * they have proved anything. The latter are a ring. The oldest is forgotten when another comes, unless a line is bound to it by then. When a hub is
 * started anew all its peers come at once over all their lines, and must not push each other out; so the ring grows with the peers, up to a bound.
 *
 * <p>Confined to the thread that receives.
 */
final class FarEnds {

    private static final int LEAST = 64;
    private static final int MOST = 8_192;
    private static final int PER_PEER = 4;

    private final Link[] links;
    private final IngressPeers peers;
    private int[] localLinks = {};
    private int[] remotes = {};
    private int next;

    FarEnds(Link[] links, IngressPeers peers) {
        this.links = links;
        this.peers = peers;
        expect(0);
    }

    /** There are so many peers. */
    final void expect(int count) {
        int wanted = Math.min(MOST, Math.max(LEAST, PER_PEER * count));
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
    int keep(int localLink, int remote) {
        Link link = links[localLink];
        if (link.isKept(remote)) {
            return remote;
        }
        int kept = link.keep(remote);
        if (remotes[next] != Link.NO_REMOTE && !peers.useRemote(localLinks[next], remotes[next])) {
            links[localLinks[next]].release(remotes[next]);
        }
        localLinks[next] = localLink;
        remotes[next] = kept;
        next = (next + 1) % remotes.length;
        return kept;
    }

    /** A line leads elsewhere now, or nowhere. Where it led before is forgotten unless another line leads there. */
    void bind(PeerIngress peer, int line, int localLink, int remote) {
        int oldLink = peer.lines().boundLink(line);
        int oldRemote = peer.lines().boundRemote(line);
        if (remote == Link.NO_REMOTE) {
            peer.lines().withdraw(line);
        } else {
            peer.lines().bind(line, localLink, remote);
        }
        forget(oldLink, oldRemote);
    }

    /** A peer is not among {@link IngressPeers} any more: where its lines led is forgotten. */
    void forgetThoseOf(PeerIngress removed) {
        for (int line = 0; line < ArrivalLines.NUMBERS; line++) {
            forget(removed.lines().boundLink(line), removed.lines().boundRemote(line));
        }
    }

    private void forget(int localLink, int remote) {
        if (remote > Link.CONFIGURED_REMOTE && !isKept(localLink, remote) && !peers.useRemote(localLink, remote)) {
            links[localLink].release(remote);
        }
    }

    /** Whether a far end will be forgotten in its turn. */
    private boolean isKept(int localLink, int remote) {
        for (int i = 0; i < remotes.length; i++) {
            if (remotes[i] == remote && localLinks[i] == localLink) {
                return true;
            }
        }
        return false;
    }
}
