package io.aggr.internal.encap;

import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Session;
import io.aggr.internal.frame.DataHeader;
import io.aggr.internal.frame.DatagramKind;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.Serial;
import io.aggr.packet.PacketBatch;
import org.jspecify.annotations.Nullable;

/** Finds the session by the receiver index, and checks the counter against the link's window. The plaintext stays where it is. */
final class PlainOpener implements Opener {

    private static final int LINKS = 256;

    private final PlainPeers peers;
    private IndexTable<Inbound> byIndex = IndexTable.empty();
    private IndexTable<Inbound> byPeer = IndexTable.empty();

    /**
     * Makes an opener without sessions.
     *
     * @param peers the configured ids
     */
    PlainOpener(PlainPeers peers) {
        this.peers = peers;
    }

    @Override
    public void install(Session session) {
        PlainSession newSession = (PlainSession) session;
        int peer = newSession.peer();
        Inbound old = byPeer.get(peer);
        if (old != null && !newSession.isNewerThan(old.session)) {
            return;
        }
        if (old != null && newSession.continues(old.session)) {
            old.update(newSession);
            return;
        }
        Inbound inbound = new Inbound(newSession);
        IndexTable<Inbound> indices = byIndex;
        if (old != null) {
            indices = indices.without(old.session.receiveIndex());
        }
        byIndex = indices.with(newSession.receiveIndex(), inbound);
        byPeer = byPeer.with(peer, inbound);
    }

    @Override
    public void remove(int peer) {
        Inbound old = byPeer.get(peer);
        if (old != null) {
            byIndex = byIndex.without(old.session.receiveIndex());
            byPeer = byPeer.without(peer);
        }
    }

    @Override
    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
        int offset = batch.offset(index);
        int lengthBytes = batch.length(index);
        DatagramKind kind = DataHeader.kind(batch.buffer(), offset, lengthBytes, 0);
        if (kind != DatagramKind.DATA) {
            return kind == DatagramKind.SHORT ? OpenOutcome.SHORT : OpenOutcome.UNKNOWN_TYPE;
        }
        int receiver = DataHeader.receiverIndex(batch.buffer(), offset);
        int plainOffset = offset + DataHeader.BYTES;
        if (batch.buffer().get(plainOffset) == FrameType.HELLO.code()) {
            return peers.has(receiver) ? OpenOutcome.HANDSHAKE : OpenOutcome.UNKNOWN_PEER;
        }
        Inbound inbound = byIndex.get(receiver);
        if (inbound == null) {
            return peers.has(receiver) ? OpenOutcome.NO_SESSION : OpenOutcome.UNKNOWN_PEER;
        }
        int link = DataHeader.linkId(batch.buffer(), offset);
        ReplayWindow window = inbound.windows[link];
        if (window == null) {
            return OpenOutcome.NO_SESSION;
        }
        long counter = Serial.counter(window.expected(), DataHeader.counterLow(batch.buffer(), offset));
        ReplayWindow.Verdict verdict = window.check(counter);
        if (verdict != ReplayWindow.Verdict.FRESH) {
            return verdict == ReplayWindow.Verdict.REPLAYED ? OpenOutcome.REPLAYED : OpenOutcome.TOO_OLD;
        }
        window.mark(counter);
        result.set(inbound.session.peer(), link, counter, plainOffset, lengthBytes - DataHeader.BYTES);
        return OpenOutcome.OPENED;
    }

    /** An association as the receiving thread knows it. */
    private static final class Inbound {

        /** One for each link that is open; at most 16 are. */
        private final @Nullable ReplayWindow[] windows = new @Nullable ReplayWindow[LINKS];

        private PlainSession session;

        private Inbound(PlainSession session) {
            this.session = session;
            openWindows();
        }

        /** Windows of links that were open before stay as they are. */
        private void update(PlainSession newSession) {
            session = newSession;
            openWindows();
        }

        private void openWindows() {
            for (int link = 0; link < LINKS; link++) {
                if (windows[link] == null && session.openLinks().has(link)) {
                    windows[link] = new ReplayWindow();
                }
            }
        }
    }
}
