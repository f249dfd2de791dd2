/**
 * One line to one peer: when it may send, what is on its way, what has arrived, how far it is and whether it is alive. Start from {@link
 * io.aggr.internal.path.SendPath} for the way out and {@link io.aggr.internal.path.ReceivePath} for the way in.
 */
@NullMarked
package io.aggr.internal.path;

import org.jspecify.annotations.NullMarked;
