/**
 * How inner packets travel in outer datagrams: sealing, opening, and the handshake that comes before. Start from {@link
 * io.aggr.encap.Encapsulator}.
 */
@NullMarked
package io.aggr.encap;

import org.jspecify.annotations.NullMarked;
