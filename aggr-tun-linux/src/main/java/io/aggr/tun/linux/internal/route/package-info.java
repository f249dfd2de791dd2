/**
 * Routes by source address, so that lines leave through their own gateways. Start from
 * {@link io.aggr.tun.linux.internal.route.SourceRouting}.
 */
@NullMarked
package io.aggr.tun.linux.internal.route;

import org.jspecify.annotations.NullMarked;
