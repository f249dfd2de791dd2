package io.aggr.tun.linux;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.nio.ByteBuffer;

/** Packets for tests. */
public final class Packets {

    private static final int PROTOCOL_ICMP = 1;

    private Packets() {}

    /** An open batch over a slab of its own. */
    public static PacketBatch batch(int capacity, int sizeBytes) {
        PacketBatch batch = new PacketBatch(new Slab(sizeBytes), capacity);
        batch.open(0, sizeBytes);
        return batch;
    }

    /** Opens the whole slab again. */
    public static PacketBatch reopen(PacketBatch batch) {
        batch.open(0, batch.slab().sizeBytes());
        return batch;
    }

    /** Adds a packet. */
    public static int add(PacketBatch batch, byte[] packet) {
        int offset = batch.nextOffset();
        batch.buffer().put(offset, packet);
        return batch.add(offset, packet.length);
    }

    /** Bytes of an entry. */
    public static byte[] bytes(PacketBatch batch, int index) {
        byte[] bytes = new byte[batch.length(index)];
        batch.buffer().get(batch.offset(index), bytes);
        return bytes;
    }

    /** An ICMP echo request over IPv4. */
    public static byte[] echoRequest(byte[] from, byte[] to, int sequence, int payloadBytes) {
        ByteBuffer packet = ByteBuffer.allocate(28 + payloadBytes);
        packet.put((byte) 0x45).put((byte) 0).putShort((short) packet.capacity());
        packet.putInt(0).put((byte) 64).put((byte) PROTOCOL_ICMP).putShort((short) 0);
        packet.put(from).put(to);
        packet.putShort(10, checksum(packet, 0, 20));
        packet.put((byte) 8)
                .put((byte) 0)
                .putShort((short) 0)
                .putShort((short) 7)
                .putShort((short) sequence);
        packet.putShort(22, checksum(packet, 20, packet.capacity()));
        return packet.array();
    }

    private static short checksum(ByteBuffer packet, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            sum += Short.toUnsignedInt(packet.getShort(i));
        }
        while (sum > 0xffff) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
