package io.aggr.examples.lab.trial;

import java.util.Objects;

/**
 * One thing that a trial has shown.
 *
 * @param what it is about
 * @param measured the figure, with its unit
 * @param required what it has to be, or empty if nothing is demanded
 * @param isMet whether it is; true if nothing is demanded
 */
public record Finding(String what, String measured, String required, boolean isMet) {

    /** Checks the parts. */
    public Finding {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(measured, "measured");
        Objects.requireNonNull(required, "required");
        if (required.isEmpty() && !isMet) {
            throw new IllegalArgumentException("finding.required must not be empty if it is missed");
        }
    }

    /**
     * Something that is told and not judged.
     *
     * @param what it is about
     * @param measured the figure, with its unit
     * @return the finding
     */
    public static Finding told(String what, String measured) {
        return new Finding(what, measured, "", true);
    }

    /**
     * Something that is judged.
     *
     * @param what it is about
     * @param measured the figure, with its unit
     * @param required what it has to be
     * @param isMet whether it is
     * @return the finding
     */
    public static Finding judged(String what, String measured, String required, boolean isMet) {
        return new Finding(what, measured, required, isMet);
    }
}
