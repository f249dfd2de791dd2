package io.aggr.badinput;

import io.aggr.internal.driver.NioUdpLinkProvider;
import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.spi.ProviderConfig;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A real socket that a test can break, so that another one has to be opened. */
final class BreakableLink implements Link {

    /** Opens them, and knows how often that was tried. */
    static final class Provider implements LinkProvider {
        final AtomicInteger tries = new AtomicInteger();
        private final NioUdpLinkProvider real = new NioUdpLinkProvider();
        private volatile @Nullable BreakableLink last;

        /** Breaks the link that was opened last. */
        void breakLink() {
            BreakableLink link = last;
            if (link != null) {
                link.broken = true;
            }
        }

        @Override
        public String name() {
            return "breakable";
        }

        @Override
        public boolean supports(LinkSettings settings) {
            return real.supports(settings);
        }

        @Override
        public Link open(LinkSettings settings, ProviderConfig options) throws IOException {
            tries.incrementAndGet();
            BreakableLink link = new BreakableLink(real.open(settings, options));
            last = link;
            return link;
        }
    }

    private final Link real;
    private volatile boolean broken;

    private BreakableLink(Link real) {
        this.real = real;
    }

    @Override
    public String name() {
        return real.name();
    }

    @Override
    public Watch watch() {
        return real.watch();
    }

    @Override
    public int overheadBytes(int remote) {
        return real.overheadBytes(remote);
    }

    @Override
    public int maxDatagramBytes() {
        return real.maxDatagramBytes();
    }

    @Override
    public int receive(PacketBatch batch) {
        return real.receive(batch);
    }

    @Override
    public LinkFault receiveFault() {
        return real.receiveFault();
    }

    @Override
    public int send(PacketBatch batch, int from, int count, int remote) {
        return broken ? 0 : real.send(batch, from, count, remote);
    }

    @Override
    public LinkFault fault() {
        return broken ? LinkFault.DEVICE_GONE : real.fault();
    }

    @Override
    public boolean isKept(int remote) {
        return real.isKept(remote);
    }

    @Override
    public int keep(int remote) {
        return real.keep(remote);
    }

    @Override
    public void release(int remote) {
        real.release(remote);
    }

    @Override
    public @Nullable SocketAddress address(int remote) {
        return real.address(remote);
    }

    @Override
    public @Nullable SocketAddress localAddress() {
        return real.localAddress();
    }

    @Override
    public void close() {
        real.close();
    }
}
