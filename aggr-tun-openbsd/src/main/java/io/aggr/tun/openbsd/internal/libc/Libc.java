package io.aggr.tun.openbsd.internal.libc;

/**
 * The C library, as thin as it gets: memory is a plain address, a size a {@code long}, and what has failed answers {@code -errno}. So a call
 * makes no object, there is no thread-local error to be asked for, and a test can stand in for the kernel.
 *
 * <p>Each method is the function of the same name in sections 2 and 3 of OpenBSD's manual. {@link #open} and {@link #ioctl} are variadic in C; in
 * the calling conventions of amd64 and arm64 integers travel in the same registers either way.
 *
 * <p><b>Threading.</b> Any thread.
 */
public interface Libc {

    int open(long path, int flags);

    int close(int descriptor);

    long read(int descriptor, long memory, long sizeBytes);

    long write(int descriptor, long memory, long sizeBytes);

    int ioctl(int descriptor, long request, long argument);

    /** ppoll(2) without a signal mask. */
    int ppoll(long pollfds, int count, long timeout);

    /** pipe2(2); writes two ints. */
    int pipe2(long descriptors, int flags);

    int socket(int family, int type, int protocol);

    int setsockopt(int descriptor, int level, int option, long value, int valueBytes);

    int bind(int descriptor, long address, int addressBytes);

    int connect(int descriptor, long address, int addressBytes);

    int getsockname(int descriptor, long address, long addressBytes);

    int shutdown(int descriptor, int how);

    long sendto(int descriptor, long memory, long sizeBytes, int flags, long address, int addressBytes);

    long recvmsg(int descriptor, long message, int flags);
}
