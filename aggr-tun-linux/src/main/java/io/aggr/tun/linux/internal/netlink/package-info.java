/**
 * Asks the kernel for addresses, routes and rules over rtnetlink(7), as the program {@code ip} does. Start from
 * {@link io.aggr.tun.linux.internal.netlink.Netlink}.
 */
@NullMarked
package io.aggr.tun.linux.internal.netlink;

import org.jspecify.annotations.NullMarked;
