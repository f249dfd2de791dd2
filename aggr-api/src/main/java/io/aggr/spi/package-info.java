/**
 * What every plugin has in common: how it is named, ranked, found usable and configured. Start from {@link io.aggr.spi.Provider}.
 */
@NullMarked
package io.aggr.spi;

import org.jspecify.annotations.NullMarked;
