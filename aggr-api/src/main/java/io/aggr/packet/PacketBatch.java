package io.aggr.packet;

import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Up to a fixed number of packets that lie in one {@link Slab}: parallel arrays of offsets, lengths and metadata, no object per packet.
 *
 * <p><b>Filling.</b> The owner opens a free region of the slab with {@link #open}; whoever fills the batch (a TUN device that reads, a link
 * that receives) places packets anywhere in the region in ascending order and records each with {@link #add}. In front of each packet at
 * least {@link #HEADROOM_BYTES} stay free and behind it {@link #TAILROOM_BYTES}, so that headers and tags are written around a packet without
 * moving it. A filler that takes one packet at a time uses {@link #nextOffset} and {@link #nextRoomBytes}, which keep to this; one that hands
 * many buffers to the system at once divides {@link #positionBytes} to {@link #limitBytes} itself.
 *
 * <p><b>Super-packets.</b> An entry with a {@link #segmentBytes} above 0 stands for several packets of one flow that a device has not cut yet
 * (a TCP super-segment of a TUN) or several datagrams of equal size, the last one maybe shorter (a received run). Only fillers that have
 * declared it may produce such entries.
 *
 * <p><b>Ownership.</b> The batch and the slab belong to the core. A plugin uses them during the call that hands them over and keeps nothing.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class PacketBatch {

    /** Free bytes in front of each packet. */
    public static final int HEADROOM_BYTES = 64;

    /** Free bytes behind each packet. */
    public static final int TAILROOM_BYTES = 32;

    /** Checksum start of a packet whose checksums are complete. */
    public static final int CHECKSUM_COMPLETE = -1;

    private final int capacity;
    private final int[] offsets;
    private final int[] lengths;
    private final int[] remotes;
    private final int[] segmentBytes;
    private final int[] checksumStarts;
    private final int[] checksumOffsets;
    private Slab slab;
    private int size;
    private int position;
    private int limit;

    /**
     * Makes an empty batch with a closed region.
     *
     * @param slab where the packets lie
     * @param capacity most packets it can hold, 1 or more
     */
    public PacketBatch(Slab slab, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("a batch must hold 1 packet or more, got " + capacity);
        }
        this.slab = Objects.requireNonNull(slab, "slab");
        this.capacity = capacity;
        offsets = new int[capacity];
        lengths = new int[capacity];
        remotes = new int[capacity];
        segmentBytes = new int[capacity];
        checksumStarts = new int[capacity];
        checksumOffsets = new int[capacity];
    }

    /**
     * Empties the batch and opens a region for filling.
     *
     * @param fromBytes first free byte
     * @param toBytes end of the free bytes, exclusive
     * @throws IndexOutOfBoundsException if the region is not inside the slab
     */
    public void open(int fromBytes, int toBytes) {
        Objects.checkFromToIndex(fromBytes, toBytes, slab.sizeBytes());
        size = 0;
        position = fromBytes;
        limit = toBytes;
    }

    /**
     * As {@link #open(int, int)}, over another slab.
     *
     * @param newSlab where the packets lie from now on
     * @param fromBytes first free byte
     * @param toBytes end of the free bytes, exclusive
     */
    public void open(Slab newSlab, int fromBytes, int toBytes) {
        slab = Objects.requireNonNull(newSlab, "newSlab");
        open(fromBytes, toBytes);
    }

    /** Empties the batch and closes its region. */
    public void clear() {
        size = 0;
        limit = position;
    }

    /**
     * Where the packets lie.
     *
     * @return the slab
     */
    public Slab slab() {
        return slab;
    }

    /**
     * Shorthand for the slab's buffer.
     *
     * @return memory in network byte order; use absolute access
     */
    public ByteBuffer buffer() {
        return slab.buffer();
    }

    /**
     * Most packets it can hold.
     *
     * @return packets
     */
    public int capacity() {
        return capacity;
    }

    /**
     * Packets in the batch.
     *
     * @return packets, 0 to {@link #capacity}
     */
    public int size() {
        return size;
    }

    /**
     * First byte of the region that is still free.
     *
     * @return offset in the slab
     */
    public int positionBytes() {
        return position;
    }

    /**
     * End of the region.
     *
     * @return offset in the slab, exclusive
     */
    public int limitBytes() {
        return limit;
    }

    /**
     * Where the next packet begins if it directly follows the last one, head-room kept.
     *
     * @return offset in the slab
     */
    public int nextOffset() {
        return position + HEADROOM_BYTES;
    }

    /**
     * Longest packet that fits at {@link #nextOffset} with tail-room kept.
     *
     * @return bytes; 0 or less when the batch or its region is full
     */
    public int nextRoomBytes() {
        return size == capacity ? 0 : limit - TAILROOM_BYTES - nextOffset();
    }

    /**
     * Records a packet that lies at an offset at or behind {@link #nextOffset}.
     *
     * @param offset first byte of the packet in the slab
     * @param length bytes of the packet, 0 or more
     * @return its index
     * @throws IndexOutOfBoundsException if the batch is full or the packet with its head-room and tail-room is not in the free region
     */
    public int add(int offset, int length) {
        if (size == capacity || offset < nextOffset() || length < 0 || offset + length + TAILROOM_BYTES > limit) {
            throw new IndexOutOfBoundsException("packet " + size + " at " + offset + "+" + length + " does not fit "
                    + position + ".." + limit + ", capacity " + capacity);
        }
        int index = size++;
        offsets[index] = offset;
        lengths[index] = length;
        remotes[index] = 0;
        segmentBytes[index] = 0;
        checksumStarts[index] = CHECKSUM_COMPLETE;
        checksumOffsets[index] = 0;
        position = offset + length + TAILROOM_BYTES;
        return index;
    }

    /**
     * Records a datagram and the far end that it came from.
     *
     * @param offset first byte of the datagram in the slab
     * @param length bytes of the datagram
     * @param remote id of the far end, as the link gives them out
     * @return its index
     */
    public int add(int offset, int length, int remote) {
        int index = add(offset, length);
        remotes[index] = remote;
        return index;
    }

    /**
     * Appends a packet that already lies elsewhere in the same slab, outside the open region; a list of such entries is how the core hands
     * packets to a device that writes them.
     *
     * @param offset first byte of the packet in the slab
     * @param length bytes of the packet
     * @return its index
     * @throws IndexOutOfBoundsException if the batch is full or the packet is not in the slab
     */
    public int refer(int offset, int length) {
        Objects.checkFromIndexSize(offset, length, slab.sizeBytes());
        if (size == capacity) {
            throw new IndexOutOfBoundsException("batch of " + capacity + " packets is full");
        }
        int index = size++;
        offsets[index] = offset;
        lengths[index] = length;
        remotes[index] = 0;
        segmentBytes[index] = 0;
        checksumStarts[index] = CHECKSUM_COMPLETE;
        checksumOffsets[index] = 0;
        return index;
    }

    /**
     * Marks an entry as a super-packet.
     *
     * @param index entry
     * @param bytes payload of each packet but the last, above 0
     * @param checksumStart first byte, from the packet's start, that the unfinished transport checksum covers, or {@link #CHECKSUM_COMPLETE}
     * @param checksumOffset place of the checksum field from {@code checksumStart}
     */
    public void markSegments(int index, int bytes, int checksumStart, int checksumOffset) {
        Objects.checkIndex(index, size);
        segmentBytes[index] = bytes;
        checksumStarts[index] = checksumStart;
        checksumOffsets[index] = checksumOffset;
    }

    /**
     * Gives an entry new bounds, for instance after headers were taken off.
     *
     * @param index entry
     * @param offset first byte
     * @param length bytes
     */
    public void trim(int index, int offset, int length) {
        Objects.checkIndex(index, size);
        Objects.checkFromIndexSize(offset, length, slab.sizeBytes());
        offsets[index] = offset;
        lengths[index] = length;
    }

    /**
     * First byte of a packet.
     *
     * @param index entry, 0 to {@link #size} exclusive
     * @return offset in the slab
     */
    public int offset(int index) {
        return offsets[index];
    }

    /**
     * Length of a packet.
     *
     * @param index entry
     * @return bytes
     */
    public int length(int index) {
        return lengths[index];
    }

    /**
     * The far end that a datagram came from.
     *
     * @param index entry
     * @return id as the receiving link gave it
     */
    public int remote(int index) {
        return remotes[index];
    }

    /**
     * Payload of each packet of a super-packet.
     *
     * @param index entry
     * @return bytes, or 0 for an ordinary packet
     */
    public int segmentBytes(int index) {
        return segmentBytes[index];
    }

    /**
     * Where the range of an unfinished checksum begins.
     *
     * @param index entry
     * @return bytes from the packet's start, or {@link #CHECKSUM_COMPLETE}
     */
    public int checksumStart(int index) {
        return checksumStarts[index];
    }

    /**
     * Where an unfinished checksum is kept.
     *
     * @param index entry
     * @return bytes from {@link #checksumStart}
     */
    public int checksumOffset(int index) {
        return checksumOffsets[index];
    }
}
