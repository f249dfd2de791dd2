package io.aggr.internal.packet;

import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.nio.ByteBuffer;

/**
 * A circular store for packets between their arrival and the moment nobody needs them any more. Old packets are never
 * freed one by one: they are overwritten when the head comes round, and whoever holds a position asks {@link #isLive}
 * before using it.
 *
 * <p>Positions are logical, only grow, and are never reused for a second committed packet unless {@link #rewind} says
 * so; {@link #offset} maps one to its place in {@link #buffer}. A larger arena that takes over is made with the old
 * one's {@link #head} as its start, off the packet path; positions below belong to the old one until all are gone.
 *
 * <p><b>Threading.</b> One thread owns an arena.
 */
public final class Arena {
    // Positions p and p + capacity share a byte of the slab. `lapStart` is the position of slab offset 0 in the latest
    // lap begun, so mapping needs a subtraction and no division; the head may stand in the lap before, after a rewind.
    // `written` is the end of the highest region ever handed out: a device may have scribbled up to there, also where
    // less was committed; every byte a whole capacity below it is gone.

    /** Bytes in front of each packet that may be overwritten while the packet is live. */
    public static final int HEADROOM_BYTES = PacketBatch.HEADROOM_BYTES;

    /** Bytes behind each packet that may be overwritten while the packet is live. */
    public static final int TAILROOM_BYTES = PacketBatch.TAILROOM_BYTES;

    private final Slab slab;
    private final int capacityBytes;
    private final long start;
    private long lapStart;
    private long head;
    private long written;
    private long reserved;
    private int reservedBytes = -1;

    /**
     * Creates an empty arena with one slab.
     *
     * @param capacityBytes size of the slab; a few times the largest reservation at least
     * @param start the first position, 0 or the head of the arena that this one follows
     */
    public Arena(int capacityBytes, long start) {
        if (capacityBytes < HEADROOM_BYTES + TAILROOM_BYTES + 1) {
            throw new IllegalArgumentException("arena capacity must be at least "
                    + (HEADROOM_BYTES + TAILROOM_BYTES + 1) + " bytes, got " + capacityBytes);
        }
        if (start < 0) {
            throw new IllegalArgumentException("arena start must be 0 or more, got " + start);
        }
        this.slab = new Slab(capacityBytes);
        this.capacityBytes = capacityBytes;
        this.start = start;
        this.lapStart = start;
        this.head = start;
        this.written = start;
    }

    /** The memory, never re-allocated. */
    public Slab slab() {
        return slab;
    }

    /** Shorthand for the slab's buffer; use absolute access. */
    public ByteBuffer buffer() {
        return slab.buffer();
    }

    /** The size of the slab. */
    public int capacityBytes() {
        return capacityBytes;
    }

    /** The end of what has been committed; the next packet stands above it. */
    public long head() {
        return head;
    }

    /**
     * Reserves a region of contiguous bytes at the head, with head-room before and tail-room behind, and thereby
     * overwrites the oldest packets. An earlier reservation that was not committed is given up. Several packets may be
     * put into one region if their reader leaves its own room between them.
     *
     * @param maxBytes size of the region, 1 or more; with the rooms at most the capacity
     * @return the position of the first byte of the region; the following bytes have the following positions
     */
    public long reserve(int maxBytes) {
        long from = fit(maxBytes);
        if (from - lapStart >= capacityBytes) {
            lapStart += capacityBytes;
        }
        // The head skips the slab's end for good, also if nothing is committed: what a packet put there might find
        // below itself has been counted as overwritten.
        head = from;
        reserved = from + HEADROOM_BYTES;
        reservedBytes = maxBytes;
        written = Math.max(written, reserved + maxBytes + TAILROOM_BYTES);
        return reserved;
    }

    /** Where a region with its rooms would start: at the head, or at the slab's start if it does not fit before its end. */
    private long fit(int maxBytes) {
        if (maxBytes < 1 || maxBytes > capacityBytes - HEADROOM_BYTES - TAILROOM_BYTES) {
            throw new IllegalArgumentException("reservation must be 1.."
                    + (capacityBytes - HEADROOM_BYTES - TAILROOM_BYTES) + " bytes, got " + maxBytes);
        }
        int bytesToEnd = capacityBytes - offset(head);
        return HEADROOM_BYTES + maxBytes + TAILROOM_BYTES <= bytesToEnd ? head : head + bytesToEnd;
    }

    /**
     * Keeps the first bytes of the reserved region and gives back the rest.
     *
     * @param usedBytes 0 up to the bytes reserved
     * @throws IllegalStateException if nothing is reserved, or more is kept than was reserved
     */
    public void commit(int usedBytes) {
        if (usedBytes < 0 || usedBytes > reservedBytes) {
            throw new IllegalStateException(
                    "cannot commit " + usedBytes + " bytes of a reservation of " + reservedBytes);
        }
        if (usedBytes > 0) {
            head = reserved + usedBytes + TAILROOM_BYTES;
        }
        reservedBytes = -1;
    }

    /**
     * Reserves room and opens a batch over it for a device to fill; end with {@link #commit(PacketBatch)}.
     *
     * @param maxBytes the region for packets and the rooms between them; the outermost rooms come on top
     */
    public void open(PacketBatch batch, int maxBytes) {
        int offset = offset(reserve(maxBytes));
        batch.open(slab, offset - HEADROOM_BYTES, offset + maxBytes + TAILROOM_BYTES);
    }

    /** Keeps what the batch that was opened last holds by now, and gives back the rest. */
    public void commit(PacketBatch batch) {
        commit(Math.max(0, batch.positionBytes() - offset(reserved) - TAILROOM_BYTES));
    }

    /**
     * The position of a byte that was written in the latest reservation, committed or not.
     *
     * @param offset in the slab, for instance of an entry of a batch
     */
    public long position(int offset) {
        return reserved + (offset - offset(reserved));
    }

    /** Whether a committed packet that starts at this position, with its head-room, is still whole. */
    public boolean isLive(long position) {
        return position < head && position - HEADROOM_BYTES >= oldest();
    }

    private long oldest() {
        return Math.max(start, written - capacityBytes);
    }

    /** Where a position lies in {@link #buffer}. Meaningful for a live or reserved position only. */
    public int offset(long position) {
        long offset = position - lapStart;
        return (int) (offset < 0 ? offset + capacityBytes : offset);
    }

    /**
     * Whether a reservation of this size would overwrite the packet at a position that is live now. A reader that must
     * not lose its oldest packet waits while this is true.
     */
    public boolean wouldOverwrite(long position, int maxBytes) {
        long end = fit(maxBytes) + HEADROOM_BYTES + maxBytes + TAILROOM_BYTES;
        return position - HEADROOM_BYTES < end - capacityBytes;
    }

    /** Bytes that are committed and not overwritten, rooms and skipped ends of the slab included. */
    public long liveBytes() {
        return Math.max(0, head - oldest());
    }

    /**
     * Moves the head back, so that the same memory, warm in the cache, serves again. For an owner that needs nothing
     * at or above the position any more: those positions will be given to other packets.
     *
     * @param position a former {@link #head} within the last capacity
     */
    public void rewind(long position) {
        if (position > head || position < oldest()) {
            throw new IllegalArgumentException("cannot rewind to " + position + ", must be " + oldest() + ".." + head);
        }
        head = position;
        reservedBytes = -1;
    }
}
