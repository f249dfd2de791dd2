package io.aggr.tun.linux;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.spi.ProviderConfig;
import io.aggr.testkit.LinkConformance;
import io.aggr.testkit.LinkPair;
import io.aggr.tun.IpPrefix;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Links over the loopback interface keep the contract that all links have in common. */
@OnLinux
class UdpLinkConformanceTest {

    private static Link open(LinkSettings settings) throws Exception {
        return new NativeUdpLinkProvider().open(settings, ProviderConfig.none());
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void keeps_what_a_link_promises(String host) {
        LinkConformance.check(() -> {
            Link hub = open(LinkSettings.listening(
                    "hub", new InetSocketAddress(IpPrefix.parse(host).address(), 0)));
            return new LinkPair(open(LinkSettings.to("line", (InetSocketAddress) hub.localAddress())), hub);
        });
    }
}
