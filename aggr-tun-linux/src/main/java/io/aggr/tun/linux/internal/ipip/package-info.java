/**
 * Links over raw sockets of protocol 4, IP-in-IP (raw(7), RFC 2003). Start from {@link io.aggr.tun.linux.internal.ipip.RawOpener}.
 */
@NullMarked
package io.aggr.tun.linux.internal.ipip;

import org.jspecify.annotations.NullMarked;
