package io.aggr.testkit;

import io.aggr.encap.EncapsulatorProvider;
import io.aggr.internal.driver.ChannelTun;
import io.aggr.internal.driver.NioUdpLinkProvider;
import io.aggr.internal.driver.NoiseEncapsulatorProvider;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The built-in plugins of the kinds that have a test class of their own elsewhere keep their promises, too. */
class BuiltInsConformanceTest {

    // One pair of RFC 7748, section 6.1, and one of cacophony's vectors.
    private static final String CALLER_KEY = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=";
    private static final String CALLER_PUBLIC_KEY = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";
    private static final String CALLEE_KEY = "SjrL/bFj3sZR36MZTezmdtQ3ApxipAi0xeqRFCRuSJM=";
    private static final String CALLEE_PUBLIC_KEY = "MeAwP9ZBjS+MDni5HyLoyu0Pvkhlbc9HZ+SDT3Abj2I=";

    @Test
    void plain_keeps_the_promises_of_an_encapsulator() {
        EncapsulatorProvider plain = new PlainEncapsulatorProvider();
        EncapsulatorEnd end = new EncapsulatorEnd(Map.of(), Map.of("id", "4711"));
        EncapsulatorConformance.check(plain, end, end);
    }

    @ParameterizedTest
    @CsvSource({"aes-256-gcm, ''", "chacha20-poly1305, ''", "aes-256-gcm, 7GTbWJvXNVZoQ4uOLZ4xZ2ITVCfMv6CmR1cFLi4CUkk="
    })
    void noise_keeps_the_promises_of_an_encapsulator(String cipher, String presharedKey) {
        EncapsulatorEnd caller = noiseEnd(cipher, presharedKey, CALLER_KEY, CALLEE_PUBLIC_KEY);
        EncapsulatorEnd callee = noiseEnd(cipher, presharedKey, CALLEE_KEY, CALLER_PUBLIC_KEY);
        EncapsulatorConformance.check(new NoiseEncapsulatorProvider(), caller, callee);
    }

    private static EncapsulatorEnd noiseEnd(String cipher, String presharedKey, String own, String other) {
        Map<String, String> options = Map.of("private-key", own, "cipher", cipher);
        Map<String, String> peer = presharedKey.isEmpty()
                ? Map.of("public-key", other)
                : Map.of("public-key", other, "preshared-key", presharedKey);
        return new EncapsulatorEnd(options, peer);
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
