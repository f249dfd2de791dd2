package io.aggr;

import io.aggr.link.LinkSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One line, or one listening socket: where it goes, what it can carry and what it costs.
 *
 * @param settings where it begins and ends
 * @param type name of the link provider, or empty for the best one that supports the settings
 * @param gateway modem that the line's datagrams have to go through; null leaves routing to the system. With a gateway the settings need a
 *     local address
 * @param rates what the line carries
 * @param cost what it costs to use it
 * @param mtuBytes longest IP packet of the line, 576 to 65535; or {@link #AUTO_MTU}
 * @param options options of the link provider
 * @param inner inner addresses of the line's tunnel where the encapsulation carries nothing but packets; null elsewhere
 * @since 0.1
 */
public record LinkConfig(
        LinkSettings settings,
        String type,
        @Nullable InetAddress gateway,
        LinkRates rates,
        LinkCost cost,
        int mtuBytes,
        Map<String, String> options,
        @Nullable TunnelAddresses inner) {

    /**
     * The MTU is found out by probes where the link can forbid fragmentation ({@link io.aggr.link.Link#forbidsFragmentation}); elsewhere it is
     * taken to be 1500.
     */
    public static final int AUTO_MTU = 0;

    /**
     * Checks the parts and copies the options.
     *
     * @throws IllegalArgumentException if a part is out of range; the message names the key and the line
     */
    public LinkConfig {
        Objects.requireNonNull(settings, "settings");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(rates, "rates");
        Objects.requireNonNull(cost, "cost");
        options = Map.copyOf(options);
        if (mtuBytes != AUTO_MTU && (mtuBytes < 576 || mtuBytes > 65_535)) {
            throw new IllegalArgumentException(
                    "mtu of link " + settings.name() + " must be 576..65535, got " + mtuBytes);
        }
        if (gateway != null) {
            InetSocketAddress local = settings.local();
            if (local == null || local.getAddress().isAnyLocalAddress()) {
                throw new IllegalArgumentException(
                        "gateway of link " + settings.name() + " needs a local address to route by");
            }
            if (local.getAddress().getAddress().length != gateway.getAddress().length) {
                throw new IllegalArgumentException(
                        "gateway of link " + settings.name() + " is of another family than its local address");
            }
        }
    }

    /**
     * A line of an encapsulation that carries frames.
     *
     * @param settings as described for the record
     * @param type as described for the record
     * @param gateway as described for the record
     * @param rates as described for the record
     * @param cost as described for the record
     * @param mtuBytes as described for the record
     * @param options as described for the record
     */
    public LinkConfig(
            LinkSettings settings,
            String type,
            @Nullable InetAddress gateway,
            LinkRates rates,
            LinkCost cost,
            int mtuBytes,
            Map<String, String> options) {
        this(settings, type, gateway, rates, cost, mtuBytes, options, null);
    }

    /**
     * A line with nothing said but where it goes.
     *
     * @param settings where it begins and ends
     * @return a configuration to refine with the {@code with} methods
     */
    public static LinkConfig of(LinkSettings settings) {
        return new LinkConfig(settings, "", null, LinkRates.unknown(), LinkCost.NONE, AUTO_MTU, Map.of(), null);
    }

    /**
     * A line to a far end over UDP.
     *
     * @param name the line's name
     * @param remote the far end; one with a host's name and the wildcard address is looked up while the bond runs, until it is found
     * @return a configuration to refine with the {@code with} methods
     */
    public static LinkConfig udp(String name, InetSocketAddress remote) {
        return of(LinkSettings.to(name, remote));
    }

    /**
     * A listening UDP socket.
     *
     * @param name its name
     * @param local address and port to listen at
     * @return a configuration to refine with the {@code with} methods
     */
    public static LinkConfig listening(String name, InetSocketAddress local) {
        return of(LinkSettings.listening(name, local));
    }

    /**
     * The line's name.
     *
     * @return as in the settings
     */
    public String name() {
        return settings.name();
    }

    /**
     * The same with other settings.
     *
     * @param newSettings where it begins and ends
     * @return a changed copy
     */
    public LinkConfig withSettings(LinkSettings newSettings) {
        return new LinkConfig(newSettings, type, gateway, rates, cost, mtuBytes, options, inner);
    }

    /**
     * The same by another provider.
     *
     * @param newType name of the link provider, or empty
     * @return a changed copy
     */
    public LinkConfig withType(String newType) {
        return new LinkConfig(settings, newType, gateway, rates, cost, mtuBytes, options, inner);
    }

    /**
     * The same through a gateway.
     *
     * @param newGateway the modem, or null
     * @return a changed copy
     */
    public LinkConfig withGateway(@Nullable InetAddress newGateway) {
        return new LinkConfig(settings, type, newGateway, rates, cost, mtuBytes, options, inner);
    }

    /**
     * The same with these rates.
     *
     * @param newRates what the line carries
     * @return a changed copy
     */
    public LinkConfig withRates(LinkRates newRates) {
        return new LinkConfig(settings, type, gateway, newRates, cost, mtuBytes, options, inner);
    }

    /**
     * The same at this cost.
     *
     * @param newCost what it costs to use the line
     * @return a changed copy
     */
    public LinkConfig withCost(LinkCost newCost) {
        return new LinkConfig(settings, type, gateway, rates, newCost, mtuBytes, options, inner);
    }

    /**
     * The same with this MTU.
     *
     * @param newMtuBytes longest IP packet of the line, or {@link #AUTO_MTU}
     * @return a changed copy
     */
    public LinkConfig withMtuBytes(int newMtuBytes) {
        return new LinkConfig(settings, type, gateway, rates, cost, newMtuBytes, options, inner);
    }

    /**
     * The same with options for its provider.
     *
     * @param newOptions names and values
     * @return a changed copy
     */
    public LinkConfig withOptions(Map<String, String> newOptions) {
        return new LinkConfig(settings, type, gateway, rates, cost, mtuBytes, newOptions, inner);
    }

    /**
     * The same with inner addresses, for an encapsulation that carries nothing but packets.
     *
     * @param newInner the two inner ends of the line's tunnel, or null
     * @return a changed copy
     */
    public LinkConfig withInner(@Nullable TunnelAddresses newInner) {
        return new LinkConfig(settings, type, gateway, rates, cost, mtuBytes, options, newInner);
    }

    /**
     * A tunnel of bare IP-in-IP.
     *
     * @param name the line's name
     * @param local outer address of this end, IPv4
     * @param remote outer address of the far end, IPv4
     * @param inner inner addresses of both ends
     * @return a configuration to refine; it needs {@link #withRates}, since nobody can find the rates of such a line
     */
    public static LinkConfig ipip(String name, InetAddress local, InetAddress remote, TunnelAddresses inner) {
        return of(LinkSettings.to(name, new InetSocketAddress(remote, 0)).withLocal(new InetSocketAddress(local, 0)))
                .withInner(inner);
    }
}
