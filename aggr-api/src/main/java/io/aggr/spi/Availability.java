package io.aggr.spi;

import java.util.Objects;

/**
 * Whether a provider can be used here, and if not, why.
 *
 * @param usable whether the provider can be used
 * @param reason one sentence without a full stop that tells the operator what is missing; empty when usable
 * @since 0.1
 */
public record Availability(boolean usable, String reason) {

    /** Usable. */
    public static final Availability AVAILABLE = new Availability(true, "");

    /**
     * Checks the parts.
     *
     * @param usable as described for the record
     * @param reason as described for the record
     * @throws IllegalArgumentException if it is not usable and gives no reason
     */
    public Availability {
        Objects.requireNonNull(reason, "reason");
        if (!usable && reason.isBlank()) {
            throw new IllegalArgumentException("a provider that is not usable must say why");
        }
    }

    /**
     * Not usable.
     *
     * @param reason what is missing, for instance {@code "needs Linux, this is OpenBSD"}
     * @return the answer to return from {@link Provider#availability()}
     */
    public static Availability no(String reason) {
        return new Availability(false, reason);
    }
}
