/** A bond inside another program, without a TUN device and without root. Start from {@link io.aggr.examples.embedding.Embedding}. */
@NullMarked
package io.aggr.examples.embedding;

import org.jspecify.annotations.NullMarked;
