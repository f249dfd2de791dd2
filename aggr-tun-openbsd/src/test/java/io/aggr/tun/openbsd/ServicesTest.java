package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkProvider;
import io.aggr.link.PollerProvider;
import io.aggr.spi.Provider;
import io.aggr.tun.TunProvider;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ServicesTest {

    private static <P extends Provider> P only(Class<P> kind) {
        return ServiceLoader.load(kind).stream()
                .map(ServiceLoader.Provider::get)
                .filter(p -> p.getClass().getPackageName().equals("io.aggr.tun.openbsd"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void the_service_loader_finds_each_provider_under_its_name() {
        assertThat(only(TunProvider.class).name()).isEqualTo("openbsd");
        assertThat(only(PollerProvider.class).name()).isEqualTo("openbsd");
        assertThat(only(LinkProvider.class).name()).isEqualTo("udp-native");
    }

    @Test
    @DisabledOnOs(value = OS.OPENBSD, disabledReason = "they are usable there")
    void elsewhere_none_is_usable_and_each_says_why() {
        String system = System.getProperty("os.name");
        assertThat(only(TunProvider.class).availability().reason()).isEqualTo("needs OpenBSD, this is " + system);
        assertThat(only(PollerProvider.class).availability().reason()).isEqualTo("needs OpenBSD, this is " + system);
        assertThat(only(LinkProvider.class).availability().reason()).isEqualTo("needs OpenBSD, this is " + system);
    }
}
