package io.aggr.tun.linux.internal.libc;

import java.io.IOException;

/** A system call failed. The message names the call, what it was about, the error and what would help. */
public final class SystemCallException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Makes a message of the form {@code call on subject: ENAME, words; hint}.
     *
     * @param call the call and its subject, such as {@code ioctl(TUNSETIFF) on aggr0}
     * @param errno the error number
     * @param hint what would help, or an empty text
     */
    public SystemCallException(String call, int errno, String hint) {
        super(call + ": " + Errno.describe(errno) + (hint.isEmpty() ? "" : "; " + hint));
        this.errno = errno;
    }

    /** The error number. */
    public int errno() {
        return errno;
    }
}
