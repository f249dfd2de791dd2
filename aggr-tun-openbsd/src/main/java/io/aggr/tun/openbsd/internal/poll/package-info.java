/**
 * Waiting for many descriptors. Start from {@link io.aggr.tun.openbsd.internal.poll.OpenBsdPoller}.
 */
@NullMarked
package io.aggr.tun.openbsd.internal.poll;

import org.jspecify.annotations.NullMarked;
