package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.internal.driver.BondCheck;
import io.aggr.link.LinkSettings;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigurationTest {

    private static final InetSocketAddress REMOTE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5080);
    private static final TunSettings TUN = TunSettings.named("aggr0");

    @Test
    void refuses_two_links_of_one_name() {
        LinkConfig link = LinkConfig.udp("dsl", REMOTE);
        assertThatThrownBy(() -> PeerConfig.plain("p", 1).withLinks(link, link))
                .hasMessageContaining("peer p")
                .hasMessageContaining("two links named dsl");
    }

    @Test
    void refuses_two_links_of_one_name_at_different_peers() {
        PeerConfig a = peer("a", 1, "10.0.1.0/24").withLinks(LinkConfig.udp("dsl", REMOTE));
        PeerConfig b = peer("b", 2, "10.0.2.0/24").withLinks(LinkConfig.udp("dsl", REMOTE));
        assertThatThrownBy(() -> BondConfig.of("bond", TUN, a, b)).hasMessageContaining("two links are named dsl");
    }

    @Test
    void row_77_refuses_one_network_behind_two_peers_however_it_is_written() {
        PeerConfig a = peer("a", 1, "10.0.1.7/24").withLinks(LinkConfig.udp("x", REMOTE));
        PeerConfig b = peer("b", 2, "10.0.1.0/24").withLinks(LinkConfig.udp("y", REMOTE));
        assertThatThrownBy(() -> BondConfig.of("bond", TUN, a, b))
                .hasMessageContaining("allowed-ips")
                .hasMessageContaining("belongs to both a and b");
    }

    @Test
    void refuses_a_peer_that_nobody_could_reach() {
        assertThatThrownBy(() -> BondConfig.of("bond", TUN, peer("a", 1, "10.0.1.0/24")))
                .hasMessageContaining("peer a has no links");
    }

    @Test
    void refuses_a_rate_that_no_line_has() {
        assertThatThrownBy(() -> LinkRates.of(4, 800)).hasMessageContaining("down must be 8 kbit/s to 1 Tbit/s, got 4");
    }

    @Test
    void refuses_a_gateway_without_an_address_to_route_by() {
        assertThatThrownBy(() -> LinkConfig.udp("dsl", REMOTE).withGateway(InetAddress.getLoopbackAddress()))
                .hasMessageContaining("gateway of link dsl needs a local address");
    }

    @Test
    void refuses_addresses_of_two_families_in_one_link() throws Exception {
        LinkSettings settings = LinkSettings.to("dsl", REMOTE);
        InetSocketAddress ipv6 = new InetSocketAddress(InetAddress.getByName("fd00::1"), 0);
        assertThatThrownBy(() -> settings.withLocal(ipv6)).hasMessageContaining("mixes address families");
    }

    @Test
    void lists_the_names_that_exist_when_one_does_not() {
        Providers providers = Providers.discover();
        assertThatThrownBy(() -> providers.byName(SchedulerProvider.class, "fastest", "scheduler"))
                .hasMessageContaining("there is no scheduler named \"fastest\"")
                .hasMessageContaining("earliest-arrival")
                .hasMessageContaining("round-robin");
    }

    @Test
    void prefers_a_provider_that_was_added_by_hand() {
        SchedulerProvider own = new NamedScheduler("earliest-arrival", Availability.AVAILABLE);
        Providers providers = Providers.discover().with(own);
        assertThat(providers.byName(SchedulerProvider.class, "earliest-arrival", "scheduler"))
                .isSameAs(own);
    }

    @Test
    void of_namesakes_for_several_systems_takes_the_one_that_can_be_used_here() {
        SchedulerProvider here = new NamedScheduler("moody", Availability.AVAILABLE);
        SchedulerProvider elsewhere = new NamedScheduler("moody", Availability.no("needs rain"));
        Providers discovered = Providers.discover();
        assertThat(discovered.with(here).with(elsewhere).byName(SchedulerProvider.class, "moody", "scheduler"))
                .isSameAs(here);
        assertThat(discovered.with(elsewhere).with(here).byName(SchedulerProvider.class, "moody", "scheduler"))
                .isSameAs(here);
    }

    @Test
    void says_why_a_provider_cannot_be_used() {
        Providers providers = Providers.discover().with(new NamedScheduler("moody", Availability.no("needs rain")));
        assertThatThrownBy(() -> providers.byName(SchedulerProvider.class, "moody", "scheduler"))
                .hasMessage("scheduler moody cannot be used: needs rain");
    }

    @Test
    void remembers_a_provider_that_throws_while_it_is_loaded_and_goes_on(@TempDir Path folder) throws Exception {
        Path services = folder.resolve("META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve(SchedulerProvider.class.getName()), ThrowingProvider.class.getName() + "\n");
        try (var loader = new URLClassLoader(
                new URL[] {folder.toUri().toURL()}, getClass().getClassLoader())) {
            Providers providers = Providers.discover(loader);
            assertThat(providers.problems()).singleElement().asString().contains("ThrowingProvider");
            assertThat(providers
                            .byName(SchedulerProvider.class, "round-robin", "scheduler")
                            .name())
                    .isEqualTo("round-robin");
        }
    }

    @Test
    void refuses_an_option_that_nobody_reads() {
        PeerConfig peer = peer("a", 1, "10.0.1.0/24")
                .withLinks(LinkConfig.udp("x", REMOTE))
                .withScheduler(new PeerConfig.Plugin("round-robin", Map.of("weigth", "3")));
        BondConfig config = BondConfig.of("bond", TUN, peer);
        assertThatThrownBy(() -> BondCheck.check(config, Providers.discover(), false))
                .hasMessageContaining("peer a")
                .hasMessageContaining("no option weigth");
    }

    @Test
    void row_78_refuses_plain_without_the_acknowledgement() {
        PeerConfig peer = peer("a", 1, "10.0.1.0/24")
                .withLinks(LinkConfig.udp("x", REMOTE))
                .withAcceptNoAuthentication(false);
        BondConfig config = BondConfig.of("bond", TUN, peer);
        assertThatThrownBy(() -> BondCheck.check(config, Providers.discover(), false))
                .hasMessageContaining("peer a")
                .hasMessageContaining("accept-no-authentication = true");
    }

    private static PeerConfig peer(String name, long id, String... allowedIps) {
        return PeerConfig.plain(name, id).withAllowedIps(allowedIps);
    }

    private record NamedScheduler(String name, Availability availability) implements SchedulerProvider {
        @Override
        public Scheduler create(ProviderConfig config) {
            return (packet, links, nowNanos, picks) -> picks.add(0);
        }
    }

    /** Made by the service loader only. */
    public static final class ThrowingProvider implements SchedulerProvider {

        /** Throws. */
        public ThrowingProvider() {
            throw new IllegalStateException("broken on purpose");
        }

        @Override
        public String name() {
            return "throwing";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            throw new AssertionError("never made");
        }
    }
}
