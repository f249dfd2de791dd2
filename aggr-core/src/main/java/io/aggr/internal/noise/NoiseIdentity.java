package io.aggr.internal.noise;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** What the parts of the handshake have in common: who this end is, and where its time and chance come from. */
final class NoiseIdentity {

    private static final byte[] LABEL = "aggr v1".getBytes(StandardCharsets.US_ASCII);

    final StaticKeys keys;
    final Suite suite;
    final Chance chance;
    final byte[] publicKey;
    final byte[] mac1Key;

    private final LongSupplier wallNanos;
    private final StampStore stamps;

    NoiseIdentity(StaticKeys keys, Suite suite, LongSupplier random, LongSupplier wallNanos, StampStore stamps) {
        this.keys = keys;
        this.suite = suite;
        this.wallNanos = wallNanos;
        this.stamps = stamps;
        chance = new Chance(random);
        publicKey = keys.publicKey();
        mac1Key = HandshakeMacs.mac1Key(publicKey);
    }

    /** The clock on the wall. */
    long wallNanos() {
        return wallNanos.getAsLong();
    }

    /** A stamp higher than all before, of this process and of those before it; kept already. */
    long nextStamp() {
        long stamp = Math.max(wallNanos.getAsLong(), stamps.last() + 1);
        stamps.keep(stamp);
        return stamp;
    }

    boolean isLowerThan(byte[] otherPublicKey) {
        return Arrays.compareUnsigned(publicKey, otherPublicKey) < 0;
    }

    /** What both ends of a handshake must have in common beside its messages: label, version and suite, and the initiator's index. */
    static byte[] prologue(byte[] init) {
        byte[] prologue = Arrays.copyOf(LABEL, LABEL.length + HandshakeWire.PROLOGUE_BYTES);
        System.arraycopy(init, 0, prologue, LABEL.length, HandshakeWire.PROLOGUE_BYTES);
        return prologue;
    }

    /** Names an association at both ends, from the ids of both. */
    static long association(long ownId, long peerId) {
        return mix(ownId) + mix(peerId);
    }

    /** Finalizer of SplitMix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014). */
    private static long mix(long id) {
        long z = (id ^ (id >>> 30)) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return z ^ (z >>> 31);
    }
}
