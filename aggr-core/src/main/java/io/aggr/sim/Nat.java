package io.aggr.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Address and port translation of a modem, for datagrams: every inside address gets an outside port of its own.
 *
 * <p>Mapping and filtering do not depend on the far address (RFC 4787, 4.1 and 5: "endpoint-independent"). A mapping lives until
 * nothing has passed it outwards for the idle time; {@link #rebind} ends all at once, as a modem's restart does. A new mapping
 * always has a new port. Pure and clock-free.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class Nat {
    private static final int FIRST_PORT = 20_000;

    private static final class Mapping {
        final long inside;
        final long outside;
        long usedNanos;

        Mapping(long inside, long outside) {
            this.inside = inside;
            this.outside = outside;
        }
    }

    private final List<Mapping> mappings = new ArrayList<>();
    private final long idleNanos;
    private int address;
    private int nextPort = FIRST_PORT;
    private long refusedDatagrams;

    /**
     * A translation without mappings.
     *
     * @param outsideAddress address of the modem, four decimal numbers with dots
     * @param idleTimeout life of a mapping after the last datagram outwards, positive
     */
    public Nat(String outsideAddress, Duration idleTimeout) {
        if (idleTimeout.isNegative() || idleTimeout.isZero()) {
            throw new IllegalArgumentException("nat.idle-timeout must be positive, got " + idleTimeout);
        }
        address = Endpoint.parse(outsideAddress);
        idleNanos = idleTimeout.toNanos();
    }

    /**
     * Translates the sender of a datagram on its way out, with a new mapping if there is none.
     *
     * @param inside sender, see {@link Endpoint}
     * @param nowNanos present instant
     * @return sender as the far side sees it
     */
    public long outward(long inside, long nowNanos) {
        expire(nowNanos);
        for (int i = 0; i < mappings.size(); i++) {
            Mapping mapping = mappings.get(i);
            if (mapping.inside == inside) {
                mapping.usedNanos = nowNanos;
                return mapping.outside;
            }
        }
        Mapping mapping = new Mapping(inside, Endpoint.of(address, nextPort));
        nextPort = nextPort == 65_535 ? FIRST_PORT : nextPort + 1;
        mapping.usedNanos = nowNanos;
        mappings.add(mapping);
        return mapping.outside;
    }

    /**
     * Translates the receiver of a datagram on its way in.
     *
     * @param outside receiver as the far side wrote it
     * @param nowNanos present instant
     * @return receiver inside, or {@link Endpoint#NONE} if there is no mapping; such a datagram is dropped
     */
    public long inward(long outside, long nowNanos) {
        expire(nowNanos);
        for (int i = 0; i < mappings.size(); i++) {
            if (mappings.get(i).outside == outside) {
                return mappings.get(i).inside;
            }
        }
        refusedDatagrams++;
        return Endpoint.NONE;
    }

    /** Ends all mappings: the next datagrams outwards come from other ports. */
    public void rebind() {
        mappings.clear();
    }

    /**
     * Ends all mappings and changes the outside address, as when a provider gives out a new one.
     *
     * @param newOutsideAddress four decimal numbers with dots
     */
    public void rebind(String newOutsideAddress) {
        address = Endpoint.parse(newOutsideAddress);
        mappings.clear();
    }

    /**
     * Datagrams that came in for no mapping.
     *
     * @return count
     */
    public long refusedDatagrams() {
        return refusedDatagrams;
    }

    int addressBits() {
        return address;
    }

    private void expire(long nowNanos) {
        for (int i = mappings.size() - 1; i >= 0; i--) {
            if (nowNanos - mappings.get(i).usedNanos >= idleNanos) {
                mappings.remove(i);
            }
        }
    }
}
