/** Network namespaces and emulated lines to measure a bond with kernel TCP. */
@NullMarked
package io.aggr.examples.lab;

import org.jspecify.annotations.NullMarked;
