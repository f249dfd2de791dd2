/** A scheduler plugin in a jar of its own. */
@NullMarked
package io.aggr.examples.scheduler;

import org.jspecify.annotations.NullMarked;
