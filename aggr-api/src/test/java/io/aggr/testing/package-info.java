/**
 * What the tests of all modules share: {@link io.aggr.testing.NetnsTest} and {@link io.aggr.testing.SlowTest} mark tests
 * that need more than a JVM.
 */
@NullMarked
package io.aggr.testing;

import org.jspecify.annotations.NullMarked;
