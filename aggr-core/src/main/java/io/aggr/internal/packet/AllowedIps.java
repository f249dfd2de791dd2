package io.aggr.internal.packet;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which peer an inner address belongs to: the owner of the longest prefix that holds it. Immutable; any thread; a
 * lookup allocates nothing.
 */
public final class AllowedIps {
    // Prefixes are nested or disjoint, so they cut the line of all addresses into at most 2n + 1 pieces with one owner
    // each. The pieces are laid out once; a lookup is a binary search for the last piece that starts at or before the
    // address. Starts are kept with the top bit flipped, which turns unsigned order into signed order.

    /** No peer owns the address. */
    public static final int NONE = -1;

    private static final AllowedIps EMPTY = of(List.of());

    private final int[] starts4;
    private final int[] owners4;
    private final long[] starts6High;
    private final long[] starts6Low;
    private final int[] owners6;

    /**
     * A prefix and its owner.
     *
     * @param prefix the addresses
     * @param peer index of the peer, 0 or more; {@link #NONE} for addresses of this end, which no peer may use, whoever owns the network
     * @param peerName what messages call the peer
     */
    public record Entry(CidrPrefix prefix, int peer, String peerName) {
        /** Checks the index. */
        public Entry {
            if (peer < NONE) {
                throw new IllegalArgumentException("peer index must be 0 or more, got " + peer);
            }
        }
    }

    private AllowedIps(Pieces ipv4, Pieces ipv6) {
        int count4 = ipv4.count();
        starts4 = new int[count4];
        owners4 = new int[count4];
        for (int i = 0; i < count4; i++) {
            starts4[i] = (int) (ipv4.high(i) >>> 32) ^ Integer.MIN_VALUE;
            owners4[i] = ipv4.owner(i);
        }
        int count6 = ipv6.count();
        starts6High = new long[count6];
        starts6Low = new long[count6];
        owners6 = new int[count6];
        for (int i = 0; i < count6; i++) {
            starts6High[i] = ipv6.high(i) ^ Long.MIN_VALUE;
            starts6Low[i] = ipv6.low(i) ^ Long.MIN_VALUE;
            owners6[i] = ipv6.owner(i);
        }
    }

    /** A table in which nobody owns anything. */
    public static AllowedIps none() {
        return EMPTY;
    }

    /**
     * Builds the table. The same prefix twice for the same peer is harmless.
     *
     * @throws IllegalArgumentException if two peers have the very same prefix
     */
    public static AllowedIps of(List<Entry> entries) {
        Map<CidrPrefix, Entry> owners = new HashMap<>();
        List<Entry> ipv4 = new ArrayList<>();
        List<Entry> ipv6 = new ArrayList<>();
        for (Entry entry : entries) {
            Entry other = owners.putIfAbsent(entry.prefix(), entry);
            if (other == null) {
                (entry.prefix().version() == 4 ? ipv4 : ipv6).add(entry);
            } else if (other.peer() != entry.peer()) {
                throw new IllegalArgumentException("allowed-ips: " + entry.prefix() + " is given to peer \""
                        + other.peerName() + "\" and to peer \"" + entry.peerName()
                        + "\"; a prefix has one owner (a longer prefix inside it may have another)");
            }
        }
        return new AllowedIps(Pieces.of(ipv4), Pieces.of(ipv6));
    }

    /**
     * The owner of the source address of a checked packet.
     *
     * @return index of the peer, or {@link #NONE}
     */
    public int lookupSource(ByteBuffer buffer, int offset) {
        return InnerPackets.isIpv4(buffer, offset)
                ? lookupIpv4(InnerPackets.sourceIpv4(buffer, offset))
                : lookupIpv6(InnerPackets.sourceIpv6High(buffer, offset), InnerPackets.sourceIpv6Low(buffer, offset));
    }

    /**
     * The owner of the destination address of a checked packet.
     *
     * @return index of the peer, or {@link #NONE}
     */
    public int lookupDestination(ByteBuffer buffer, int offset) {
        return InnerPackets.isIpv4(buffer, offset)
                ? lookupIpv4(InnerPackets.destinationIpv4(buffer, offset))
                : lookupIpv6(
                        InnerPackets.destinationIpv6High(buffer, offset),
                        InnerPackets.destinationIpv6Low(buffer, offset));
    }

    /**
     * The owner of an address; not for the packet path, as it allocates.
     *
     * @return index of the peer, or {@link #NONE}
     */
    public int lookup(InetAddress address) {
        CidrPrefix host = CidrPrefix.of(address);
        return host.version() == 4 ? lookupIpv4((int) (host.high() >>> 32)) : lookupIpv6(host.high(), host.low());
    }

    int lookupIpv4(int address) {
        int key = address ^ Integer.MIN_VALUE;
        int low = 0;
        int high = starts4.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (starts4[middle] <= key) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return owners4[low];
    }

    int lookupIpv6(long addressHigh, long addressLow) {
        long keyHigh = addressHigh ^ Long.MIN_VALUE;
        long keyLow = addressLow ^ Long.MIN_VALUE;
        int low = 0;
        int high = owners6.length - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            long startHigh = starts6High[middle];
            if (startHigh < keyHigh || (startHigh == keyHigh && starts6Low[middle] <= keyLow)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return owners6[low];
    }
}
