package io.aggr.tun.linux;

import io.aggr.link.SourceRouteProvider;
import io.aggr.spi.Availability;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import io.aggr.tun.linux.internal.route.SourceRouting;
import java.io.IOException;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * Source routes of Linux, provider {@code linux}: for each source address a rule {@code from ADDRESS lookup TABLE} and a routing table of its
 * own with a default route through the gateway. It needs CAP_NET_ADMIN.
 *
 * <p>Tables are numbered 50800 to 51055, rules have the priorities 20800 to 21055, and all entries the protocol number 80, so that
 * {@code ip rule} and {@code ip route show table all} show which are aggr's. What a run that was killed has left for the same address is
 * replaced. While the interface is down, what is sent from the address is refused instead of leaving by another line.
 *
 * <p>Links of one process that leave from one address share the route, which has to have the same gateway for all. Two processes cannot
 * share an address: the later one takes it over.
 *
 * @since 0.1
 */
public final class LinuxSourceRouteProvider implements SourceRouteProvider {

    /** Makes a provider; what is installed belongs to the process. */
    public LinuxSourceRouteProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public Availability availability() {
        Availability here = LinuxSupport.availability();
        if (here.usable() && !LinuxSupport.mayConfigureNetwork()) {
            return Availability.no("no right to change routes; run as root or grant CAP_NET_ADMIN");
        }
        return here;
    }

    @Override
    public SourceRoute install(InetAddress local, InetAddress gateway, @Nullable String device) throws IOException {
        return SourceRouting.install(local, gateway, device);
    }
}
