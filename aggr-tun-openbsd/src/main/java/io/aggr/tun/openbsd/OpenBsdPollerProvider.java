package io.aggr.tun.openbsd;

import io.aggr.link.Poller;
import io.aggr.link.PollerProvider;
import io.aggr.spi.Availability;
import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.poll.OpenBsdPoller;
import java.io.IOException;

/**
 * Pollers of OpenBSD, provider {@code openbsd}: ppoll(2) and a pipe. A wait ends at a tick of the kernel's clock, so it may last up to two ticks (20 ms)
 * longer than asked for.
 *
 * @since 0.1
 */
public final class OpenBsdPollerProvider implements PollerProvider {

    private final Platform platform;

    /** Makes a provider; there is no state in it. */
    public OpenBsdPollerProvider() {
        this(Platform.current());
    }

    OpenBsdPollerProvider(Platform platform) {
        this.platform = platform;
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
    public Poller open() throws IOException {
        return new OpenBsdPoller(platform.libc());
    }
}
