package io.aggr.internal.engine;

import io.aggr.encap.Encapsulator;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.FlowHash;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * What the engine of a bond is built from.
 *
 * @param tun where packets come from and go to
 * @param links the local links, by number
 * @param encapsulator seals, opens and shakes hands
 * @param peers the peers, by number
 * @param allowedIps which peer an address belongs to
 * @param flowHash sorts packets into flows
 * @param clampMss whether TCP segment sizes are lowered to what fits
 * @param arenaBytes memory for packets on the way out, and as much again on the way in
 * @param slots packets that may wait or be resent at a time
 * @param random 64 random bits at each call; called by the thread that sends
 * @param events hears what happens
 */
public record EngineSettings(
        TunDevice tun,
        List<Link> links,
        Encapsulator encapsulator,
        List<PeerSettings> peers,
        AllowedIps allowedIps,
        FlowHash flowHash,
        boolean clampMss,
        int arenaBytes,
        int slots,
        LongSupplier random,
        EngineEvents events) {

    /** Smallest arena: a batch of the largest packets and some to wait. */
    public static final int MIN_ARENA_BYTES = 1 << 18;

    private static final int LEAST_BYTES = 2 << 20;
    private static final int MOST_BYTES = 32 << 20;
    private static final int UNKNOWN_BYTES = 4 << 20;

    /** As many packets find a place as fit into the arena at this size. */
    private static final int BYTES_PER_SLOT = 512;

    /** Copies the lists. */
    public EngineSettings {
        links = List.copyOf(links);
        peers = List.copyOf(peers);
        if (arenaBytes < MIN_ARENA_BYTES) {
            throw new IllegalArgumentException(
                    "the arena must have " + MIN_ARENA_BYTES + " bytes or more, got " + arenaBytes);
        }
    }

    /**
     * How large the arena of a bond should be: a second of what its lines carry, 2 to 32 MiB.
     *
     * @param bitsPerSecond sum of the lines' rates, of each the direction that carries more; 0 if one of them is not known: then 4 MiB
     * @return bytes, for {@link #arenaBytes()}
     */
    public static int arenaBytesFor(long bitsPerSecond) {
        return bitsPerSecond == 0
                ? UNKNOWN_BYTES
                : (int) Math.max(LEAST_BYTES, Math.min(MOST_BYTES, bitsPerSecond / 8));
    }

    /**
     * How many packets should find a place in an arena.
     *
     * @param arenaBytes its size
     * @return for {@link #slots()}
     */
    public static int slotsFor(int arenaBytes) {
        return arenaBytes / BYTES_PER_SLOT;
    }

    /**
     * How long the datagrams of this bond may be.
     *
     * @return bytes that a receive buffer needs for each, one more than the longest that is valid
     */
    int receiveStrideBytes() {
        return Math.min(65_535, Math.max(2_048, tun.mtuBytes() + 512))
                + PacketBatch.HEADROOM_BYTES
                + PacketBatch.TAILROOM_BYTES;
    }
}
