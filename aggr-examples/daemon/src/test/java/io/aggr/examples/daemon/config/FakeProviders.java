package io.aggr.examples.daemon.config;

import io.aggr.Providers;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.driver.NoiseEncapsulatorProvider;
import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import java.util.function.LongSupplier;
import org.mockito.Mockito;

/** Providers of the usual names that make nothing. */
public final class FakeProviders {

    private FakeProviders() {}

    /** One of each kind, a second scheduler with the options {@code burst} and {@code hold}, and the real encapsulation with keys. */
    public static Providers usual() {
        return Providers.discover(ClassLoader.getPlatformClassLoader())
                .with(new Encapsulation("plain"))
                .with(new NoiseEncapsulatorProvider())
                .with(new Scheduling("earliest-arrival"))
                .with(new Scheduling("weighted"))
                .with(new Reordering())
                .with(new Lines())
                .with(new Devices());
    }

    private record Encapsulation(String name) implements EncapsulatorProvider {
        @Override
        public boolean authenticates() {
            return false;
        }

        @Override
        public Encapsulator create(ProviderConfig config, LongSupplier random) {
            throw new UnsupportedOperationException();
        }
    }

    private record Scheduling(String name) implements SchedulerProvider {
        @Override
        public Scheduler create(ProviderConfig config) {
            if (name.equals("weighted")) {
                config.integer("burst", 1, 1, 16);
                config.flag("strict", false);
            }
            return Mockito.mock(Scheduler.class);
        }
    }

    private record Reordering() implements ReorderBufferProvider {
        @Override
        public String name() {
            return "gap";
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return Mockito.mock(ReorderBuffer.class);
        }
    }

    private record Lines() implements LinkProvider {
        @Override
        public String name() {
            return "udp";
        }

        @Override
        public boolean supports(LinkSettings settings) {
            return true;
        }

        @Override
        public Link open(LinkSettings settings, ProviderConfig options) {
            throw new UnsupportedOperationException();
        }
    }

    private record Devices() implements TunProvider {
        @Override
        public String name() {
            return "linux";
        }

        @Override
        public TunDevice open(TunSettings settings, ProviderConfig options) {
            throw new UnsupportedOperationException();
        }
    }
}
