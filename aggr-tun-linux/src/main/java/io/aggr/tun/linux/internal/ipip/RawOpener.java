package io.aggr.tun.linux.internal.ipip;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.tun.linux.internal.libc.Descriptor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.SocketOptions;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes raw sockets of protocol 4 and binds them as the settings say. One object opens one link. */
public final class RawOpener {

    private static final Logger log = LoggerFactory.getLogger(RawOpener.class);

    /** The outer header, which the kernel makes. */
    static final int OVERHEAD_BYTES = 20;

    private static final int ADDRESS_BYTES = 16;
    private static final int USUAL_MTU_BYTES = 1500;
    private static final int LEAST_DATAGRAM_BYTES = 508;
    private static final int MOST_DATAGRAM_BYTES = 65_515;

    /** Any port will do: nothing is sent. */
    private static final int SOME_PORT = 9;

    private final LinkSettings settings;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final SocketOptions options;
    private final NativeMemory scratch = new NativeMemory(64);

    private RawOpener(LinkSettings settings) {
        this.settings = settings;
        options = new SocketOptions(settings.name());
        local = Objects.requireNonNull(settings.local());
        remote = Objects.requireNonNull(settings.remote());
    }

    /**
     * Opens a link.
     *
     * @param settings where it begins and ends; both addresses are there and are IPv4
     * @param receiveBufferBytes what the kernel shall hold for the receiver
     * @param sendBufferBytes what the kernel shall hold for the line
     * @return an open link
     * @throws IOException if the system refuses; nothing stays behind then
     */
    public static Link open(LinkSettings settings, int receiveBufferBytes, int sendBufferBytes) throws IOException {
        return new RawOpener(settings).open(receiveBufferBytes, sendBufferBytes);
    }

    private Link open(int receiveBufferBytes, int sendBufferBytes) throws IOException {
        int maxDatagramBytes = maxDatagramBytes();
        int number =
                Libc.socket(Libc.AF_INET, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, Libc.IPPROTO_IPIP);
        if (number < 0) {
            int errno = Libc.errno();
            throw options.failure("raw socket", errno, errno == Errno.EPERM ? "needs root or CAP_NET_RAW" : "");
        }
        boolean done = false;
        try {
            options.setBuffers(number, receiveBufferBytes, sendBufferBytes);
            options.bindToDevice(number, settings.device());
            // The outer packet says "do not fragment", whatever the inner one says: what is too long is answered
            // before, inside.
            options.set(number, Libc.SOL_IP, Libc.IP_MTU_DISCOVER, Libc.IP_PMTUDISC_PROBE);
            write(local);
            if (Libc.bind(number, scratch.address(), ADDRESS_BYTES) < 0) {
                throw options.failure("bind to " + text(local), Libc.errno(), "");
            }
            Neighbours.Tunnel tunnel = new Neighbours.Tunnel(
                    settings.name(),
                    new Descriptor(number),
                    local.getAddress(),
                    settings.device() == null ? "" : settings.device(),
                    ByteBuffer.wrap(remote.getAddress().getAddress()).getInt());
            if (!Neighbours.add(tunnel)) {
                throw new IOException(
                        "link " + settings.name() + ": another link of this process goes from " + text(local) + " to "
                                + text(remote) + " already, and IP-in-IP tells them apart by nothing else");
            }
            done = true;
            log.info(
                    "link {} open at {}{} to {}, IP-in-IP, up to {} bytes",
                    settings.name(),
                    text(local),
                    settings.device() == null ? "" : " on " + settings.device(),
                    text(remote),
                    maxDatagramBytes);
            return new RawLink(settings.name(), tunnel, local, remote, maxDatagramBytes);
        } finally {
            if (!done) {
                Libc.close(number);
            }
        }
    }

    /** What a UDP socket between the same addresses is told of its route. */
    private int maxDatagramBytes() throws IOException {
        int number = Libc.socket(Libc.AF_INET, Libc.SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
        if (number < 0) {
            throw options.failure("socket", Libc.errno(), "");
        }
        try {
            options.bindToDevice(number, settings.device());
            write(local);
            if (Libc.bind(number, scratch.address(), ADDRESS_BYTES) < 0) {
                throw options.failure("bind to " + text(local), Libc.errno(), "");
            }
            write(new InetSocketAddress(remote.getAddress(), SOME_PORT));
            if (Libc.connect(number, scratch.address(), ADDRESS_BYTES) < 0) {
                int errno = Libc.errno();
                boolean noRoute = errno == Errno.ENETUNREACH || errno == Errno.EHOSTUNREACH;
                throw options.failure("route to " + text(remote), errno, noRoute ? "there is no route to it" : "");
            }
            scratch.buffer().putInt(32, 4);
            int told = Libc.getsockopt(number, Libc.SOL_IP, Libc.IP_MTU, scratch.address(), scratch.address() + 32);
            int mtuBytes = told == 0 ? scratch.buffer().getInt(0) : USUAL_MTU_BYTES;
            return Math.max(LEAST_DATAGRAM_BYTES, Math.min(mtuBytes - OVERHEAD_BYTES, MOST_DATAGRAM_BYTES));
        } finally {
            Libc.close(number);
        }
    }

    private void write(InetSocketAddress address) {
        RawLink.writeAddress(scratch.buffer(), address);
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress();
    }
}
