package io.aggr.internal.noise;

import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Session;
import io.aggr.internal.encap.ReplayWindow;
import io.aggr.internal.frame.BigEndian;
import io.aggr.internal.frame.DataHeader;
import io.aggr.internal.frame.Serial;
import io.aggr.packet.PacketBatch;
import java.nio.ByteBuffer;
import java.util.BitSet;

/**
 * Decrypts what arrives. The order of the checks is that of docs/protocol.md, section 5: nothing is remembered of a packet before its tag has proved
 * it.
 */
final class NoiseOpener implements Opener {

    private static final int MOST_BYTES = 65_535;
    private static final int LEAST_DATA_BYTES = DataHeader.BYTES + 1 + PacketCipher.TAG_BYTES;

    private final SessionTable sessions;
    private final BitSet removedPeers = new BitSet();
    private final byte[] header = new byte[DataHeader.BYTES];
    private final byte[] sealed = new byte[MOST_BYTES];
    // Never shown to anybody before the tag holds.
    private final byte[] plain = new byte[MOST_BYTES];

    /**
     * Makes an opener.
     *
     * @param sessions the sessions of all peers
     */
    NoiseOpener(SessionTable sessions) {
        this.sessions = sessions;
    }

    @Override
    public void install(Session session) {
        NoiseSession installed = (NoiseSession) session;
        installed.presence().present(installed.counters());
    }

    @Override
    public void remove(int peer) {
        removedPeers.set(peer);
    }

    @Override
    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
        ByteBuffer buffer = batch.buffer();
        int offset = batch.offset(index);
        int lengthBytes = batch.length(index);
        if (lengthBytes < 1) {
            return OpenOutcome.SHORT;
        }
        int type = BigEndian.u8(buffer, offset);
        if (type == DataHeader.TYPE) {
            return lengthBytes < LEAST_DATA_BYTES
                    ? OpenOutcome.SHORT
                    : openData(buffer, offset, lengthBytes, nowNanos, result);
        }
        int expectedBytes = HandshakeWire.lengthOf(type);
        if (expectedBytes == 0) {
            return OpenOutcome.UNKNOWN_TYPE;
        }
        return lengthBytes == expectedBytes && HandshakeWire.isWellFormed(buffer, offset)
                ? OpenOutcome.HANDSHAKE
                : OpenOutcome.MALFORMED;
    }

    private OpenOutcome openData(ByteBuffer buffer, int offset, int lengthBytes, long nowNanos, Opened result) {
        NoiseSession session = sessions.get(DataHeader.receiverIndex(buffer, offset));
        if (session == null || removedPeers.get(session.peer()) || lengthBytes > MOST_BYTES) {
            return OpenOutcome.UNKNOWN_PEER;
        }
        if (session.isOver(nowNanos)) {
            return OpenOutcome.EXPIRED;
        }
        boolean tentative = session.isTentative();
        LinkCounters counters = session.counters();
        if (!tentative && session.presence().present() != counters) {
            // Of an association that has ended: its numbers mean nothing any more.
            return OpenOutcome.NO_SESSION;
        }
        Inbound inbound = session.inbound();
        int link = DataHeader.linkId(buffer, offset);
        ReplayWindow window = inbound.window(link);
        if (window == null && !inbound.hasRoom()) {
            return OpenOutcome.NO_SESSION;
        }
        long counter = Serial.counter(counters.expected(link), DataHeader.counterLow(buffer, offset));
        ReplayWindow.Verdict verdict = window == null ? ReplayWindow.Verdict.FRESH : window.check(counter);
        if (verdict != ReplayWindow.Verdict.FRESH) {
            return verdict == ReplayWindow.Verdict.REPLAYED ? OpenOutcome.REPLAYED : OpenOutcome.TOO_OLD;
        }
        int sealedBytes = lengthBytes - DataHeader.BYTES;
        buffer.get(offset, header);
        buffer.get(offset + DataHeader.BYTES, sealed, 0, sealedBytes);
        if (!inbound.cipher().open(link, counter, header, sealed, sealedBytes, plain)) {
            if (inbound.onForgery() >= session.suite().mostForgeries()) {
                session.end();
            }
            return OpenOutcome.UNAUTHENTIC;
        }
        if (tentative && !session.confirm()) {
            return OpenOutcome.UNKNOWN_PEER;
        }
        (window == null ? inbound.addWindow(link) : window).mark(counter);
        counters.advance(link, counter);
        session.presence().heard(nowNanos);
        int plainBytes = sealedBytes - PacketCipher.TAG_BYTES;
        int plainOffset = offset + DataHeader.BYTES;
        buffer.put(plainOffset, plain, 0, plainBytes);
        result.set(session.peer(), link, counter, plainOffset, plainBytes);
        if (tentative) {
            session.presence().present(counters);
            result.confirm(session);
        }
        return OpenOutcome.OPENED;
    }
}
