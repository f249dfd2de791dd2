package io.aggr.internal.ipip;

import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Session;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.util.Arrays;

/**
 * Finds the line of a packet by the link that it came over. What came from anybody but the tunnel's far end, and what is not IPv4, is dropped;
 * whether the inner packet is a good one is for the core to check.
 */
final class IpipOpener implements Opener {

    private static final int IPV4_HEADER_BYTES = 20;
    private static final int NOBODY = -1;

    private int[] peerByLink = new int[0];
    private int[] lineByLink = new int[0];

    @Override
    public void install(Session session) {
        IpipSession installed = (IpipSession) session;
        remove(installed.peer());
        for (int i = 0; i < installed.size(); i++) {
            int link = installed.localLink(i);
            if (link < 0) {
                continue;
            }
            if (link >= peerByLink.length) {
                int before = peerByLink.length;
                peerByLink = Arrays.copyOf(peerByLink, link + 1);
                lineByLink = Arrays.copyOf(lineByLink, link + 1);
                Arrays.fill(peerByLink, before, link + 1, NOBODY);
            }
            peerByLink[link] = installed.peer();
            lineByLink[link] = installed.line(i);
        }
    }

    @Override
    public void remove(int peer) {
        for (int link = 0; link < peerByLink.length; link++) {
            if (peerByLink[link] == peer) {
                peerByLink[link] = NOBODY;
            }
        }
    }

    @Override
    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
        if (batch.remote(index) != Link.CONFIGURED_REMOTE) {
            return OpenOutcome.UNKNOWN_PEER;
        }
        int length = batch.length(index);
        int offset = batch.offset(index);
        if (length < IPV4_HEADER_BYTES) {
            return OpenOutcome.SHORT;
        }
        if ((batch.buffer().get(offset) & 0xF0) != 0x40) {
            return OpenOutcome.UNKNOWN_TYPE;
        }
        if (localLink >= peerByLink.length || peerByLink[localLink] == NOBODY) {
            return OpenOutcome.NO_SESSION;
        }
        result.set(peerByLink[localLink], lineByLink[localLink], -1, offset, length);
        return OpenOutcome.OPENED;
    }
}
