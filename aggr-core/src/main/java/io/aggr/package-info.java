/**
 * What an embedding program uses: describe a bond, start it, ask it what it is doing, close it. Start from {@link io.aggr.BondConfig}.
 */
@NullMarked
package io.aggr;

import org.jspecify.annotations.NullMarked;
