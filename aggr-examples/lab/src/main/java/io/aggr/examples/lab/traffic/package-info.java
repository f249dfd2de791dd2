/**
 * What travels through the lab: TCP of the kernel between two small programs, and a host that only pings. Start from {@link
 * io.aggr.examples.lab.traffic.Transfer} and {@link io.aggr.examples.lab.traffic.PingHost}.
 */
@NullMarked
package io.aggr.examples.lab.traffic;

import org.jspecify.annotations.NullMarked;
