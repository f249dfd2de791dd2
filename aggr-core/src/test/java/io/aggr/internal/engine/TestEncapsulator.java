package io.aggr.internal.engine;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.OpenOutcome;
import io.aggr.encap.Opened;
import io.aggr.encap.Opener;
import io.aggr.encap.Plaintext;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Opens what a test has made: link, peer and counter in five bytes, then the plaintext. A first byte of 0xFF belongs to the handshake, which
 * establishes a session when asked to connect and remembers what it received.
 */
final class TestEncapsulator implements Encapsulator, Sealer, Opener, Handshake {

    static final int HEADER_BYTES = 6;
    static final int HANDSHAKE = 0xFF;

    private boolean ready;
    int handshakesReceived;
    int renumberings;
    long readyAsked;
    boolean refuseToSeal;

    /** Confirmed by the next datagram. */
    @Nullable
    Session confirmNext;

    /** The header of a datagram for {@link #open}. */
    static void header(ByteBuffer target, int peer, int link, int counter) {
        target.put(0, (byte) peer).put(1, (byte) link).putInt(2, counter);
    }

    @Override
    public EncapsulationTraits traits() {
        return new EncapsulationTraits(HEADER_BYTES, 0, true, true);
    }

    @Override
    public Sealer sealer() {
        return this;
    }

    @Override
    public Opener opener() {
        return this;
    }

    @Override
    public Handshake handshake() {
        return this;
    }

    @Override
    public void install(Session session) {
        ready = true;
    }

    @Override
    public void remove(int peer) {
        ready = false;
    }

    @Override
    public boolean isReady(int peer) {
        readyAsked++;
        return ready;
    }

    @Override
    public int seal(int peer, int link, long firstCounter, Plaintext run, PacketBatch out) {
        if (refuseToSeal) {
            return 0;
        }
        int offset = out.nextOffset();
        out.buffer().put(offset, (byte) peer).put(offset + 1, (byte) link).putInt(offset + 2, (int) firstCounter);
        run.copyTo(0, out.buffer(), offset + HEADER_BYTES);
        out.add(offset, HEADER_BYTES + run.lengthBytes(0));
        return 1;
    }

    @Override
    public OpenOutcome open(PacketBatch batch, int index, int localLink, long nowNanos, Opened result) {
        int offset = batch.offset(index);
        if (batch.length(index) < HEADER_BYTES) {
            return OpenOutcome.SHORT;
        }
        int peer = batch.buffer().get(offset) & 0xFF;
        if (peer == HANDSHAKE) {
            return OpenOutcome.HANDSHAKE;
        }
        if (peer > 0) {
            return OpenOutcome.UNKNOWN_PEER;
        }
        result.set(
                peer,
                batch.buffer().get(offset + 1) & 0xFF,
                batch.buffer().getInt(offset + 2),
                offset + HEADER_BYTES,
                batch.length(index) - HEADER_BYTES);
        Session confirmed = confirmNext;
        if (confirmed != null) {
            confirmNext = null;
            result.confirm(confirmed);
        }
        return OpenOutcome.OPENED;
    }

    @Override
    public void addPeer(int peer, String name, ProviderConfig options) {}

    @Override
    public void removePeer(int peer) {}

    @Override
    public void renumber(int peer, long nowNanos, HandshakeOutput out) {
        renumberings++;
    }

    @Override
    public void connect(int peer, long nowNanos, HandshakeOutput out) {
        out.established(new TestSession(7));
    }

    @Override
    public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        handshakesReceived++;
    }

    @Override
    public void poll(long nowNanos, HandshakeOutput out) {}

    @Override
    public long nanosToDeadline(long nowNanos) {
        return Long.MAX_VALUE;
    }

    @Override
    public void close() {}

    record TestSession(long association) implements Session {
        @Override
        public int peer() {
            return 0;
        }
    }
}
