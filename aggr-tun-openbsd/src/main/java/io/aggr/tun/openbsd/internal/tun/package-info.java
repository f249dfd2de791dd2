/**
 * tun(4) devices: finding a free one, configuring it, packets with the address family in front. Start from {@link
 * io.aggr.tun.openbsd.internal.tun.TunOpener}.
 */
@NullMarked
package io.aggr.tun.openbsd.internal.tun;

import org.jspecify.annotations.NullMarked;
