package io.aggr.internal.encap;

import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.internal.frame.DataHeader;
import io.aggr.packet.PacketBatch;

/** Puts the header in front, nothing else. Nothing is sealed for a link that is not open in the session. */
final class PlainSealer implements Sealer {

    private IndexTable<PlainSession> sessionsByPeer = IndexTable.empty();

    /** Makes a sealer without sessions. */
    PlainSealer() {}

    @Override
    public void install(Session session) {
        PlainSession newSession = (PlainSession) session;
        PlainSession old = sessionsByPeer.get(newSession.peer());
        if (old == null || newSession.isNewerThan(old)) {
            sessionsByPeer = sessionsByPeer.with(newSession.peer(), newSession);
        }
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
        PlainSession session = sessionsByPeer.get(peer);
        if (session == null || !session.openLinks().has(link)) {
            return 0;
        }
        int count = run.count();
        for (int i = 0; i < count; i++) {
            int lengthBytes = DataHeader.BYTES + run.lengthBytes(i);
            if (lengthBytes > out.nextRoomBytes()) {
                return i;
            }
            int offset = out.nextOffset();
            DataHeader.put(out.buffer(), offset, link, session.sendIndex(), firstCounter + i);
            run.copyTo(i, out.buffer(), offset + DataHeader.BYTES);
            out.add(offset, lengthBytes);
        }
        return count;
    }
}
