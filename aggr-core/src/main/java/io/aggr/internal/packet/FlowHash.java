package io.aggr.internal.packet;

import static io.aggr.internal.packet.InnerPackets.ICMP;
import static io.aggr.internal.packet.InnerPackets.ICMPV6;
import static io.aggr.internal.packet.InnerPackets.TCP;
import static io.aggr.internal.packet.InnerPackets.UDP;

import java.nio.ByteBuffer;

/**
 * A keyed hash of the flow that a packet belongs to: addresses, protocol and ports for TCP and UDP, addresses,
 * protocol and identifier for ICMP echo, addresses and protocol for everything else and for all fragments. The two
 * directions of a connection are two flows. Immutable; any thread.
 */
public final class FlowHash {
    // The key keeps strangers from choosing addresses that fall into one queue. Each step multiplies two key-dependent
    // 64-bit factors and folds the 128-bit product, so that every input bit reaches every output bit.
    private static final long ODD_1 = 0xD6E8FEB86659FD93L;
    private static final long ODD_2 = 0xA0761D6478BD642FL;

    private final long key0;
    private final long key1;

    /** Creates a hash under a 128-bit key, which should be random and is best never told to anybody. */
    public FlowHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /**
     * Hashes the flow of a checked packet.
     *
     * @param length the packet's own length in bytes
     */
    public int hash(ByteBuffer buffer, int offset, int length) {
        return hash(buffer, offset, length, TransportHeader.locate(buffer, offset, length));
    }

    /**
     * Hashes the flow of a checked packet whose transport header has been located already.
     *
     * @param length the packet's own length in bytes
     * @param located from {@link TransportHeader#locate}
     * @return 32 well-mixed bits; every part of them may serve as an index
     */
    public int hash(ByteBuffer buffer, int offset, int length, int located) {
        long tail = (long) flowPart(buffer, offset, length, located) << 32 | TransportHeader.protocol(located);
        if (InnerPackets.isIpv4(buffer, offset)) {
            return hashIpv4(buffer.getLong(offset + 12), tail);
        }
        return hashIpv6(
                InnerPackets.sourceIpv6High(buffer, offset),
                InnerPackets.sourceIpv6Low(buffer, offset),
                InnerPackets.destinationIpv6High(buffer, offset),
                InnerPackets.destinationIpv6Low(buffer, offset),
                tail);
    }

    /**
     * Hashes the flow of the packets that answer a checked packet: its addresses and ports the other way round.
     *
     * @param length the packet's own length in bytes
     * @param located from {@link TransportHeader#locate}
     * @return what {@link #hash(ByteBuffer, int, int)} says of such an answer
     */
    public int answerHash(ByteBuffer buffer, int offset, int length, int located) {
        int part = flowPart(buffer, offset, length, located);
        int protocol = TransportHeader.protocol(located);
        int turned = protocol == TCP || protocol == UDP ? Integer.rotateLeft(part, 16) : part;
        long tail = (long) turned << 32 | protocol;
        if (InnerPackets.isIpv4(buffer, offset)) {
            return hashIpv4(Long.rotateLeft(buffer.getLong(offset + 12), 32), tail);
        }
        return hashIpv6(
                InnerPackets.destinationIpv6High(buffer, offset),
                InnerPackets.destinationIpv6Low(buffer, offset),
                InnerPackets.sourceIpv6High(buffer, offset),
                InnerPackets.sourceIpv6Low(buffer, offset),
                tail);
    }

    private int hashIpv4(long addresses, long tail) {
        return end(fold(addresses ^ key0, tail ^ key1));
    }

    private int hashIpv6(long sourceHigh, long sourceLow, long destinationHigh, long destinationLow, long tail) {
        long source = fold(sourceHigh ^ key0, sourceLow ^ key1);
        long destination = fold(destinationHigh ^ key1 ^ ODD_1, destinationLow ^ key0 ^ ODD_2);
        return end(fold(source ^ key0 ^ ODD_1, destination ^ key1 ^ ODD_2) + fold(tail ^ key1, key0 ^ ODD_1));
    }

    private int end(long mixed) {
        long end = fold(mixed ^ ODD_1, key1 ^ ODD_2);
        return (int) (end ^ end >>> 32);
    }

    /** Ports, or the identifier of an echo, or 0. */
    private static int flowPart(ByteBuffer buffer, int offset, int length, int located) {
        if (TransportHeader.isFragment(located) || !TransportHeader.isReadable(located)) {
            return 0;
        }
        int at = TransportHeader.offsetBytes(located);
        return switch (TransportHeader.protocol(located)) {
            case TCP, UDP -> at + 4 <= length ? buffer.getInt(offset + at) : 0;
            case ICMP ->
                at + 8 <= length && isEcho(buffer.get(offset + at))
                        ? InnerPackets.unsignedShort(buffer, offset + at + 4)
                        : 0;
            case ICMPV6 ->
                at + 8 <= length && isEchoV6(buffer.get(offset + at))
                        ? InnerPackets.unsignedShort(buffer, offset + at + 4)
                        : 0;
            default -> 0;
        };
    }

    private static boolean isEcho(byte type) {
        return type == 8 || type == 0;
    }

    private static boolean isEchoV6(byte type) {
        return type == (byte) 128 || type == (byte) 129;
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.multiplyHigh(a, b);
    }
}
