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

    private static <P extends Provider> List<String> names(Class<P> kind) {
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.getClass().getPackageName().equals("io.aggr.tun.linux"))
                .map(Provider::name)
                .toList();
    }

    @Test
    void the_service_loader_finds_each_provider_under_its_name() {
        assertThat(names(TunProvider.class)).containsExactly("linux");
        assertThat(names(LinkProvider.class)).containsExactlyInAnyOrder("udp-native", "ipip");
        assertThat(names(PollerProvider.class)).containsExactly("linux");
        assertThat(names(NetworkMonitorProvider.class)).containsExactly("linux");
        assertThat(names(SourceRouteProvider.class)).containsExactly("linux");
    }
}
