/**
 * What the tests of all modules share: {@link io.aggr.testing.NetnsTest} and {@link io.aggr.testing.SlowTest} mark tests
 * that need more than a JVM or a second, {@link io.aggr.testing.Layers} holds the rules of who may use whom.
 */
@NullMarked
package io.aggr.testing;

import org.jspecify.annotations.NullMarked;
