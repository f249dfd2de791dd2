/**
 * Bare IP-in-IP (RFC 2003), what gif(4) and the tunnels of other systems speak: the inner packet is the payload of an outer one of protocol 4 and
 * nothing else travels. Start from {@link io.aggr.internal.ipip.IpipEncapsulatorProvider}.
 */
@NullMarked
package io.aggr.internal.ipip;

import org.jspecify.annotations.NullMarked;
