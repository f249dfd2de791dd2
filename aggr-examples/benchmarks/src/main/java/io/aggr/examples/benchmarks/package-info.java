/** JMH benchmarks of the packet path. */
@NullMarked
package io.aggr.examples.benchmarks;

import org.jspecify.annotations.NullMarked;
