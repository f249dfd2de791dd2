package io.aggr.internal.noise;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import io.aggr.encap.Opener;
import io.aggr.encap.Sealer;
import io.aggr.internal.frame.DataHeader;
import java.util.function.LongSupplier;

/** Frames behind a header of ten bytes, encrypted, and a tag of sixteen bytes behind them. */
public final class NoiseEncapsulator implements Encapsulator {

    private static final EncapsulationTraits TRAITS =
            new EncapsulationTraits(DataHeader.BYTES, PacketCipher.TAG_BYTES, true, true);

    private final NoiseSealer sealer = new NoiseSealer();
    private final NoiseOpener opener;
    private final NoiseHandshake handshake;

    /**
     * Makes one without peers.
     *
     * @param keys this end's keys; owned by the encapsulator from now on
     * @param suite the cipher of packets
     * @param random 64 random bits at each call
     * @param wallNanos the clock on the wall, nanoseconds since 1970
     * @param stamps where the last stamp is kept
     * @param options reads keys from options
     */
    public NoiseEncapsulator(
            StaticKeys keys,
            Suite suite,
            LongSupplier random,
            LongSupplier wallNanos,
            StampStore stamps,
            PeerOptions options) {
        this(keys, suite, random, wallNanos, stamps, options, Renewal.USUAL);
    }

    /**
     * Makes one without peers that changes its keys at other times than usual.
     *
     * @param keys this end's keys; owned by the encapsulator from now on
     * @param suite the cipher of packets
     * @param random 64 random bits at each call
     * @param wallNanos the clock on the wall, nanoseconds since 1970
     * @param stamps where the last stamp is kept
     * @param options reads keys from options
     * @param renewal when there are new keys
     */
    public NoiseEncapsulator(
            StaticKeys keys,
            Suite suite,
            LongSupplier random,
            LongSupplier wallNanos,
            StampStore stamps,
            PeerOptions options,
            Renewal renewal) {
        SessionTable table = new SessionTable();
        opener = new NoiseOpener(table);
        handshake =
                new NoiseHandshake(new NoiseIdentity(keys, suite, random, wallNanos, stamps), table, options, renewal);
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

    @Override
    public void close() {
        handshake.wipe();
    }
}
