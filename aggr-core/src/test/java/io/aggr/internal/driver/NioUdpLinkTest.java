package io.aggr.internal.driver;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkSettings;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated
class NioUdpLinkTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final NioUdpLinkProvider provider = new NioUdpLinkProvider();
    private final List<Link> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(Link::close);
    }

    @Test
    void carries_datagrams_in_order_between_a_site_and_a_hub_and_back() throws IOException {
        Link hub = listen();
        Link site = connect(hub);

        assertThat(send(site, Link.CONFIGURED_REMOTE, "one", "two", "three")).isEqualTo(3);
        PacketBatch atHub = receive(hub, 3);
        assertThat(texts(atHub)).containsExactly("one", "two", "three");

        int remote = hub.keep(atHub.remote(0));
        assertThat(hub.isKept(remote)).isTrue();
        assertThat(hub.address(remote)).isEqualTo(site.localAddress());
        assertThat(send(hub, remote, "four")).isEqualTo(1);
        assertThat(texts(receive(site, 1))).containsExactly("four");
    }

    @Test
    void names_a_kept_far_end_with_the_same_id_again() throws IOException {
        Link hub = listen();
        Link site = connect(hub);
        send(site, Link.CONFIGURED_REMOTE, "first");
        PacketBatch batch = receive(hub, 1);
        assertThat(hub.isKept(batch.remote(0))).isFalse();
        int kept = hub.keep(batch.remote(0));

        send(site, Link.CONFIGURED_REMOTE, "second");
        assertThat(receive(hub, 1).remote(0)).isEqualTo(kept);

        hub.release(kept);
        send(site, Link.CONFIGURED_REMOTE, "third");
        assertThat(hub.isKept(receive(hub, 1).remote(0))).isFalse();
    }

    @Test
    void tells_two_far_ends_of_one_batch_apart() throws IOException {
        Link hub = listen();
        Link a = connect(hub);
        Link b = connect(hub);
        send(a, Link.CONFIGURED_REMOTE, "from a");
        send(b, Link.CONFIGURED_REMOTE, "from b");
        PacketBatch batch = receive(hub, 2);

        assertThat(batch.remote(0)).isNotEqualTo(batch.remote(1));
        assertThat(hub.address(batch.remote(1))).isEqualTo(b.localAddress());
        assertThat(hub.keep(batch.remote(0))).isNotEqualTo(hub.keep(batch.remote(1)));
    }

    @Test
    void row_03_drops_and_counts_what_is_longer_than_the_room_instead_of_cutting_it() throws IOException {
        Link hub = listen();
        Link site = connect(hub);
        send(site, Link.CONFIGURED_REMOTE, "x".repeat(2_000), "short");

        assertThat(texts(receive(hub, 1))).containsExactly("short");
        assertThat(hub.oversizedDatagrams()).isEqualTo(1);
    }

    @Test
    void row_53_says_that_a_datagram_is_too_large_for_udp() throws IOException {
        Link hub = listen();
        Link site = connect(hub);
        PacketBatch batch = new PacketBatch(new Slab(70_000), 1);
        batch.open(0, 70_000);
        batch.add(64, 66_000);

        assertThat(site.send(batch, 0, 1, Link.CONFIGURED_REMOTE)).isZero();
        assertThat(site.fault()).isEqualTo(LinkFault.TOO_LARGE);
        assertThat(send(site, Link.CONFIGURED_REMOTE, "goes on")).isEqualTo(1);
    }

    @Test
    void row_55_takes_a_port_unreachable_as_a_hint_and_goes_on() throws IOException {
        int port;
        try (DatagramSocket gone = new DatagramSocket(0, LOOPBACK)) {
            port = gone.getLocalPort();
        }
        Link site = open(LinkSettings.to("site", new InetSocketAddress(LOOPBACK, port)));
        send(site, Link.CONFIGURED_REMOTE, "nobody is there");

        PacketBatch batch = batch();
        assertThat(site.receive(batch)).isZero();
        assertThat(site.receiveFault()).isIn(LinkFault.REFUSED, LinkFault.NONE);
        assertThat(send(site, Link.CONFIGURED_REMOTE, "again", "and again")).isGreaterThan(0);
    }

    @Test
    void answers_closed_after_it_was_closed() throws IOException {
        Link hub = listen();
        Link site = connect(hub);
        site.close();
        site.close();

        assertThat(send(site, Link.CONFIGURED_REMOTE, "late")).isZero();
        assertThat(site.fault()).isEqualTo(LinkFault.CLOSED);
        assertThat(site.receive(batch())).isZero();
    }

    @Test
    void row_80_names_the_link_the_address_and_the_reason_when_a_port_is_taken() throws IOException {
        Link hub = listen();
        InetSocketAddress taken = (InetSocketAddress) hub.localAddress();

        assertThatThrownBy(() -> open(LinkSettings.listening("second", taken)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("link second")
                .hasMessageContaining(":" + taken.getPort())
                .hasMessageContaining("in use");
    }

    @Test
    void leaves_devices_and_routing_tables_to_others() {
        LinkSettings settings = LinkSettings.to("l", new InetSocketAddress(LOOPBACK, 1));
        assertThat(provider.supports(settings)).isTrue();
        assertThat(provider.supports(settings.withDevice("eth0"))).isFalse();
        assertThat(provider.supports(settings.withRoutingTable(3))).isFalse();
    }

    private Link listen() throws IOException {
        return open(LinkSettings.listening("hub", new InetSocketAddress(LOOPBACK, 0)));
    }

    private Link connect(Link hub) throws IOException {
        return open(LinkSettings.to("site", (InetSocketAddress) hub.localAddress()));
    }

    private Link open(LinkSettings settings) throws IOException {
        Link link = provider.open(settings, ProviderConfig.none());
        open.add(link);
        return link;
    }

    private static int send(Link link, int remote, String... texts) {
        PacketBatch batch = batch();
        for (String text : texts) {
            byte[] bytes = text.getBytes(US_ASCII);
            int offset = batch.nextOffset();
            batch.buffer().put(offset, bytes);
            batch.add(offset, bytes.length);
        }
        return link.send(batch, 0, texts.length, remote);
    }

    /** Loopback delivers at once, but the receiving side may need a moment on a busy machine. */
    private static PacketBatch receive(Link link, int count) {
        PacketBatch batch = new PacketBatch(new Slab(8 * 1_700), 8);
        batch.open(0, 8 * 1_700);
        for (long tries = 0; batch.size() < count && tries < 50_000_000; tries++) {
            link.receive(batch);
            Thread.onSpinWait();
        }
        assertThat(batch.size()).isEqualTo(count);
        return batch;
    }

    private static PacketBatch batch() {
        PacketBatch batch = new PacketBatch(new Slab(16_384), 8);
        batch.open(0, 16_384);
        return batch;
    }

    private static List<String> texts(PacketBatch batch) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            byte[] bytes = new byte[batch.length(i)];
            batch.buffer().get(batch.offset(i), bytes);
            texts.add(new String(bytes, US_ASCII));
        }
        return texts;
    }
}
