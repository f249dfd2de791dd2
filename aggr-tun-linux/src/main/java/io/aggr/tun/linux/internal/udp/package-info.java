/**
 * UDP links on sockets of the system. Start from {@link io.aggr.tun.linux.internal.udp.UdpLink}.
 */
@NullMarked
package io.aggr.tun.linux.internal.udp;

import org.jspecify.annotations.NullMarked;
