package io.aggr.tun.openbsd.internal.libc;

import java.util.HashMap;
import java.util.Map;

/** Error numbers of OpenBSD (errno(2)), with the names and words that messages use. Above 34 they are not those of Linux. */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int ENXIO = 6;
    public static final int EBADF = 9;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENFILE = 23;
    public static final int EMFILE = 24;
    public static final int ENOTTY = 25;
    public static final int EPIPE = 32;
    public static final int EAGAIN = 35;
    public static final int EMSGSIZE = 40;
    public static final int ENOPROTOOPT = 42;
    public static final int EPROTONOSUPPORT = 43;
    public static final int EOPNOTSUPP = 45;
    public static final int EAFNOSUPPORT = 47;
    public static final int EADDRINUSE = 48;
    public static final int EADDRNOTAVAIL = 49;
    public static final int ENETDOWN = 50;
    public static final int ENETUNREACH = 51;
    public static final int ECONNRESET = 54;
    public static final int ENOBUFS = 55;
    public static final int ENOTCONN = 57;
    public static final int ESHUTDOWN = 58;
    public static final int ETIMEDOUT = 60;
    public static final int ECONNREFUSED = 61;
    public static final int EHOSTDOWN = 64;
    public static final int EHOSTUNREACH = 65;

    private static final Map<Integer, String> WORDS = new HashMap<>();

    static {
        WORDS.put(EPERM, "EPERM, operation not permitted");
        WORDS.put(ENOENT, "ENOENT, no such file");
        WORDS.put(ESRCH, "ESRCH, no such entry");
        WORDS.put(EINTR, "EINTR, interrupted");
        WORDS.put(EIO, "EIO, input/output error");
        WORDS.put(ENXIO, "ENXIO, no such device");
        WORDS.put(EBADF, "EBADF, not an open descriptor");
        WORDS.put(ENOMEM, "ENOMEM, out of memory");
        WORDS.put(EACCES, "EACCES, permission denied");
        WORDS.put(EBUSY, "EBUSY, in use");
        WORDS.put(EEXIST, "EEXIST, exists already");
        WORDS.put(ENODEV, "ENODEV, no such device");
        WORDS.put(EINVAL, "EINVAL, invalid argument");
        WORDS.put(ENFILE, "ENFILE, too many open files in the system");
        WORDS.put(EMFILE, "EMFILE, too many open files in this process");
        WORDS.put(ENOTTY, "ENOTTY, not known to the device");
        WORDS.put(EPIPE, "EPIPE, closed for sending");
        WORDS.put(EAGAIN, "EAGAIN, nothing there for now");
        WORDS.put(EMSGSIZE, "EMSGSIZE, message too long");
        WORDS.put(ENOPROTOOPT, "ENOPROTOOPT, option not known");
        WORDS.put(EPROTONOSUPPORT, "EPROTONOSUPPORT, protocol not supported");
        WORDS.put(EOPNOTSUPP, "EOPNOTSUPP, operation not supported");
        WORDS.put(EAFNOSUPPORT, "EAFNOSUPPORT, address family not supported");
        WORDS.put(EADDRINUSE, "EADDRINUSE, address already in use");
        WORDS.put(EADDRNOTAVAIL, "EADDRNOTAVAIL, not an address of this machine");
        WORDS.put(ENETDOWN, "ENETDOWN, network is down");
        WORDS.put(ENETUNREACH, "ENETUNREACH, network is unreachable");
        WORDS.put(ECONNRESET, "ECONNRESET, connection reset");
        WORDS.put(ENOBUFS, "ENOBUFS, no buffer space");
        WORDS.put(ENOTCONN, "ENOTCONN, not connected");
        WORDS.put(ESHUTDOWN, "ESHUTDOWN, shut down");
        WORDS.put(ETIMEDOUT, "ETIMEDOUT, timed out");
        WORDS.put(ECONNREFUSED, "ECONNREFUSED, connection refused");
        WORDS.put(EHOSTDOWN, "EHOSTDOWN, host is down");
        WORDS.put(EHOSTUNREACH, "EHOSTUNREACH, no route to host");
    }

    private Errno() {}

    /** Name and meaning, such as {@code EBUSY, in use}. */
    public static String describe(int errno) {
        return WORDS.getOrDefault(errno, "error number " + errno);
    }

    /** The name alone, such as {@code EBUSY}, or the number. */
    public static String name(int errno) {
        String words = WORDS.get(errno);
        return words == null ? String.valueOf(errno) : words.substring(0, words.indexOf(','));
    }

    /** Whether the error means that the caller lacks a right. */
    public static boolean isDenied(int errno) {
        return errno == EPERM || errno == EACCES;
    }

    /**
     * Whether a call on an open tun(4) descriptor says that its interface has been destroyed. Releases before 2020 answer ENXIO, later ones EIO
     * to a read or write and EBADF to an ioctl, because the descriptor has been revoked.
     */
    public static boolean isGone(int errno) {
        return errno == EIO || errno == ENXIO || errno == EBADF;
    }
}
