/**
 * Where the engine meets the world: two threads, the clock, sockets of the JDK. The only package of the library that waits. Start from {@link
 * io.aggr.internal.driver.BondDriver}.
 */
@NullMarked
package io.aggr.internal.driver;

import org.jspecify.annotations.NullMarked;
