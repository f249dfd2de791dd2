/**
 * The TUN device of Linux. Start from {@link io.aggr.tun.linux.internal.tun.LinuxTun}.
 */
@NullMarked
package io.aggr.tun.linux.internal.tun;

import org.jspecify.annotations.NullMarked;
