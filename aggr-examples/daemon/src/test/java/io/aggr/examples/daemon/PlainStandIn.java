package io.aggr.examples.daemon;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.spi.ProviderConfig;
import java.util.function.LongSupplier;

/** An encapsulation that can be named and not made. */
public final class PlainStandIn implements EncapsulatorProvider {

    /** Made by ServiceLoader. */
    public PlainStandIn() {}

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
        throw new UnsupportedOperationException();
    }
}
