package io.aggr.internal.ipip;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.spi.ProviderConfig;
import java.util.function.LongSupplier;

/** Makes {@code ipip}, which has no options: outer addresses are those of the links, inner ones belong to the lines. */
public final class IpipEncapsulatorProvider implements EncapsulatorProvider {

    /** For the service loader. */
    public IpipEncapsulatorProvider() {}

    @Override
    public String name() {
        return "ipip";
    }

    @Override
    public boolean authenticates() {
        return false;
    }

    @Override
    public Encapsulator create(ProviderConfig config, LongSupplier random) {
        return new IpipEncapsulator();
    }
}
