package io.aggr.internal.ipip;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.Opener;
import io.aggr.encap.Sealer;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;

/**
 * The datagram is the inner packet. There is nobody to agree with on anything, so the handshake is over as soon as it begins: a session says which
 * line each local link belongs to, since the addresses of a tunnel are all that tells it from others.
 */
final class IpipEncapsulator implements Encapsulator, Handshake {

    private static final EncapsulationTraits TRAITS = new EncapsulationTraits(0, 0, false, false);

    private final IpipSealer sealer = new IpipSealer();
    private final IpipOpener opener = new IpipOpener();

    @Override
    public EncapsulationTraits traits() {
        return TRAITS;
    }

    @Override
    public Sealer sealer() {
        return sealer;
    }

    @Override
    public Opener opener() {
        return opener;
    }

    @Override
    public Handshake handshake() {
        return this;
    }

    @Override
    public void addPeer(int peer, String name, ProviderConfig options) {}

    @Override
    public void removePeer(int peer) {}

    @Override
    public void connect(int peer, long nowNanos, HandshakeOutput out) {
        int count = out.lines(peer);
        if (count == 0) {
            return;
        }
        int[] lines = new int[count];
        int[] localLinks = new int[count];
        for (int i = 0; i < count; i++) {
            lines[i] = out.line(peer, i);
            localLinks[i] = out.localLink(peer, lines[i]);
        }
        out.established(new IpipSession(peer, lines, localLinks));
    }

    /** Nothing that arrives belongs to a handshake. */
    @Override
    public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {}

    @Override
    public void poll(long nowNanos, HandshakeOutput out) {}

    @Override
    public long nanosToDeadline(long nowNanos) {
        return Long.MAX_VALUE;
    }

    /** There is no key to wipe. */
    @Override
    public void close() {}
}
