package io.aggr.internal.noise;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configured peers by number and by public key, and which indices are taken. Belongs to the handshake's thread. */
final class NoisePeers {

    private final SessionTable table;
    private final Map<Integer, NoisePeer> byNumber = new TreeMap<>();
    private final Map<ByteBuffer, NoisePeer> byKey = new HashMap<>();
    private final Map<Integer, NoisePeer> byAttempt = new HashMap<>();
    private final PeerDeadlines deadlines = new PeerDeadlines();

    NoisePeers(SessionTable table) {
        this.table = table;
    }

    SessionTable table() {
        return table;
    }

    /** When something is due of whom. */
    PeerDeadlines deadlines() {
        return deadlines;
    }

    Iterable<NoisePeer> all() {
        return byNumber.values();
    }

    boolean isEmpty() {
        return byNumber.isEmpty();
    }

    @Nullable
    NoisePeer byNumber(int number) {
        return byNumber.get(number);
    }

    @Nullable
    NoisePeer byKey(byte[] publicKey) {
        return byKey.get(ByteBuffer.wrap(publicKey));
    }

    /** The peer whose INIT has this index, or null. */
    @Nullable
    NoisePeer byAttempt(int index) {
        return byAttempt.get(index);
    }

    /** An INIT to a peer is under way. */
    void begin(NoisePeer peer, Attempt attempt) {
        end(peer);
        peer.attempt = attempt;
        byAttempt.put(attempt.index, peer);
    }

    /** Forgets the INIT to a peer that is under way, if there is one, and overwrites its keys. */
    void end(NoisePeer peer) {
        Attempt attempt = peer.attempt;
        if (attempt != null) {
            byAttempt.remove(attempt.index);
            attempt.wipe();
            peer.attempt = null;
        }
    }

    void add(NoisePeer peer) {
        byNumber.put(peer.number, peer);
        byKey.put(ByteBuffer.wrap(peer.publicKey), peer);
    }

    void remove(NoisePeer peer) {
        end(peer);
        byNumber.remove(peer.number);
        byKey.remove(ByteBuffer.wrap(peer.publicKey));
        deadlines.remove(peer);
    }

    /** An index that nothing has; not 0. */
    int freshIndex(Chance chance) {
        int index = (int) chance.id();
        while (index == 0 || table.get(index) != null || byAttempt(index) != null) {
            index = (int) chance.id();
        }
        return index;
    }
}
