package io.aggr.internal.engine;

import io.aggr.encap.Plaintext;
import io.aggr.internal.frame.IpFrame;
import java.nio.ByteBuffer;

/**
 * Gathers one plaintext: the header of an IP frame, an inner packet where it lies in the arena, and control frames behind it. The encapsulator
 * copies the pieces to where it seals; the packet itself is neither moved nor changed.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class DatagramBuilder implements Plaintext {

    /** Room for control frames behind a packet or alone. */
    static final int CONTROL_BYTES = 1_280;

    private final ByteBuffer header = ByteBuffer.allocate(IpFrame.HEADER_BYTES);
    private final ByteBuffer control = ByteBuffer.allocate(CONTROL_BYTES);
    private ByteBuffer packets = header;
    private boolean bare;
    private int headerBytes;
    private int packetOffset;
    private int packetBytes;
    private int controlBytes;

    /** Begins a plaintext without an inner packet. */
    void begin() {
        headerBytes = 0;
        packetBytes = 0;
        controlBytes = 0;
    }

    /** Sets the inner packet; {@link #header} is to be filled unless the encapsulation carries bare packets. */
    void packet(ByteBuffer buffer, int offset, int lengthBytes, boolean withoutFrame) {
        packets = buffer;
        packetOffset = offset;
        packetBytes = lengthBytes;
        bare = withoutFrame;
        headerBytes = bare ? 0 : IpFrame.HEADER_BYTES;
    }

    /** Where the header of the IP frame is written, from byte 0. */
    ByteBuffer header() {
        return header;
    }

    /** Where control frames are written, from {@link #controlBytes}. */
    ByteBuffer control() {
        return control;
    }

    /** Bytes of control frames so far. */
    int controlBytes() {
        return controlBytes;
    }

    /** Control frames were appended. */
    void addControl(int bytes) {
        controlBytes += bytes;
    }

    /** Length of what was gathered. */
    int lengthBytes() {
        return headerBytes + packetBytes + controlBytes;
    }

    @Override
    public int count() {
        return 1;
    }

    @Override
    public int lengthBytes(int index) {
        return lengthBytes();
    }

    @Override
    public void copyTo(int index, ByteBuffer target, int offset) {
        target.put(offset, header, 0, headerBytes);
        target.put(offset + headerBytes, packets, packetOffset, packetBytes);
        target.put(offset + headerBytes + packetBytes, control, 0, controlBytes);
    }

    @Override
    public void copyTo(int index, byte[] target, int offset) {
        header.get(0, target, offset, headerBytes);
        packets.get(packetOffset, target, offset + headerBytes, packetBytes);
        control.get(0, target, offset + headerBytes + packetBytes, controlBytes);
    }
}
