package io.aggr.tun.openbsd;

import io.aggr.spi.Availability;
import io.aggr.spi.ProviderConfig;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunProvider;
import io.aggr.tun.TunSettings;
import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.tun.Surroundings;
import io.aggr.tun.openbsd.internal.tun.TunOpener;
import java.io.IOException;

/**
 * tun(4) devices of OpenBSD, provider {@code openbsd}.
 *
 * <p>The name is that of a unit, {@code tun0} and so on, or {@code tun} or {@code tun%d} for the first that is free. A unit whose interface does not
 * exist gets one, which vanishes when the device is closed; an interface that exists ({@code ifconfig tun0 create}, hostname.if(5)) is used and given
 * back as it was found. With {@code configure = false} MTU, addresses, routes and state are left to somebody else, and the device's MTU is the
 * interface's.
 *
 * <p>Configuring needs root. Using an interface that root has configured needs a node in {@code /dev} that belongs to the process's user.
 *
 * <p>The interface belongs to the routing domain that the process runs in (rdomain(4)). There are no options.
 *
 * @since 0.1
 */
public final class OpenBsdTunProvider implements TunProvider {

    private final Platform platform;
    private final Surroundings surroundings;

    /** Makes a provider; there is no state in it. */
    public OpenBsdTunProvider() {
        this(Platform.current(), Surroundings.SYSTEM);
    }

    OpenBsdTunProvider(Platform platform, Surroundings surroundings) {
        this.platform = platform;
        this.surroundings = surroundings;
    }

    @Override
    public String name() {
        return "openbsd";
    }

    @Override
    public Availability availability() {
        return platform.availability();
    }

    @Override
    public TunDevice open(TunSettings settings, ProviderConfig options) throws IOException {
        if (!TunOpener.isName(settings.name())) {
            throw new IOException("TUN device " + settings.name()
                    + ": OpenBSD calls them tun0, tun1 and so on; tun%d takes the first that is free");
        }
        return TunOpener.open(platform.libc(), surroundings, settings);
    }
}
