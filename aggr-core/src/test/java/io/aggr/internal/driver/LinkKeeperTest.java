package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.LinkConfig;
import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.link.LinkState;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class LinkKeeperTest {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;

    private final World world = new World();
    private final LinkKeeper keeper = new LinkKeeper(world, world, Thread::new, "test", this::lookUp);
    private long now = -10 * SECOND;

    /** A system with one interface, and what becomes of links in it. */
    private static final class World implements LinkKeeper.Opener, LinkKeeper.Listener {
        private final List<String> events = new ArrayList<>();
        private final List<InetSocketAddress> remotes = new ArrayList<>();
        private LinkSite site = new LinkSite(true, 3, true);
        private boolean refuses;
        private int tries;
        private int lookups;
        private boolean resolves = true;
        private byte[] resolved = {10, 0, 0, 2};
        private int routes;

        @Override
        public Link open(LinkConfig config) throws IOException {
            tries++;
            if (refuses) {
                throw new SocketException("Too many open files");
            }
            InetSocketAddress remote = config.settings().remote();
            if (remote != null) {
                remotes.add(remote);
            }
            return new NioUdpLink(
                    LinkSettings.listening("link", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)));
        }

        @Override
        public @Nullable SourceRoute route(LinkConfig config) {
            routes++;
            return () -> routes--;
        }

        @Override
        public LinkSite site(LinkSettings settings, Link link) {
            return site;
        }

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            assertThat(host).isEqualTo("hub.example.net");
            lookups++;
            if (!resolves) {
                throw new UnknownHostException(host);
            }
            return new InetAddress[] {InetAddress.getByAddress(host, resolved)};
        }

        @Override
        public void onGone(int localLink) {
            events.add("gone");
        }

        @Override
        public void onRenewed(int localLink, RenewableLink link, Link next) {
            events.add("renewed");
            link.exchange(next).close();
        }

        @Override
        public void onError(Error error) {
            throw error;
        }
    }

    private boolean slowResolver;
    private final List<Runnable> lookups = new ArrayList<>();

    private void lookUp(Runnable task) {
        if (slowResolver) {
            lookups.add(task);
        } else {
            task.run();
        }
    }

    private RenewableLink open() throws IOException {
        InetAddress hub = InetAddress.getByAddress("hub.example.net", new byte[] {10, 0, 0, 2});
        return keeper.open(LinkConfig.udp("line", new InetSocketAddress(hub, 5080)));
    }

    private void look(long afterNanos) {
        now += afterNanos;
        int before = world.events.size();
        keeper.look(now);
        if (world.events.size() > before
                && world.events.get(world.events.size() - 1).equals("renewed")) {
            keeper.onInUse(0);
        }
    }

    @Test
    void row_57_a_link_that_cannot_be_opened_for_want_of_descriptors_is_tried_again_with_growing_pauses()
            throws IOException {
        try (Link link = open()) {
            world.site = new LinkSite(true, 4, true);
            world.refuses = true;
            int tries = world.routes;
            for (int i = 0; i < 60; i++) {
                look(SECOND / 2);
            }
            assertThat(world.events).isEmpty();
            assertThat(link.localAddress()).as("the old socket stays").isNotNull();
            assertThat(world.routes - tries).isZero();
            assertThat(world.tries).as("within 30 s").isBetween(7, 12);
            world.refuses = false;
            look(5 * SECOND);
            assertThat(world.events).containsExactly("renewed");
        }
    }

    @Test
    void row_57_a_link_that_is_well_is_left_alone_while_the_system_does_not_say_where_it_is() throws IOException {
        try (Link link = open()) {
            LinkSite home = world.site;
            world.site = new LinkSite(true, -1, true);
            for (int i = 0; i < 10; i++) {
                look(SECOND);
            }
            world.site = home;
            look(SECOND);
            assertThat(world.events).isEmpty();
            assertThat(link.localAddress()).isNotNull();
            // Opened while nobody could say where: known as soon as somebody can, and then it matters.
            world.site = new LinkSite(true, -1, true);
            keeper.onLinkFailed(0);
            look(SECOND);
            assertThat(world.events).containsExactly("renewed");
            world.site = new LinkSite(true, 8, true);
            look(SECOND);
            assertThat(world.events).containsExactly("renewed");
            world.site = new LinkSite(true, 9, true);
            look(SECOND);
            assertThat(world.events).containsExactly("renewed", "renewed");
        }
    }

    @Test
    void leaves_a_link_alone_that_is_well() throws IOException {
        try (Link link = open()) {
            look(SECOND);
            look(60 * SECOND);
            assertThat(world.events).isEmpty();
            assertThat(link.localAddress()).isNotNull();
        }
    }

    @Test
    void says_once_that_the_interface_is_gone_and_opens_the_link_when_it_is_back() throws IOException {
        try (Link link = open()) {
            Object before = link.localAddress();
            world.site = new LinkSite(false, 0, false);
            look(SECOND);
            look(SECOND);
            assertThat(world.events).containsExactly("gone");
            world.site = new LinkSite(true, 4, true);
            look(MILLI);
            assertThat(world.events).containsExactly("gone", "renewed");
            assertThat(link.localAddress()).isNotEqualTo(before);
            look(SECOND);
            assertThat(world.events).hasSize(2);
            assertThat(world.routes).as("the route of before was given back").isEqualTo(1);
        }
        keeper.close();
        assertThat(world.routes).isZero();
    }

    @Test
    void gives_a_silent_line_another_socket_also_where_the_clock_of_the_system_is_negative() throws IOException {
        now = -1_000_000 * SECOND;
        try (Link link = open()) {
            keeper.onLineState("line", LinkState.DOWN, now);
            look(2 * SECOND);
            assertThat(world.events).isEmpty();
            look(2 * SECOND);
            assertThat(world.events).containsExactly("renewed");
            look(20 * SECOND);
            assertThat(world.events).as("not so soon again").hasSize(1);
            assertThat(link.name()).isEqualTo("link");
        }
    }

    @Test
    void row_51_opens_a_link_again_whose_interface_is_another_one_of_the_same_name() throws IOException {
        try (Link link = open()) {
            world.site = new LinkSite(true, 4, true);
            look(SECOND);
            assertThat(world.events).containsExactly("renewed");
            assertThat(link.name()).isEqualTo("link");
        }
    }

    @Test
    void row_32_opens_a_link_again_whose_address_has_changed() throws IOException {
        try (Link link = open()) {
            world.site = new LinkSite(true, 3, false);
            world.refuses = true;
            look(SECOND);
            world.refuses = false;
            world.site = new LinkSite(true, 3, true);
            look(900 * MILLI);
            assertThat(world.events).as("it waits after a failure").containsExactly("gone");
            look(100 * MILLI);
            assertThat(world.events).containsExactly("gone", "renewed");
            assertThat(link.watch()).isNotNull();
        }
    }

    @Test
    void tries_at_once_when_the_network_has_changed() throws IOException {
        try (Link link = open()) {
            world.refuses = true;
            keeper.onLinkFailed(0);
            look(MILLI);
            world.refuses = false;
            look(MILLI);
            assertThat(world.events).isEmpty();
            keeper.onNetworkChange();
            look(MILLI);
            assertThat(world.events).containsExactly("renewed");
            assertThat(link.watch()).isNotNull();
        }
    }

    @Test
    void row_79_a_link_whose_name_is_not_known_yet_waits_for_it_and_no_other_waits_for_that() throws IOException {
        InetAddress unknown = InetAddress.getByAddress("hub.example.net", new byte[4]);
        world.resolves = false;
        try (Link waiting = keeper.open(LinkConfig.udp("line", new InetSocketAddress(unknown, 5080)))) {
            assertThat(world.remotes).isEmpty();
            for (int i = 0; i < 60; i++) {
                look(SECOND / 2);
            }
            assertThat(world.events).isEmpty();
            assertThat(world.lookups).as("within 30 s").isBetween(7, 12);
            world.resolves = true;
            look(5 * SECOND);
            assertThat(world.events).containsExactly("renewed");
            assertThat(world.remotes).singleElement().asString().contains("10.0.0.2");
            assertThat(waiting.localAddress()).isNotNull();
        }
    }

    @Test
    void row_79_looks_the_far_end_up_again_while_its_line_is_down() throws IOException {
        try (Link link = open()) {
            world.resolved = new byte[] {10, 0, 0, 9};
            look(SECOND);
            assertThat(world.remotes).hasSize(1);
            keeper.onLineState("line", LinkState.DOWN, now);
            look(2 * SECOND);
            assertThat(world.remotes).hasSize(1);
            look(SECOND);
            assertThat(world.remotes).hasSize(2).last().asString().contains("10.0.0.9");
            keeper.onLineState("line", LinkState.UP, now);
            look(60 * SECOND);
            assertThat(world.remotes).hasSize(2);
            assertThat(link.watch()).isNotNull();
        }
    }

    @Test
    void lets_a_link_wait_whose_interface_is_not_there_yet() throws IOException {
        world.refuses = true;
        world.site = new LinkSite(false, 0, false);
        List<IOException> refused = new ArrayList<>();
        InetAddress hub = InetAddress.getByAddress(new byte[] {10, 0, 0, 2});
        try (Link link = keeper.openOrWait(LinkConfig.udp("line", new InetSocketAddress(hub, 5080)), refused::add)) {
            assertThat(refused).hasSize(1);
            assertThat(keeper.complaints()).containsExactly("link line cannot be opened yet: Too many open files");
            look(SECOND);
            assertThat(world.events).isEmpty();
            world.refuses = false;
            world.site = new LinkSite(true, 3, true);
            look(4 * SECOND);
            assertThat(world.events).containsExactly("renewed");
            assertThat(keeper.complaints()).isEmpty();
            world.site = new LinkSite(false, 0, false);
            look(SECOND);
            assertThat(world.events).as("watched from now on").endsWith("gone");
            assertThat(link.name()).isEqualTo("link");
        }
    }

    @Test
    void waits_for_no_resolver() throws IOException {
        slowResolver = true;
        try (Link link = open()) {
            world.resolved = new byte[] {10, 0, 0, 9};
            look(SECOND);
            keeper.onLineState("line", LinkState.DOWN, now);
            look(4 * SECOND);
            assertThat(world.remotes).as("opened anew meanwhile").hasSize(2);
            look(40 * SECOND);
            assertThat(lookups).as("one look-up at a time").hasSize(1);
            lookups.get(0).run();
            int before = world.remotes.size();
            look(MILLI);
            assertThat(world.remotes).hasSize(before + 1).last().asString().contains("10.0.0.9");
            assertThat(link.watch()).isNotNull();
        }
    }

    @Test
    void gives_a_link_that_was_just_opened_again_time_to_come_up() throws IOException {
        try (Link link = open()) {
            look(SECOND);
            world.site = new LinkSite(true, 4, true);
            keeper.onLineState("line", LinkState.DOWN, now);
            look(MILLI);
            assertThat(world.events).containsExactly("renewed");
            for (int i = 0; i < 25; i++) {
                look(SECOND);
            }
            assertThat(world.events).hasSize(1);
            assertThat(link.watch()).isNotNull();
        }
    }

    @Test
    void gives_a_line_that_stays_down_a_new_socket_seldom_and_seldomer() throws IOException {
        try (Link link = open()) {
            look(SECOND);
            keeper.onLineState("line", LinkState.DOWN, now);
            for (int i = 0; i < 3_600; i++) {
                look(SECOND);
            }
            assertThat(world.events).hasSizeBetween(8, 12).containsOnly("renewed");
            assertThat(link.watch()).isNotNull();
        }
    }
}
