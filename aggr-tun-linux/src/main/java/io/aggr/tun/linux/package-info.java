/**
 * TUN device, native UDP links, poller and source routes for Linux. Start from {@link io.aggr.tun.linux.LinuxTunProvider}; programs that
 * find their providers with {@link java.util.ServiceLoader} need to name nothing of this package.
 */
@NullMarked
package io.aggr.tun.linux;

import org.jspecify.annotations.NullMarked;
