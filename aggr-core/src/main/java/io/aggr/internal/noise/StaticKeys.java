package io.aggr.internal.noise;

/** The long-lived keys of this end. */
public final class StaticKeys {

    private final Secret privateKey;
    private final byte[] publicKey;

    /**
     * The pair that belongs to a private key.
     *
     * @param privateKey this end's private key; owned by the pair from now on
     */
    public StaticKeys(Secret privateKey) {
        this.privateKey = privateKey;
        publicKey = X25519.publicKey(privateKey);
    }

    /**
     * What peers know this end by.
     *
     * @return a copy of 32 bytes
     */
    public byte[] publicKey() {
        return publicKey.clone();
    }

    /**
     * What this end is known by to nobody.
     *
     * @return not a copy
     */
    Secret privateKey() {
        return privateKey;
    }

    /**
     * What this end's and a peer's static keys agree on. Costs a quarter of a millisecond, so it is kept with the peer.
     *
     * @param peerPublicKey 32 bytes
     * @return the same at both ends
     * @throws NoiseException if the peer's key is of small order
     */
    Secret shared(byte[] peerPublicKey) throws NoiseException {
        return X25519.agree(privateKey, peerPublicKey);
    }

    /** Overwrites the private key. */
    void wipe() {
        privateKey.wipe();
    }

    @Override
    public String toString() {
        return "StaticKeys(...)";
    }
}
