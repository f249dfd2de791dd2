package io.aggr.internal.noise;

import io.aggr.spi.ProviderConfig;

/** Reads the keys of a peer from its options. Where they are kept is the business of whoever runs the bond. */
public interface PeerOptions {

    /**
     * The peer's public key.
     *
     * @param options of the peer
     * @return 32 bytes
     * @throws IllegalArgumentException if there is none or it is wrong; the message does not quote it
     */
    byte[] publicKey(ProviderConfig options);

    /**
     * The key that both ends share beside the others.
     *
     * @param options of the peer
     * @return all zero if there is none
     * @throws IllegalArgumentException if it is wrong; the message does not quote it
     */
    Secret presharedKey(ProviderConfig options);
}
