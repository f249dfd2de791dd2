/** A bond inside another program, without root. */
@NullMarked
package io.aggr.examples.embedding;

import org.jspecify.annotations.NullMarked;
