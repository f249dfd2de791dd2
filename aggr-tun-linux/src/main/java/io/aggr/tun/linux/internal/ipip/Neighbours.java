package io.aggr.tun.linux.internal.ipip;

import io.aggr.tun.linux.internal.libc.Descriptor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * The raw sockets of this process, by local address. The kernel gives each packet to all that are bound to its destination, so each gets a filter
 * that knows the others. One of them, the first, sees what comes from strangers, so that it is counted, and counted once.
 *
 * <p>Any thread.
 */
final class Neighbours {

    private static final List<Tunnel> OPEN = new ArrayList<>();

    private Neighbours() {}

    /** One open socket. */
    record Tunnel(String link, Descriptor socket, InetAddress local, String device, int remote) {}

    /**
     * A socket has been opened. One of the same link with the same ends, which is about to be closed, gets nothing from now on.
     *
     * @return false if another link has the same ends, or the system refuses the filter; the socket is not among them then
     */
    static boolean add(Tunnel tunnel) {
        synchronized (OPEN) {
            for (Tunnel other : List.copyOf(OPEN)) {
                if (isBeside(other, tunnel) && other.remote() == tunnel.remote()) {
                    if (!other.link().equals(tunnel.link())) {
                        return false;
                    }
                    OPEN.remove(other);
                    silence(other);
                }
            }
            OPEN.add(tunnel);
            if (refresh(tunnel.local())) {
                return true;
            }
            OPEN.remove(tunnel);
            return false;
        }
    }

    /** A socket is being closed. */
    static void remove(Tunnel tunnel) {
        synchronized (OPEN) {
            if (OPEN.remove(tunnel)) {
                refresh(tunnel.local());
            }
        }
    }

    private static void silence(Tunnel tunnel) {
        if (tunnel.socket().acquire()) {
            FarEndFilter.refuseAll(tunnel.socket().number());
            tunnel.socket().release();
        }
    }

    private static boolean isBeside(Tunnel one, Tunnel other) {
        return one.local().equals(other.local()) && one.device().equals(other.device());
    }

    private static boolean refresh(InetAddress local) {
        boolean all = true;
        List<Tunnel> seen = new ArrayList<>();
        for (Tunnel tunnel : OPEN) {
            if (!tunnel.local().equals(local)) {
                continue;
            }
            int[] others = OPEN.stream()
                    .filter(other -> !other.equals(tunnel) && isBeside(other, tunnel))
                    .mapToInt(Tunnel::remote)
                    .toArray();
            boolean isFirst = seen.stream().noneMatch(other -> isBeside(other, tunnel));
            seen.add(tunnel);
            if (tunnel.socket().acquire()) {
                all &= FarEndFilter.attach(tunnel.socket().number(), tunnel.remote(), others, isFirst);
                tunnel.socket().release();
            }
        }
        return all;
    }
}
