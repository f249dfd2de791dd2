package io.aggr.tun.openbsd.internal.udp;

import io.aggr.link.LinkFault;
import io.aggr.tun.openbsd.internal.libc.Errno;

/** What the errors of udp(4) mean for a link. */
final class LinkFaults {

    private LinkFaults() {}

    /** The meaning of an error of a send. A full queue of the interface is ENOBUFS here; a rule of pf(4) that blocks is EACCES. */
    static LinkFault onSend(int errno) {
        return switch (errno) {
            case Errno.EAGAIN -> LinkFault.WOULD_BLOCK;
            case Errno.ENOBUFS, Errno.ENOMEM -> LinkFault.NO_BUFFERS;
            case Errno.EMSGSIZE -> LinkFault.TOO_LARGE;
            case Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.ENETDOWN, Errno.EHOSTDOWN -> LinkFault.UNREACHABLE;
            case Errno.EADDRNOTAVAIL, Errno.ENXIO, Errno.ENODEV -> LinkFault.DEVICE_GONE;
            case Errno.ECONNREFUSED -> LinkFault.REFUSED;
            case Errno.EACCES, Errno.EPERM -> LinkFault.DENIED;
            case Errno.EBADF, Errno.EPIPE, Errno.ESHUTDOWN -> LinkFault.CLOSED;
            default -> LinkFault.OTHER;
        };
    }

    /** The meaning of an error of a receive. It looks no route up, so what it says about the far end is from an ICMP message of anybody. */
    static LinkFault onReceive(int errno) {
        LinkFault fault = onSend(errno);
        return switch (fault) {
            case UNREACHABLE, DENIED, TOO_LARGE -> errno == Errno.ENETDOWN ? LinkFault.UNREACHABLE : LinkFault.REFUSED;
            case NONE, WOULD_BLOCK, NO_BUFFERS, DEVICE_GONE, REFUSED, CLOSED, OTHER -> fault;
        };
    }
}
