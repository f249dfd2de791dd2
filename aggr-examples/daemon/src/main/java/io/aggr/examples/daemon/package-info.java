/** The reference daemon: bonds the lines between two machines. */
@NullMarked
package io.aggr.examples.daemon;

import org.jspecify.annotations.NullMarked;
