package io.aggr.examples.daemon.config;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Which keys each table of the file may have. */
enum Schema {
    ROOT("the top of the file", "bond", "tun", "peer"),
    BOND(
            "[bond]",
            "name",
            "listen",
            "plugins",
            "status-socket",
            "rates-file",
            "private-key-file",
            "cipher",
            "state-file",
            "insecure-permissions"),
    TUN("[tun]", "name", "address", "routes", "mtu", "backend", "configure", "clamp-mss", "options"),
    PEER(
            "[[peer]]",
            "name",
            "id",
            "public-key",
            "preshared-key-file",
            "encapsulation",
            "accept-no-authentication",
            "allowed-ips",
            "scheduler",
            "reorder",
            "repair",
            "equalise",
            "link"),
    LINK(
            "[[peer.link]]",
            "name",
            "local",
            "device",
            "rtable",
            "gateway",
            "remote",
            "inner",
            "inner-remote",
            "down",
            "up",
            "max-down",
            "max-up",
            "tier",
            "metered",
            "backup",
            "quota",
            "quota-period",
            "quota-used",
            "quota-elapsed",
            "mtu",
            "type",
            "options");

    private static final String KEY_FILE = "a secret key does not belong into this file: expected \"";

    /** What the documents describe and this version does not do, so that nobody relies on it. */
    private static final Map<String, String> UNAVAILABLE = Map.of(
            "private-key",
            KEY_FILE + "private-key-file\" with the name of another",
            "preshared-key",
            KEY_FILE + "preshared-key-file\" with the name of another");

    private final String where;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> keys;

    Schema(String where, String... keys) {
        this.where = where;
        this.keys = List.of(keys);
    }

    List<String> keys() {
        return keys;
    }

    /** What to say about a key that is not among those of this table. */
    String complain(String key) {
        String unavailable = UNAVAILABLE.get(key);
        if (unavailable != null) {
            return unavailable;
        }
        String elsewhere = tablesWith(key);
        if (elsewhere != null) {
            return "does not belong to " + where + ": expected in " + elsewhere + ", or here one of "
                    + String.join(", ", keys);
        }
        String meant = Texts.closest(key, keys);
        return "unknown key: "
                + (meant == null ? "expected one of " + String.join(", ", keys) : "did you mean \"" + meant + "\"?");
    }

    private static @Nullable String tablesWith(String key) {
        String tables = Arrays.stream(values())
                .filter(schema -> schema.keys.contains(key))
                .map(schema -> schema.where)
                .collect(Collectors.joining(" or "));
        return tables.isEmpty() ? null : tables;
    }
}
