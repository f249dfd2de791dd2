package io.aggr.internal.encap;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.spi.ProviderConfig;
import java.util.function.LongSupplier;

/** Makes {@code plain}: it has no options for all peers, and one for each peer, {@code id}, a number that both ends share. */
public final class PlainEncapsulatorProvider implements EncapsulatorProvider {

    /** For the service loader. */
    public PlainEncapsulatorProvider() {}

    @Override
    public String name() {
        return "plain";
    }

    @Override
    public boolean authenticates() {
        return false;
    }

    @Override
    public Encapsulator create(ProviderConfig config, LongSupplier random) {
        return new PlainEncapsulator(random);
    }
}
