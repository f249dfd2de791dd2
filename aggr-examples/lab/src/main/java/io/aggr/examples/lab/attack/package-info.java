/**
 * What somebody sends who wants to disturb a bond: {@link io.aggr.examples.lab.attack.FloodMain} sends it by raw sockets, so that each packet can
 * claim another source. For the namespaces of a lab and nowhere else: it sends to the one address that it is given.
 */
@NullMarked
package io.aggr.examples.lab.attack;

import org.jspecify.annotations.NullMarked;
