package io.aggr.internal.encap;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import io.aggr.encap.Opener;
import io.aggr.encap.Sealer;
import io.aggr.internal.frame.DataHeader;
import java.util.function.LongSupplier;

/** Frames behind a header of ten bytes, without key or proof. For lines that are protected already, for comparison and for measurements. */
final class PlainEncapsulator implements Encapsulator {

    private static final EncapsulationTraits TRAITS = new EncapsulationTraits(DataHeader.BYTES, 0, true, false);

    private final PlainSealer sealer = new PlainSealer();
    private final PlainOpener opener;
    private final PlainHandshake handshake;

    /**
     * Makes one without peers.
     *
     * @param random 64 random bits at each call
     */
    PlainEncapsulator(LongSupplier random) {
        PlainPeers peers = new PlainPeers();
        opener = new PlainOpener(peers);
        handshake = new PlainHandshake(random, peers);
    }

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
        return handshake;
    }

    /** There is no key to wipe. */
    @Override
    public void close() {}
}
