/** Makes the plugins that a configuration names, for bonds and for simulations. Start from {@link io.aggr.internal.plugin.BondPlugins}. */
@NullMarked
package io.aggr.internal.plugin;

import org.jspecify.annotations.NullMarked;
