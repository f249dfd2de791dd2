/**
 * Waiting for many descriptors. Start from {@link io.aggr.tun.linux.internal.poll.LinuxPoller}.
 */
@NullMarked
package io.aggr.tun.linux.internal.poll;

import org.jspecify.annotations.NullMarked;
