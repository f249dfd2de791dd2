package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkProvider;
import io.aggr.link.NetworkMonitorProvider;
import io.aggr.link.PollerProvider;
import io.aggr.link.SourceRouteProvider;
import io.aggr.spi.Provider;
import io.aggr.tun.TunProvider;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ServicesTest {

    private static <P extends Provider> P only(Class<P> kind) {
        List<P> own = ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.getClass().getPackageName().equals("io.aggr.tun.linux"))
                .toList();
        assertThat(own).hasSize(1);
        return own.get(0);
    }

    @Test
    void the_service_loader_finds_each_provider_under_its_name() {
        assertThat(only(TunProvider.class).name()).isEqualTo("linux");
        assertThat(only(LinkProvider.class).name()).isEqualTo("udp-native");
        assertThat(only(PollerProvider.class).name()).isEqualTo("linux");
        assertThat(only(NetworkMonitorProvider.class).name()).isEqualTo("linux");
        assertThat(only(SourceRouteProvider.class).name()).isEqualTo("linux");
    }
}
