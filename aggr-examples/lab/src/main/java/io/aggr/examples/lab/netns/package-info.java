/**
 * Network namespaces and the programs that run in them. Start from {@link io.aggr.examples.lab.netns.Namespaces}.
 */
@NullMarked
package io.aggr.examples.lab.netns;

import org.jspecify.annotations.NullMarked;
