package io.aggr.tun.openbsd;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.nio.ByteBuffer;

/** Packets and batches for tests. */
final class Packets {

    private Packets() {}

    /** An open batch over a slab of its own, all bytes of which are 0x55. */
    static PacketBatch batch(int capacity, int sizeBytes) {
        PacketBatch batch = new PacketBatch(new Slab(sizeBytes), capacity);
        for (int i = 0; i < sizeBytes; i++) {
            batch.buffer().put(i, (byte) 0x55);
        }
        return reopen(batch);
    }

    static PacketBatch reopen(PacketBatch batch) {
        batch.open(0, batch.slab().sizeBytes());
        return batch;
    }

    static int add(PacketBatch batch, byte[] packet) {
        int offset = batch.nextOffset();
        batch.buffer().put(offset, packet);
        return batch.add(offset, packet.length);
    }

    static byte[] bytes(PacketBatch batch, int index) {
        byte[] bytes = new byte[batch.length(index)];
        batch.buffer().get(batch.offset(index), bytes);
        return bytes;
    }

    /** A packet of which only version, length and the rest's value are right. */
    static byte[] ip(int version, int lengthBytes, int fill) {
        ByteBuffer packet = ByteBuffer.allocate(lengthBytes);
        for (int i = 0; i < lengthBytes; i++) {
            packet.put(i, (byte) fill);
        }
        if (version == 4) {
            packet.put(0, (byte) 0x45).putShort(2, (short) lengthBytes).put(9, (byte) 17);
        } else {
            packet.put(0, (byte) 0x60).putShort(4, (short) (lengthBytes - 40)).put(6, (byte) 17);
        }
        return packet.array();
    }

    /** An ICMP echo request from 10.9.0.2 to 10.9.0.1. */
    static byte[] echoRequest(int lengthBytes) {
        ByteBuffer packet = ByteBuffer.allocate(lengthBytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) lengthBytes).putInt(0);
        packet.put((byte) 64).put((byte) 1).putShort((short) 0);
        packet.put(new byte[] {10, 9, 0, 2, 10, 9, 0, 1}).put((byte) 8);
        return packet.array();
    }
}
