package io.aggr.sim;

import io.aggr.encap.Encapsulator;
import io.aggr.internal.noise.NoiseEncapsulator;
import io.aggr.internal.noise.PeerOptions;
import io.aggr.internal.noise.Secret;
import io.aggr.internal.noise.StampStore;
import io.aggr.internal.noise.StaticKeys;
import io.aggr.internal.noise.Suite;
import io.aggr.spi.ProviderConfig;
import java.util.Arrays;
import java.util.function.LongSupplier;

/** The two ends' keys where a simulation encrypts. Known to everybody, so good for nothing else. */
enum SimKeys {
    SITE(1),
    HUB(2);

    private final int filling;

    SimKeys(int filling) {
        this.filling = filling;
    }

    private StaticKeys keys() {
        byte[] bytes = new byte[Secret.BYTES];
        Arrays.fill(bytes, (byte) filling);
        return new StaticKeys(Secret.copyOf(bytes));
    }

    /** The encapsulator of this end, which takes the other for its one peer. */
    Encapsulator encapsulator(LongSupplier random, LongSupplier wallNanos) {
        byte[] other = (this == SITE ? HUB : SITE).keys().publicKey();
        return new NoiseEncapsulator(keys(), Suite.USUAL, random, wallNanos, StampStore.inMemory(), new PeerOptions() {
            @Override
            public byte[] publicKey(ProviderConfig options) {
                return other.clone();
            }

            @Override
            public Secret presharedKey(ProviderConfig options) {
                return Secret.copyOf(new byte[Secret.BYTES]);
            }
        });
    }
}
