/**
 * UDP links on sockets of the system, each in a routing table of its own if asked to. Start from {@link
 * io.aggr.tun.openbsd.internal.udp.UdpOpener}.
 */
@NullMarked
package io.aggr.tun.openbsd.internal.udp;

import org.jspecify.annotations.NullMarked;
