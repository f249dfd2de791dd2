package io.aggr.tun.linux.internal.netlink;

import io.aggr.link.NetworkMonitorProvider.NetworkMonitor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.PollSet;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to the kernel's announcements about interfaces and addresses (rtnetlink(7)) on a thread of its own. What they say is not read: whoever
 * is called looks for himself. So a message that got lost because many came at once costs nothing.
 */
public final class NetlinkMonitor implements NetworkMonitor {

    private static final Logger log = LoggerFactory.getLogger(NetlinkMonitor.class);

    private static final int NETLINK_ROUTE = 0;
    private static final int RTMGRP_LINK = 0x1;
    private static final int RTMGRP_IPV4_IFADDR = 0x10;
    private static final int RTMGRP_IPV6_IFADDR = 0x100;
    private static final int SOCKADDR_NL_BYTES = 12;
    private static final int RECEIVE_BYTES = 8 * 1024;
    private static final long WAIT_NANOS = 60_000_000_000L;

    private final int descriptor;
    private final PollSet set;
    private final NativeMemory received = new NativeMemory(RECEIVE_BYTES);
    private final Runnable onChange;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * Listens from now on, in the network namespace of the calling thread.
     *
     * @param onChange called on the monitor's thread after something has changed
     * @throws IOException if the system refuses
     */
    public NetlinkMonitor(Runnable onChange) throws IOException {
        this.onChange = onChange;
        descriptor =
                Libc.socket(Libc.AF_NETLINK, Libc.SOCK_RAW | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, NETLINK_ROUTE);
        if (descriptor < 0) {
            throw new SystemCallException("socket(AF_NETLINK)", Libc.errno(), "");
        }
        boolean done = false;
        try {
            // struct sockaddr_nl { u16 family; u16 pad; u32 pid; u32 groups; }
            received.buffer()
                    .putShort(0, (short) Libc.AF_NETLINK)
                    .putShort(2, (short) 0)
                    .putInt(4, 0)
                    .putInt(8, RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR);
            if (Libc.bind(descriptor, received.address(), SOCKADDR_NL_BYTES) < 0) {
                throw new SystemCallException("bind(AF_NETLINK)", Libc.errno(), "");
            }
            set = new PollSet();
            done = true;
        } finally {
            if (!done) {
                Libc.close(descriptor);
            }
        }
        set.add(descriptor, Libc.POLLIN);
        thread = new Thread(this::run, "aggr-network-monitor");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try {
            while (!closed) {
                if (set.await(WAIT_NANOS) > 0 && drain()) {
                    onChange.run();
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("changes of the network are noticed late from now on: {}", e.getMessage());
        } finally {
            Libc.close(descriptor);
        }
    }

    private boolean drain() {
        boolean any = false;
        while (true) {
            long count = Libc.recvfrom(descriptor, received.address(), RECEIVE_BYTES, 0, 0, 0);
            if (count >= 0) {
                any = true;
                continue;
            }
            int errno = Libc.errno();
            if (errno == Errno.EAGAIN) {
                return any;
            }
            // Too many at once: something has changed, that is all we want to know.
            any |= errno == Errno.ENOBUFS;
            if (errno != Errno.EINTR && errno != Errno.ENOBUFS) {
                return any;
            }
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            set.close();
        }
    }
}
