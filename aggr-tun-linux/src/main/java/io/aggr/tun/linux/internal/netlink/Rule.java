package io.aggr.tun.linux.internal.netlink;

import io.aggr.tun.IpPrefix;
import org.jspecify.annotations.Nullable;

/**
 * A rule of policy routing: packets from a source are looked up in a table.
 *
 * @param isIpv6 family
 * @param source whose packets, or null for everybody's
 * @param table which table
 * @param priority smaller comes first
 * @param protocol who made the rule, 0 if unknown
 */
public record Rule(boolean isIpv6, @Nullable IpPrefix source, int table, int priority, int protocol) {

    /** As arguments of {@code ip rule add}. */
    @Override
    public String toString() {
        return "from " + (source == null ? "all" : source.address().getHostAddress()) + " lookup " + table
                + " priority " + priority;
    }
}
