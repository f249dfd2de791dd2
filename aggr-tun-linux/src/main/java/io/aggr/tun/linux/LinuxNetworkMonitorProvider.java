package io.aggr.tun.linux;

import io.aggr.link.NetworkMonitorProvider;
import io.aggr.spi.Availability;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import io.aggr.tun.linux.internal.netlink.NetlinkMonitor;
import java.io.IOException;

/**
 * The monitor of Linux, provider {@code linux}: what the kernel tells everybody about interfaces and addresses (rtnetlink(7)). Needs no
 * privilege.
 *
 * @since 0.1
 */
public final class LinuxNetworkMonitorProvider implements NetworkMonitorProvider {

    /** Makes a provider; there is no state in it. */
    public LinuxNetworkMonitorProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public Availability availability() {
        return LinuxSupport.availability();
    }

    @Override
    public NetworkMonitor watch(Runnable onChange) throws IOException {
        return new NetlinkMonitor(onChange);
    }
}
