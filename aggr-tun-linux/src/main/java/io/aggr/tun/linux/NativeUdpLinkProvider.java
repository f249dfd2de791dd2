package io.aggr.tun.linux;

import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import io.aggr.tun.linux.internal.udp.UdpOpener;
import java.io.IOException;

/**
 * UDP links on sockets of Linux, provider {@code udp-native}: can bind to a device, and makes no garbage per datagram. A link with a remote
 * address is connected to it; one without takes datagrams from anybody, over both families if it listens at {@code ::}.
 *
 * <p>Binding to a device needs CAP_NET_RAW before Linux 5.7 and nothing since.
 *
 * <p>Options: {@code receive-buffer-bytes} (default 4194304) and {@code send-buffer-bytes} (default 1048576), 4096 to 268435456 each.
 * Without CAP_NET_ADMIN the system gives at most what {@code net.core.rmem_max} and {@code net.core.wmem_max} say.
 *
 * @since 0.1
 */
public final class NativeUdpLinkProvider implements LinkProvider {

    /** Above the portable provider's 0: wherever both work, this one does at least as well. */
    private static final int PRIORITY = 10;

    private static final int DEFAULT_RECEIVE_BYTES = 4 << 20;
    private static final int DEFAULT_SEND_BYTES = 1 << 20;
    private static final int LEAST_BYTES = 4096;
    private static final int MOST_BYTES = 256 << 20;

    /** Makes a provider; there is no state in it. */
    public NativeUdpLinkProvider() {}

    @Override
    public String name() {
        return "udp-native";
    }

    @Override
    public int priority() {
        return PRIORITY;
    }

    @Override
    public Availability availability() {
        return LinuxSupport.availability();
    }

    /** {@inheritDoc} Everything but a routing table of its own, which a socket of Linux cannot have, and far ends without a port. */
    @Override
    public boolean supports(LinkSettings settings) {
        return settings.routingTable() == LinkSettings.MAIN_TABLE
                && (settings.remote() == null || settings.remote().getPort() != 0);
    }

    @Override
    public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
        int receiveBytes =
                (int) options.integer("receive-buffer-bytes", DEFAULT_RECEIVE_BYTES, LEAST_BYTES, MOST_BYTES);
        int sendBytes = (int) options.integer("send-buffer-bytes", DEFAULT_SEND_BYTES, LEAST_BYTES, MOST_BYTES);
        if (!supports(settings)) {
            throw new IllegalArgumentException("link " + settings.name() + ": rtable is a setting of OpenBSD; on Linux"
                    + " give device, or local and gateway");
        }
        return UdpOpener.open(settings, receiveBytes, sendBytes);
    }
}
