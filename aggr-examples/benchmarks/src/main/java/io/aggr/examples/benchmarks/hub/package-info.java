/** A daemon as the hub of many idle peers: how much memory and processor time it takes. Start at {@link io.aggr.examples.benchmarks.hub.HubMain}. */
@NullMarked
package io.aggr.examples.benchmarks.hub;

import org.jspecify.annotations.NullMarked;
