package io.aggr.tun.linux.internal.udp;

import io.aggr.link.LinkFault;
import io.aggr.tun.linux.internal.libc.Errno;

/** What the error numbers of udp(7) and ip(7) mean for a link. */
public final class LinkFaults {

    private LinkFaults() {}

    /** The meaning of an error of a send that is not an error of somebody else's. */
    public static LinkFault onSend(int errno) {
        return switch (errno) {
            case Errno.EAGAIN -> LinkFault.WOULD_BLOCK;
            case Errno.ENOBUFS, Errno.ENOMEM -> LinkFault.NO_BUFFERS;
            case Errno.EMSGSIZE -> LinkFault.TOO_LARGE;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETDOWN, Errno.EHOSTDOWN -> LinkFault.UNREACHABLE;
            // Invalid is what the kernel calls a source address that this machine has no more.
            case Errno.ENODEV, Errno.ENXIO, Errno.EADDRNOTAVAIL, Errno.EINVAL -> LinkFault.DEVICE_GONE;
            case Errno.ECONNREFUSED, Errno.ENOPROTOOPT -> LinkFault.REFUSED;
            case Errno.EPERM, Errno.EACCES -> LinkFault.DENIED;
            case Errno.EBADF, Errno.EPIPE, Errno.ESHUTDOWN -> LinkFault.CLOSED;
            default -> LinkFault.OTHER;
        };
    }

    /**
     * The meaning of an error of a receive. Receiving looks no route up, so whatever it says about reachability comes out of an ICMP message,
     * which anybody may have forged.
     */
    public static LinkFault onReceive(int errno) {
        return switch (errno) {
            case Errno.ENOBUFS, Errno.ENOMEM -> LinkFault.NO_BUFFERS;
            case Errno.ECONNREFUSED,
                    Errno.ENOPROTOOPT,
                    Errno.EHOSTUNREACH,
                    Errno.ENETUNREACH,
                    Errno.EHOSTDOWN,
                    Errno.EACCES,
                    Errno.EMSGSIZE -> LinkFault.REFUSED;
            case Errno.ENETDOWN -> LinkFault.UNREACHABLE;
            case Errno.EBADF, Errno.ESHUTDOWN, Errno.EPIPE -> LinkFault.CLOSED;
            default -> LinkFault.OTHER;
        };
    }
}
