/**
 * What a running daemon tells about itself: a socket that answers with a JSON document, and the program that shows it. Start from
 * {@link io.aggr.examples.daemon.status.StatusServer} and {@link io.aggr.examples.daemon.status.StatusTable}.
 */
@NullMarked
package io.aggr.examples.daemon.status;

import org.jspecify.annotations.NullMarked;
