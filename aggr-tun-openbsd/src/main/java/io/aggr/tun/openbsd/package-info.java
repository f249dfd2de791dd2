/**
 * tun(4) devices, UDP links with a routing table of their own, and a poller for OpenBSD. Start from {@link
 * io.aggr.tun.openbsd.OpenBsdTunProvider}; programs that find their providers with {@link java.util.ServiceLoader} need to name nothing of this
 * package. {@code docs/openbsd.md} says how to use it there and how far it is verified.
 */
@NullMarked
package io.aggr.tun.openbsd;

import org.jspecify.annotations.NullMarked;
