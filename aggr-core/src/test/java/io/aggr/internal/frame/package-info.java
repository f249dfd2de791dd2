/** Holds the codec to docs/protocol.md. {@link io.aggr.internal.frame.ProtocolDocument} reads that page; start from ProtocolDocumentTest. */
@NullMarked
package io.aggr.internal.frame;

import org.jspecify.annotations.NullMarked;
