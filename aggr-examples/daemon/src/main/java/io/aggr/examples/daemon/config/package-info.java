/**
 * The configuration file: read, checked and turned into what a bond is started with. Every complaint names file, line, key, what was found and what
 * is allowed. Start from {@link io.aggr.examples.daemon.config.ConfigReader}.
 */
@NullMarked
package io.aggr.examples.daemon.config;

import org.jspecify.annotations.NullMarked;
