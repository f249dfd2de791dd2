package io.aggr.spi;

/**
 * The half that all plugin factories share: a name to ask for it, a rank, and an honest word on whether it works here.
 *
 * <p>Providers are found by {@link java.util.ServiceLoader} under their concrete provider interface, or handed to the bond's builder. They
 * are made once, hold no state that belongs to a bond, and may be called from any thread. A provider that throws while it is loaded or
 * created is reported and skipped; it never stops a bond that does not need it.
 *
 * @since 0.1
 */
public interface Provider {

    /**
     * The name that a configuration uses for this provider, such as {@code "earliest-arrival"}.
     *
     * @return lower-case letters, digits and hyphens; constant; unique among the providers of one kind
     */
    String name();

    /**
     * Ranks the candidates where none was asked for by name. Larger wins; equal ranks are ordered by name.
     *
     * @return the rank, 0 unless there is a reason
     */
    default int priority() {
        return 0;
    }

    /**
     * Whether this provider can work on this machine now. Cheap, without side effects, and never throws.
     *
     * @return usable, or the reason why not
     */
    default Availability availability() {
        return Availability.AVAILABLE;
    }
}
