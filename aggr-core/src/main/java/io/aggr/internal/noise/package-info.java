/**
 * The encapsulation {@code noise}: a Noise_IKpsk2 handshake, and packets that are encrypted and authenticated one by one. All primitives are those of
 * the JDK. Start from {@link io.aggr.internal.noise.NoiseIk} for the handshake's cryptography.
 */
@NullMarked
package io.aggr.internal.noise;

import org.jspecify.annotations.NullMarked;
