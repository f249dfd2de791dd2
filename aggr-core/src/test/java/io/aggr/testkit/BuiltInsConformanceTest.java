package io.aggr.testkit;

import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.driver.ChannelTun;
import io.aggr.internal.driver.NioUdpLinkProvider;
import io.aggr.internal.encap.PlainEncapsulatorProvider;
import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The built-in plugins of the kinds that have a test class of their own elsewhere keep their promises, too. */
class BuiltInsConformanceTest {

    @Test
    void plain_keeps_the_promises_of_an_encapsulator() {
        EncapsulatorProvider plain = new PlainEncapsulatorProvider();
        EncapsulatorEnd end = new EncapsulatorEnd(Map.of(), Map.of("id", "4711"));
        EncapsulatorConformance.check(plain, end, end);
    }

    @Test
    void udp_keeps_the_promises_of_a_link() {
        LinkConformance.check(() -> {
            NioUdpLinkProvider udp = new NioUdpLinkProvider();
            InetAddress loopback = InetAddress.getLoopbackAddress();
            Link callee = udp.open(
                    LinkSettings.listening("callee", new InetSocketAddress(loopback, 0)), ProviderConfig.none());
            try {
                InetSocketAddress far = (InetSocketAddress) Objects.requireNonNull(callee.localAddress());
                return new LinkPair(udp.open(LinkSettings.to("caller", far), ProviderConfig.none()), callee);
            } catch (IOException e) {
                callee.close();
                throw e;
            }
        });
    }

    @Test
    void channel_keeps_the_promises_of_a_tun_device() {
        TunDeviceConformance.check(() -> new TunHarness() {
            private final ChannelTun tun = new ChannelTun(1400, 256);
            private final ByteBuffer target = ByteBuffer.allocateDirect(65_535);

            @Override
            public TunDevice device() {
                return tun;
            }

            @Override
            public void inject(byte[] packet) throws IOException {
                if (!tun.offer(ByteBuffer.wrap(packet))) {
                    throw new IOException("the channel is full");
                }
            }

            @Override
            public byte @Nullable [] extract() {
                target.clear();
                int length = tun.take(target, 0);
                if (length <= 0) {
                    return null;
                }
                byte[] packet = new byte[length];
                target.get(0, packet);
                return packet;
            }

            @Override
            public void close() {
                tun.close();
            }
        });
    }
}
