package io.aggr.internal.ipip;

import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.internal.encap.IndexTable;
import io.aggr.packet.PacketBatch;

/** Copies the inner packet; the outer header is put in front by the system. */
final class IpipSealer implements Sealer {

    private IndexTable<IpipSession> sessionsByPeer = IndexTable.empty();

    @Override
    public void install(Session session) {
        sessionsByPeer = sessionsByPeer.with(session.peer(), (IpipSession) session);
    }

    @Override
    public void remove(int peer) {
        sessionsByPeer = sessionsByPeer.without(peer);
    }

    @Override
    public boolean isReady(int peer) {
        return sessionsByPeer.get(peer) != null;
    }

    @Override
    public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
        IpipSession session = sessionsByPeer.get(peer);
        if (session == null || !session.hasLine(link)) {
            return 0;
        }
        int count = run.count();
        for (int i = 0; i < count; i++) {
            int lengthBytes = run.lengthBytes(i);
            if (lengthBytes > out.nextRoomBytes()) {
                return i;
            }
            int offset = out.nextOffset();
            run.copyTo(i, out.buffer(), offset);
            out.add(offset, lengthBytes);
        }
        return count;
    }
}
