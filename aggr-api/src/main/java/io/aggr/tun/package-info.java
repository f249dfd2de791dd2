/**
 * Where inner packets come from and go to. Start from {@link io.aggr.tun.TunDevice}.
 */
@NullMarked
package io.aggr.tun;

import org.jspecify.annotations.NullMarked;
