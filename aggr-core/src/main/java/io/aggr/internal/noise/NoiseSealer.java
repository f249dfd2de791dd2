package io.aggr.internal.noise;

import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.internal.encap.IndexTable;
import io.aggr.internal.frame.DataHeader;
import io.aggr.packet.PacketBatch;

/** Encrypts with the newest session of each peer. */
final class NoiseSealer implements Sealer {

    private static final int MOST_BYTES = 65_535;

    private final byte[] header = new byte[DataHeader.BYTES];
    private final byte[] plain = new byte[MOST_BYTES];
    private final byte[] sealed = new byte[MOST_BYTES + PacketCipher.TAG_BYTES];
    private IndexTable<NoiseSession> sessionsByPeer = IndexTable.empty();

    /** Makes a sealer without sessions. */
    NoiseSealer() {}

    @Override
    public void install(Session session) {
        NoiseSession newSession = (NoiseSession) session;
        NoiseSession old = sessionsByPeer.get(newSession.peer());
        // Two ends that ask at the same time make two sessions; both send with the one of the higher serial.
        if (old == null || newSession.serial() > old.serial() || !old.canSeal()) {
            sessionsByPeer = sessionsByPeer.with(newSession.peer(), newSession);
        }
        newSession.onInstalled();
    }

    @Override
    public void remove(int peer) {
        sessionsByPeer = sessionsByPeer.without(peer);
    }

    @Override
    public boolean isReady(int peer) {
        NoiseSession session = sessionsByPeer.get(peer);
        return session != null && session.canSeal();
    }

    @Override
    public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
        NoiseSession session = sessionsByPeer.get(peer);
        if (session == null || firstCounter < 0) {
            return 0;
        }
        int count = run.count();
        for (int i = 0; i < count; i++) {
            int plainBytes = run.lengthBytes(i);
            int lengthBytes = DataHeader.BYTES + plainBytes + PacketCipher.TAG_BYTES;
            if (lengthBytes > Math.min(MOST_BYTES, out.nextRoomBytes()) || !session.takePacket(plainBytes)) {
                return i;
            }
            int offset = out.nextOffset();
            long counter = firstCounter + i;
            DataHeader.put(out.buffer(), offset, link, session.peerIndex(), counter);
            out.buffer().get(offset, header);
            run.copyTo(i, plain, 0);
            if (!session.sealing().seal(link, counter, header, plain, plainBytes, sealed)) {
                return i;
            }
            out.buffer().put(offset + DataHeader.BYTES, sealed, 0, plainBytes + PacketCipher.TAG_BYTES);
            out.add(offset, lengthBytes);
        }
        return count;
    }
}
