package io.aggr.tun.linux;

import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import io.aggr.tun.linux.internal.tun.TunOpener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * TUN devices of Linux, provider {@code linux}.
 *
 * <p>A device that does not exist is made and vanishes when it is closed; one that exists (made with {@code ip tuntap add}) is used and
 * left as it was found. A {@code %d} in the name becomes the first free number. With {@code configure = false} MTU, addresses, routes and
 * state are left to somebody else, and the device's MTU is the interface's.
 *
 * <p>Making or configuring a device needs CAP_NET_ADMIN; using a configured one that belongs to the process's user needs nothing.
 *
 * <p>Options: {@code txqueuelen}, the packets that the kernel keeps for the reader, 1 to 10000, default 1000. What does not fit is dropped by
 * the kernel and counted at the interface: a host that sends 64 KiB at once, as kernels do, fills 46 of them in microseconds.
 *
 * @since 0.1
 */
public final class LinuxTunProvider implements TunProvider {

    private static final int DEFAULT_QUEUE_PACKETS = 1000;
    private static final int MOST_QUEUE_PACKETS = 10_000;

    /** Makes a provider; there is no state in it. */
    public LinuxTunProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public Availability availability() {
        Availability here = LinuxSupport.availability();
        if (!here.usable()) {
            return here;
        }
        Path device = Path.of(TunOpener.CLONE_DEVICE);
        if (!Files.exists(device)) {
            return Availability.no("no " + device + "; load the module tun (modprobe tun), or pass the device into"
                    + " the container");
        }
        if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Availability.no("no right to open " + device + "; run as root, or grant CAP_NET_ADMIN and access");
        }
        return Availability.AVAILABLE;
    }

    @Override
    public TunDevice open(TunSettings settings, ProviderConfig options) throws IOException {
        int queuePackets = (int) options.integer("txqueuelen", DEFAULT_QUEUE_PACKETS, 1, MOST_QUEUE_PACKETS);
        return TunOpener.open(settings, queuePackets);
    }
}
