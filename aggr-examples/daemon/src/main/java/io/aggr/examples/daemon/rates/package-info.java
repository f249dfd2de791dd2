/** What a daemon remembers of its lines' rates from one start to the next. Start at {@link io.aggr.examples.daemon.rates.RatesKeeper}. */
@NullMarked
package io.aggr.examples.daemon.rates;

import org.jspecify.annotations.NullMarked;
