/**
 * The reorder buffer {@code tcp-sequence}, for encapsulations that number nothing: TCP has numbers of its own. Start from
 * {@link io.aggr.internal.tcporder.TcpSequenceReorderBuffer}.
 */
@NullMarked
package io.aggr.internal.tcporder;

import org.jspecify.annotations.NullMarked;
