package io.aggr;

import io.aggr.tun.IpPrefix;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * The other end of a bond: who it is, what lies behind it, which lines lead to it and how they are used.
 *
 * @param name its name in status and logs; unique within a bond
 * @param encapsulation the encapsulator and what it has to know of the peer, such as {@code id} for {@code plain}
 * @param acceptNoAuthentication the operator's acknowledgement that the encapsulation does not prove who sends; needed where that is so
 * @param allowedIps networks behind the peer: packets to them go to it, packets from it must come from them
 * @param scheduler how packets are spread over the lines
 * @param reorder how packets are put in order
 * @param repair whether the peer is asked to send again what a line has lost
 * @param equalise whether bulk flows get an even delay
 * @param links lines to the peer, up to 16; empty where the peer comes to us
 * @since 0.1
 */
public record PeerConfig(
        String name,
        Plugin encapsulation,
        boolean acceptNoAuthentication,
        List<IpPrefix> allowedIps,
        Plugin scheduler,
        Plugin reorder,
        boolean repair,
        Equalise equalise,
        List<LinkConfig> links) {

    /** Most lines to one peer. */
    public static final int MAX_LINKS = 16;

    /**
     * Whether packets of TCP connections, and of QUIC on port 443, are all let go at the age that they have on the slowest line in use, so that
     * congestion control sees one even delay in place of one that rises with the load. It costs such flows the difference of the lines' delays
     * while the bond is idle. Flows to ports of SSH, telnet, RDP and VNC, and those marked for conferences or calls, are never concerned.
     *
     * @since 0.1
     */
    public enum Equalise {
        /** If the delays of the lines are at most 60 ms apart. */
        AUTO,
        /** Never. */
        OFF,
        /** Whatever the delays are. */
        ON
    }

    /**
     * A plugin by name, with its options.
     *
     * @param name the provider's name
     * @param options its options
     * @since 0.1
     */
    public record Plugin(String name, Map<String, String> options) {
        /** Checks the parts and copies the options. */
        public Plugin {
            Objects.requireNonNull(name, "name");
            options = Map.copyOf(options);
        }

        /**
         * A plugin without options.
         *
         * @param name the provider's name
         * @return the plugin
         */
        public static Plugin named(String name) {
            return new Plugin(name, Map.of());
        }

        /** Keys among the options are not shown. */
        @Override
        public String toString() {
            return "Plugin[name=" + name + ", options=" + Options.show(options) + "]";
        }
    }

    /**
     * Checks the parts and copies the lists.
     *
     * @throws IllegalArgumentException if a part is wrong; the message names the peer and the rule
     */
    public PeerConfig {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(encapsulation, "encapsulation");
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(reorder, "reorder");
        Objects.requireNonNull(equalise, "equalise");
        if (name.isBlank()) {
            throw new IllegalArgumentException("a peer needs a name");
        }
        allowedIps = List.copyOf(allowedIps);
        links = List.copyOf(links);
        if (links.size() > MAX_LINKS) {
            throw new IllegalArgumentException(
                    "peer " + name + " has " + links.size() + " links, at most " + MAX_LINKS + " are allowed");
        }
        Set<String> names = new LinkedHashSet<>();
        for (LinkConfig link : links) {
            if (!names.add(link.name())) {
                throw new IllegalArgumentException("peer " + name + " has two links named " + link.name());
            }
            if (link.settings().remote() == null) {
                throw new IllegalArgumentException("link " + link.name() + " of peer " + name + " has no remote");
            }
        }
    }

    /**
     * A peer with the defaults for all but the encapsulation.
     *
     * @param name its name
     * @param encapsulation the encapsulator
     * @return a configuration to refine with the {@code with} methods
     */
    public static PeerConfig of(String name, Plugin encapsulation) {
        return new PeerConfig(
                name,
                encapsulation,
                false,
                List.of(),
                Plugin.named("earliest-arrival"),
                Plugin.named("gap"),
                true,
                Equalise.AUTO,
                List.of());
    }

    /**
     * A peer that is reached encrypted and authenticated. This end's own key is among the bond's {@link BondConfig#encapsulationOptions}.
     *
     * @param name its name
     * @param publicKey its public key, 44 characters of Base64
     * @return a configuration to refine
     */
    public static PeerConfig noise(String name, String publicKey) {
        return of(name, new Plugin("noise", Map.of("public-key", publicKey)));
    }

    /**
     * A peer that is reached by bare IP-in-IP, such as a stock gif(4): nothing is authenticated, numbered, sent again or delayed for evenness, and
     * TCP segments are put in order by their own numbers.
     *
     * @param name its name
     * @return a configuration with the acknowledgement given; its links need {@link LinkConfig#withInner}
     */
    public static PeerConfig ipip(String name) {
        return of(name, Plugin.named("ipip"))
                .withAcceptNoAuthentication(true)
                .withReorder(Plugin.named("tcp-sequence"))
                .withRepair(false)
                .withEqualise(Equalise.OFF);
    }

    /**
     * A peer that is reached without authentication or encryption.
     *
     * @param name its name
     * @param id number that both ends share, 1 to 2^32 - 1
     * @return a configuration with the acknowledgement given
     */
    public static PeerConfig plain(String name, long id) {
        return of(name, new Plugin("plain", Map.of("id", Long.toString(id)))).withAcceptNoAuthentication(true);
    }

    /**
     * The same with or without the acknowledgement.
     *
     * @param accept whether the operator accepts an encapsulation that does not authenticate
     * @return a changed copy
     */
    public PeerConfig withAcceptNoAuthentication(boolean accept) {
        return new PeerConfig(name, encapsulation, accept, allowedIps, scheduler, reorder, repair, equalise, links);
    }

    /**
     * The same with these networks behind it.
     *
     * @param prefixes in the form {@code 10.0.0.0/8}
     * @return a changed copy
     */
    public PeerConfig withAllowedIps(String... prefixes) {
        List<IpPrefix> parsed = List.of(prefixes).stream().map(IpPrefix::parse).toList();
        return new PeerConfig(
                name, encapsulation, acceptNoAuthentication, parsed, scheduler, reorder, repair, equalise, links);
    }

    /**
     * The same with another scheduler.
     *
     * @param newScheduler the scheduler
     * @return a changed copy
     */
    public PeerConfig withScheduler(Plugin newScheduler) {
        return new PeerConfig(
                name,
                encapsulation,
                acceptNoAuthentication,
                allowedIps,
                newScheduler,
                reorder,
                repair,
                equalise,
                links);
    }

    /**
     * The same with another reorder buffer.
     *
     * @param newReorder the reorder buffer
     * @return a changed copy
     */
    public PeerConfig withReorder(Plugin newReorder) {
        return new PeerConfig(
                name,
                encapsulation,
                acceptNoAuthentication,
                allowedIps,
                scheduler,
                newReorder,
                repair,
                equalise,
                links);
    }

    /**
     * The same with or without repair.
     *
     * @param wanted whether the peer is asked to send again what a line has lost
     * @return a changed copy
     */
    public PeerConfig withRepair(boolean wanted) {
        return new PeerConfig(
                name, encapsulation, acceptNoAuthentication, allowedIps, scheduler, reorder, wanted, equalise, links);
    }

    /**
     * The same with another choice of delay.
     *
     * @param choice whether bulk flows get an even delay
     * @return a changed copy
     */
    public PeerConfig withEqualise(Equalise choice) {
        return new PeerConfig(
                name, encapsulation, acceptNoAuthentication, allowedIps, scheduler, reorder, repair, choice, links);
    }

    /**
     * The same with these lines.
     *
     * @param newLinks the lines, each with a remote
     * @return a changed copy
     */
    public PeerConfig withLinks(LinkConfig... newLinks) {
        return new PeerConfig(
                name,
                encapsulation,
                acceptNoAuthentication,
                allowedIps,
                scheduler,
                reorder,
                repair,
                equalise,
                List.of(newLinks));
    }
}
