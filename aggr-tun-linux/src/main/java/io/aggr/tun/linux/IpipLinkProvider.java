package io.aggr.tun.linux;

import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.linux.internal.ipip.RawOpener;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Links over raw sockets of protocol 4, provider {@code ipip}: each datagram is the payload of an IPv4 packet, which for the encapsulation of the
 * same name is an inner packet, as gif(4) and the tunnels of other systems send them. A link goes from one IPv4 address to another; both are given
 * without ports, and nothing else tells two links apart.
 *
 * <p>The outer packet is never cut on its way and never put together from pieces that we sent. Needs CAP_NET_RAW. Where the kernel has tunnels of
 * its own between the same addresses, they get the packets too.
 *
 * <p>Options: {@code receive-buffer-bytes} (default 4194304) and {@code send-buffer-bytes} (default 1048576), 4096 to 268435456 each.
 *
 * @since 0.1
 */
public final class IpipLinkProvider implements LinkProvider {

    private static final int DEFAULT_RECEIVE_BYTES = 4 << 20;
    private static final int DEFAULT_SEND_BYTES = 1 << 20;
    private static final int LEAST_BYTES = 4096;
    private static final int MOST_BYTES = 256 << 20;

    /** Makes a provider; there is no state in it. */
    public IpipLinkProvider() {}

    @Override
    public String name() {
        return "ipip";
    }

    @Override
    public Availability availability() {
        if (System.getProperty("os.name", "").equals("OpenBSD")) {
            return Availability.no(
                    "needs Linux; OpenBSD's kernel keeps protocol 4 for gif(4), so use gif(4) itself, or UDP");
        }
        Availability platform = LinuxSupport.availability();
        return platform.usable() && !LinuxSupport.mayOpenRawSockets()
                ? Availability.no("raw sockets need root or CAP_NET_RAW")
                : platform;
    }

    /** {@inheritDoc} A local and a remote IPv4 address, both without a port, and if need be a device. The remote one may have to be looked up yet. */
    @Override
    public boolean supports(LinkSettings settings) {
        InetSocketAddress local = settings.local();
        return settings.routingTable() == LinkSettings.MAIN_TABLE
                && local != null
                && isIpv4(local)
                && !local.getAddress().isAnyLocalAddress()
                && isIpv4(settings.remote());
    }

    private static boolean isIpv4(@Nullable InetSocketAddress address) {
        return address != null && address.getPort() == 0 && address.getAddress() instanceof Inet4Address;
    }

    @Override
    public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
        int receiveBytes =
                (int) options.integer("receive-buffer-bytes", DEFAULT_RECEIVE_BYTES, LEAST_BYTES, MOST_BYTES);
        int sendBytes = (int) options.integer("send-buffer-bytes", DEFAULT_SEND_BYTES, LEAST_BYTES, MOST_BYTES);
        InetSocketAddress remote = settings.remote();
        if (!supports(settings) || remote == null || remote.getAddress().isAnyLocalAddress()) {
            throw new IllegalArgumentException("link " + settings.name()
                    + ": IP-in-IP needs a local and a remote IPv4 address, both without a port");
        }
        return RawOpener.open(settings, receiveBytes, sendBytes);
    }
}
