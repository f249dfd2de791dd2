/**
 * The encapsulation {@code noise}: a Noise_IKpsk2 handshake, and packets that are encrypted and authenticated one by one. All primitives are those of
 * the JDK. Start from {@link io.aggr.internal.noise.NoiseEncapsulator}; {@link io.aggr.internal.noise.NoiseIk} is the handshake's cryptography, {@link
 * io.aggr.internal.noise.NoiseHandshake} its rules, {@link io.aggr.internal.noise.PacketCipher} that of packets. docs/protocol.md says what is on the
 * wire, docs/security.md what it protects against and what it does not.
 */
@NullMarked
package io.aggr.internal.noise;

import org.jspecify.annotations.NullMarked;
