package io.aggr.tun.linux.internal.libc;

import java.util.Map;

/** Error numbers of Linux (errno(3)), the same on x86-64 and aarch64, with the names and words that messages use. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int EMFILE = 24;
    public static final int ENFILE = 23;
    public static final int EPIPE = 32;
    public static final int EBADFD = 77;
    public static final int EMSGSIZE = 90;
    public static final int ENOPROTOOPT = 92;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ECONNRESET = 104;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ESHUTDOWN = 108;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTDOWN = 112;
    public static final int EHOSTUNREACH = 113;

    private static final Map<Integer, String> WORDS = Map.ofEntries(
            Map.entry(EPERM, "EPERM, operation not permitted"),
            Map.entry(ENOENT, "ENOENT, no such file"),
            Map.entry(ESRCH, "ESRCH, no such entry"),
            Map.entry(EINTR, "EINTR, interrupted"),
            Map.entry(EIO, "EIO, input/output error"),
            Map.entry(ENXIO, "ENXIO, no such device"),
            Map.entry(EBADF, "EBADF, not an open descriptor"),
            Map.entry(EAGAIN, "EAGAIN, nothing there for now"),
            Map.entry(ENOMEM, "ENOMEM, out of memory"),
            Map.entry(EACCES, "EACCES, permission denied"),
            Map.entry(EBUSY, "EBUSY, in use"),
            Map.entry(EEXIST, "EEXIST, exists already"),
            Map.entry(ENODEV, "ENODEV, no such device"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(EMFILE, "EMFILE, too many open files in this process"),
            Map.entry(ENFILE, "ENFILE, too many open files in the system"),
            Map.entry(EPIPE, "EPIPE, closed for sending"),
            Map.entry(EBADFD, "EBADFD, the device is gone"),
            Map.entry(EMSGSIZE, "EMSGSIZE, message too long"),
            Map.entry(ENOPROTOOPT, "ENOPROTOOPT, option not known"),
            Map.entry(EPROTONOSUPPORT, "EPROTONOSUPPORT, protocol not supported"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, operation not supported"),
            Map.entry(EAFNOSUPPORT, "EAFNOSUPPORT, address family not supported"),
            Map.entry(EADDRINUSE, "EADDRINUSE, address already in use"),
            Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL, not an address of this machine"),
            Map.entry(ENETDOWN, "ENETDOWN, network is down"),
            Map.entry(ENETUNREACH, "ENETUNREACH, network is unreachable"),
            Map.entry(ECONNRESET, "ECONNRESET, connection reset"),
            Map.entry(ENOBUFS, "ENOBUFS, no buffer space"),
            Map.entry(ENOTCONN, "ENOTCONN, not connected"),
            Map.entry(ESHUTDOWN, "ESHUTDOWN, shut down"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT, timed out"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED, connection refused"),
            Map.entry(EHOSTDOWN, "EHOSTDOWN, host is down"),
            Map.entry(EHOSTUNREACH, "EHOSTUNREACH, no route to host"));

    private Errno() {}

    /** Name and meaning, such as {@code EPERM, operation not permitted}. */
    public static String describe(int errno) {
        return WORDS.getOrDefault(errno, "error number " + errno);
    }

    /** Whether the error means that the caller lacks a right. */
    public static boolean isDenied(int errno) {
        return errno == EPERM || errno == EACCES;
    }
}
