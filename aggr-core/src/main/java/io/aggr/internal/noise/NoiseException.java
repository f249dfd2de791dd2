package io.aggr.internal.noise;

import java.security.GeneralSecurityException;

/** A message of a handshake that is refused. Without a stack trace, since strangers can cause it. */
final class NoiseException extends GeneralSecurityException {

    private static final long serialVersionUID = 1L;

    /**
     * Makes one.
     *
     * @param message what is wrong, without bytes of the message or of a key
     */
    NoiseException(String message) {
        super(message);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
