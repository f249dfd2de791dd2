package io.aggr.tun.openbsd.internal.libc;

import java.io.IOException;

/** OpenBSD has refused a call. The message says which, what about, why, and what would help. */
public final class SystemCallException extends IOException {

    private static final long serialVersionUID = 1L;

    private final int errno;

    /**
     * Makes the message {@code call: ENAME, words; hint}.
     *
     * @param call the call and what it was about, such as {@code open /dev/tun0}
     * @param answer what {@link Libc} answered: the error number, negated
     * @param hint what would help, or an empty text
     */
    public SystemCallException(String call, long answer, String hint) {
        super(call + ": " + Errno.describe((int) -answer) + (hint.isEmpty() ? "" : "; " + hint));
        this.errno = (int) -answer;
    }

    /** The error number, above 0. */
    public int errno() {
        return errno;
    }
}
