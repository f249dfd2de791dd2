/**
 * The wire format, version 1, as docs/protocol.md defines it: the header of DATA datagrams, the frames inside, and the arithmetic that rebuilds
 * truncated numbers. Everything reads and writes a {@link java.nio.ByteBuffer} by absolute access, allocates nothing unless it says so, keeps
 * position, limit and byte order of the buffer as they are, and throws nothing for whatever bytes come in. Start from {@link
 * io.aggr.internal.frame.FrameCursor}, which checks a plaintext as a whole and then walks over its frames.
 */
@NullMarked
package io.aggr.internal.frame;

import org.jspecify.annotations.NullMarked;
