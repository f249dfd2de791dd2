package io.aggr;

import java.net.Inet4Address;
import java.util.Objects;

/**
 * The inner addresses of one tunnel, as {@code ifconfig gif0 inet local remote} sets them. Where the encapsulation carries nothing but packets, the
 * far one is asked by ICMP echo whether the line is alive, and requests to the near one are answered over the line that they came over.
 *
 * @param local this end's; several lines may share one
 * @param remote the far end's
 * @since 0.1
 */
public record TunnelAddresses(Inet4Address local, Inet4Address remote) {

    /**
     * Checks the parts.
     *
     * @param local as described for the record
     * @param remote as described for the record
     * @throws IllegalArgumentException if the two are the same, or one is not a host's
     */
    public TunnelAddresses {
        Objects.requireNonNull(local, "local");
        Objects.requireNonNull(remote, "remote");
        if (local.equals(remote)) {
            throw new IllegalArgumentException("both ends of a tunnel cannot be " + local.getHostAddress());
        }
        for (Inet4Address address : new Inet4Address[] {local, remote}) {
            if (address.isAnyLocalAddress() || address.isMulticastAddress() || address.isLoopbackAddress()) {
                throw new IllegalArgumentException(address.getHostAddress() + " is no address for the end of a tunnel");
            }
        }
    }
}
