package io.aggr.tun.openbsd;

import io.aggr.link.Link;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.udp.LocalMtu;
import io.aggr.tun.openbsd.internal.udp.UdpOpener;
import java.io.IOException;

/**
 * UDP links on sockets of OpenBSD, provider {@code udp-native}: can send by a routing table of their own (rtable), and make no garbage per datagram. A
 * link with a remote address is connected to it; one without takes datagrams from anybody of the family of its local address. A socket of IPv6 takes
 * no IPv4 on OpenBSD, so a hub for both families listens twice.
 *
 * <p>OpenBSD cannot bind a socket to an interface. A line gets its way by its routing table, or by its local address and a rule of pf(4); the
 * latter works with the portable provider {@code udp} as well.
 *
 * <p>Datagrams over IPv4 leave without the don't-fragment bit, so the path's MTU is not searched for; over IPv6 it is.
 *
 * <p>Options: {@code receive-buffer-bytes} (default 4194304) and {@code send-buffer-bytes} (default 1048576), 4096 to 268435456 each. The kernel gives
 * at most 2 MiB; where it refuses, half as much is asked for, and so on.
 *
 * @since 0.1
 */
public final class NativeUdpLinkProvider implements LinkProvider {

    /** Above the portable provider's 0, as on other systems. */
    private static final int PRIORITY = 10;

    private static final int DEFAULT_RECEIVE_BYTES = 4 << 20;
    private static final int DEFAULT_SEND_BYTES = 1 << 20;
    private static final int LEAST_BYTES = 4096;
    private static final int MOST_BYTES = 256 << 20;

    private final Platform platform;
    private final LocalMtu localMtu;

    /** Makes a provider; there is no state in it. */
    public NativeUdpLinkProvider() {
        this(Platform.current(), LocalMtu.SYSTEM);
    }

    NativeUdpLinkProvider(Platform platform, LocalMtu localMtu) {
        this.platform = platform;
        this.localMtu = localMtu;
    }

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
        return platform.availability();
    }

    /** {@inheritDoc} Everything but a device, and far ends without a port. */
    @Override
    public boolean supports(LinkSettings settings) {
        return settings.device() == null
                && (settings.remote() == null || settings.remote().getPort() != 0);
    }

    @Override
    public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
        int receiveBytes =
                (int) options.integer("receive-buffer-bytes", DEFAULT_RECEIVE_BYTES, LEAST_BYTES, MOST_BYTES);
        int sendBytes = (int) options.integer("send-buffer-bytes", DEFAULT_SEND_BYTES, LEAST_BYTES, MOST_BYTES);
        if (!supports(settings)) {
            throw new IllegalArgumentException("link " + settings.name() + ": OpenBSD binds no socket to a device; give"
                    + " the line an rtable, or a local address and a rule of pf(4)");
        }
        return UdpOpener.open(platform.libc(), localMtu, settings, receiveBytes, sendBytes);
    }
}
