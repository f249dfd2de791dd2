/**
 * The built-in encapsulations: how frames travel in datagrams, and how two ends agree on an association. Each consists of a provider, a sealer
 * for the thread that sends, an opener for the thread that receives, and a handshake that hands immutable sessions to both. Shared by all:
 * {@link io.aggr.internal.encap.ReplayWindow} and {@link io.aggr.internal.encap.IndexTable}. Start from {@link
 * io.aggr.internal.encap.PlainEncapsulator}; docs/protocol.md sections 2, 4, 5 and 6 say what is on the wire.
 */
@NullMarked
package io.aggr.internal.encap;

import org.jspecify.annotations.NullMarked;
