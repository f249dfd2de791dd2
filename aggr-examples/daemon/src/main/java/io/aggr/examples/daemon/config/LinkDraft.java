package io.aggr.examples.daemon.config;

import io.aggr.LinkConfig;
import io.aggr.LinkCost;
import io.aggr.LinkQuota;
import io.aggr.LinkRates;
import io.aggr.Providers;
import io.aggr.TunnelAddresses;
import io.aggr.link.LinkProvider;
import io.aggr.link.LinkSettings;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A {@code [[peer.link]]} as it is written; becomes a {@link LinkConfig} once the name of its far end is resolved. */
record LinkDraft(
        Section section,
        String name,
        Addresses.@Nullable Endpoint local,
        @Nullable String device,
        int routingTable,
        Addresses.@Nullable Endpoint remote,
        @Nullable InetAddress gateway,
        String type,
        LinkRates rates,
        LinkCost cost,
        int mtuBytes,
        Map<String, String> options,
        @Nullable TunnelAddresses inner) {

    private static final Duration MONTH = Duration.ofDays(30);

    /**
     * Reads a link.
     *
     * @param frameless whether the encapsulation carries nothing but packets: then its ends have no ports
     */
    static LinkDraft read(Section link, Providers providers, boolean frameless) {
        String name = link.text("name");
        if (name == null && !link.has("name")) {
            link.missing("name", "a name of the line");
        } else if (name != null && name.isBlank()) {
            link.complain("name", Texts.quoted(name) + ": expected a name of the line");
        }
        Addresses.Endpoint remote = link.parsed("remote", frameless ? Addresses::host : Addresses::remote);
        if (!link.has("remote")) {
            link.missing(
                    "remote", "the far end, such as remote = \"hub.example.net" + (frameless ? "" : ":5080") + "\"");
        }
        Addresses.Endpoint local = link.parsed("local", frameless ? Addresses::bare : Addresses::local);
        TunnelAddresses inner = null;
        if (frameless) {
            inner = FramelessRules.readInner(link);
        } else {
            FramelessRules.refuseInner(link);
        }
        InetAddress gateway = link.parsed("gateway", Addresses::address);
        if (gateway != null && !link.has("local")) {
            link.complain("gateway", "needs \"local\": the route goes by the source address");
        }
        String type = link.text("type");
        if (type != null) {
            ConfigReader.known(link, "type", type, link.lineOf("type"), providers, LinkProvider.class, "link type");
        }
        Long table = link.integer("rtable", 0, 255);
        Long mtuBytes = link.integer("mtu", 576, 65_535);
        LinkRates rates = rates(link);
        return new LinkDraft(
                link,
                name == null ? "" : name,
                local,
                link.parsed("device", LinkDraft::device),
                table == null ? LinkSettings.MAIN_TABLE : table.intValue(),
                remote,
                gateway,
                type == null ? "" : type,
                rates,
                cost(link),
                mtuBytes == null ? LinkConfig.AUTO_MTU : mtuBytes.intValue(),
                link.options("options"),
                inner);
    }

    private static LinkRates rates(Section link) {
        long down = rate(link, "down");
        long up = rate(link, "up");
        long maxDown = bound(link, "max-down", "down", down);
        long maxUp = bound(link, "max-up", "up", up);
        return new LinkRates(down, up, maxDown, maxUp);
    }

    private static long rate(Section link, String key) {
        Long rate = link.parsed(key, Quantities::rateOrUnlimited);
        return rate == null ? LinkRates.UNKNOWN : rate;
    }

    /** A bound, or none after a complaint. */
    private static long bound(Section link, String key, String rateKey, long rate) {
        Long bound = link.parsed(key, Quantities::rate);
        if (bound == null) {
            return LinkRates.UNKNOWN;
        }
        if (rate != LinkRates.UNKNOWN && rate > bound) {
            link.complain(key, "is below \"" + rateKey + "\", which it bounds");
            return LinkRates.UNKNOWN;
        }
        return bound;
    }

    /** The name whose address is needed. */
    Optional<String> hostToResolve() {
        return remote != null && remote.address() == null ? Optional.of(remote.host()) : Optional.empty();
    }

    /** Complains of a name that leads nowhere this line can go. A name that cannot be resolved now is only a doubt, which is returned. */
    Optional<String> complainIfUnresolved(Map<String, NameResolver.Answer> answers) {
        Optional<String> wanted = hostToResolve();
        if (wanted.isEmpty()) {
            return Optional.empty();
        }
        String host = wanted.get();
        NameResolver.Answer answer = Objects.requireNonNull(answers.get(host));
        if (answer.addresses().isEmpty()) {
            return Optional.of(
                    "line " + name + " waits for the address of " + Texts.quoted(host) + ": " + answer.failure());
        }
        if (choose(answer) == null) {
            section.complain(
                    "remote",
                    Texts.quoted(host) + ": has no address of the family of \"local\": found "
                            + answer.addresses().get(0).getHostAddress());
        }
        return Optional.empty();
    }

    /** The link, or empty after a complaint. */
    Optional<LinkConfig> build(Map<String, NameResolver.Answer> answers) {
        try {
            LinkSettings settings = new LinkSettings(
                    name,
                    local == null ? null : new InetSocketAddress(local.address(), local.port()),
                    device,
                    routingTable,
                    remoteAddress(answers));
            return Optional.of(new LinkConfig(settings, type, gateway, rates, cost, mtuBytes, options, inner));
        } catch (IllegalArgumentException e) {
            section.complain("name", String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    private @Nullable InetSocketAddress remoteAddress(Map<String, NameResolver.Answer> answers) {
        if (remote == null) {
            return null;
        }
        InetAddress literal = remote.address();
        InetAddress address = literal != null ? literal : choose(Objects.requireNonNull(answers.get(remote.host())));
        return new InetSocketAddress(address != null ? address : notYet(remote.host()), remote.port());
    }

    /** A name without an address. The bond looks it up while it runs. */
    private InetAddress notYet(String host) {
        boolean ipv6 = local != null && local.address() instanceof Inet6Address;
        try {
            return InetAddress.getByAddress(host, new byte[ipv6 ? 16 : 4]);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four or sixteen bytes are an address", e);
        }
    }

    /** The first address that can be reached from the local one. */
    private @Nullable InetAddress choose(NameResolver.Answer answer) {
        InetAddress from = local == null ? null : local.address();
        return answer.addresses().stream()
                .filter(to -> from == null || from.getAddress().length == to.getAddress().length)
                .findFirst()
                .orElse(null);
    }

    private static LinkCost cost(Section link) {
        Long tier = link.integer("tier", 0, 255);
        return new LinkCost(
                tier == null ? 0 : tier.intValue(),
                link.flag("metered", false),
                link.flag("backup", false),
                quota(link));
    }

    private static @Nullable LinkQuota quota(Section link) {
        Long bytes = link.parsed("quota", Quantities::bytes);
        Duration period = link.parsed("quota-period", Quantities::period);
        Long used = link.parsed("quota-used", Quantities::bytes);
        Duration elapsed = link.parsed("quota-elapsed", Quantities::duration);
        if (!link.has("quota")) {
            for (String key : List.of("quota-period", "quota-used", "quota-elapsed")) {
                if (link.has(key)) {
                    link.complain(key, "needs \"quota\": how many bytes the line may carry in each period");
                }
            }
            return null;
        }
        Duration each = period == null ? MONTH : period;
        if (elapsed != null && elapsed.compareTo(each) >= 0) {
            link.complain("quota-elapsed", "expected less than the period of " + each.toHours() + " hours");
            return null;
        }
        if (bytes != null && bytes == 0) {
            link.complain("quota", "expected more than 0 bytes");
            return null;
        }
        return bytes == null
                ? null
                : new LinkQuota(bytes, each, used == null ? 0 : used, elapsed == null ? Duration.ZERO : elapsed);
    }

    private static String device(String text) {
        if (!text.matches("[!-.0-~]{1,15}")) {
            throw new IllegalArgumentException("expected the name of an interface, such as eth1");
        }
        return text;
    }
}
