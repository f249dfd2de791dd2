package io.aggr.tun.linux;

import io.aggr.link.Poller;
import io.aggr.link.PollerProvider;
import io.aggr.spi.Availability;
import io.aggr.tun.linux.internal.libc.LinuxSupport;
import io.aggr.tun.linux.internal.poll.LinuxPoller;
import java.io.IOException;

/**
 * Pollers of Linux, provider {@code linux}: ppoll(2) with nanosecond time-outs. The thread that waits gets exact timers for the rest of its
 * life (prctl(2), PR_SET_TIMERSLACK).
 *
 * @since 0.1
 */
public final class LinuxPollerProvider implements PollerProvider {

    /** Makes a provider; there is no state in it. */
    public LinuxPollerProvider() {}

    @Override
    public String name() {
        return "linux";
    }

    @Override
    public Availability availability() {
        return LinuxSupport.availability();
    }

    @Override
    public Poller open() throws IOException {
        return new LinuxPoller();
    }
}
