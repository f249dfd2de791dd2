package io.aggr.testkit;

import io.aggr.packet.TrafficClass;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.schedule.OutgoingPacket;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * A packet that a test makes up, for schedulers and for reorder buffers. Every property has a setter that returns the packet.
 *
 * <p><b>Threading.</b> One thread at a time.
 *
 * @since 0.1
 */
public final class ScriptedPacket implements OutgoingPacket, ArrivedPacket {

    private static final int IPV4_HEADER_BYTES = 20;

    private final ByteBuffer buffer;
    private int lengthBytes;
    private int flowHash;
    private TrafficClass trafficClass = TrafficClass.BULK;
    private int count = 1;
    private int totalBytes;
    private boolean repair;
    private boolean free;
    private long waitedNanos;
    private int id;
    private long sequence;
    private long predecessorMin = NO_SEQUENCE;
    private long predecessorMax = NO_SEQUENCE;
    private int link;
    private long ageNanos;

    private ScriptedPacket(ByteBuffer buffer, int lengthBytes) {
        this.buffer = buffer;
        setLengthBytes(lengthBytes);
    }

    /**
     * An IPv4 UDP packet of zeros, of the bulk class.
     *
     * @param lengthBytes its length, 20 or more
     * @return a packet
     */
    public static ScriptedPacket ofLength(int lengthBytes) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.max(lengthBytes, 65_535));
        bytes.put(0, (byte) 0x45);
        bytes.put(8, (byte) 64);
        bytes.put(9, (byte) 17);
        return new ScriptedPacket(bytes, lengthBytes);
    }

    /**
     * A packet with these bytes.
     *
     * @param bytes the inner packet; copied
     * @return a packet
     */
    public static ScriptedPacket of(byte[] bytes) {
        return new ScriptedPacket(ByteBuffer.wrap(bytes.clone()), bytes.length);
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return 0;
    }

    @Override
    public int lengthBytes() {
        return lengthBytes;
    }

    /**
     * Makes it a single packet of another length.
     *
     * @param newLengthBytes its length, at most that of its memory
     * @return this
     */
    public ScriptedPacket setLengthBytes(int newLengthBytes) {
        lengthBytes = Objects.checkIndex(newLengthBytes, buffer.capacity() + 1);
        count = 1;
        totalBytes = newLengthBytes;
        if (lengthBytes >= IPV4_HEADER_BYTES && buffer.get(0) >> 4 == 4) {
            buffer.putShort(2, (short) newLengthBytes);
        }
        return this;
    }

    @Override
    public int flowHash() {
        return flowHash;
    }

    /**
     * Puts it into another flow.
     *
     * @param newFlowHash the flow's hash
     * @return this
     */
    public ScriptedPacket setFlowHash(int newFlowHash) {
        flowHash = newFlowHash;
        return this;
    }

    @Override
    public TrafficClass trafficClass() {
        return trafficClass;
    }

    /**
     * Sets the class.
     *
     * @param newTrafficClass the class
     * @return this
     */
    public ScriptedPacket setTrafficClass(TrafficClass newTrafficClass) {
        trafficClass = newTrafficClass;
        return this;
    }

    @Override
    public int count() {
        return count;
    }

    @Override
    public int totalBytes() {
        return totalBytes;
    }

    /**
     * Makes it a run of equal packets of the present length.
     *
     * @param newCount how many, 1 to 16
     * @return this
     */
    public ScriptedPacket setCount(int newCount) {
        count = newCount;
        totalBytes = newCount * lengthBytes;
        return this;
    }

    @Override
    public boolean isRepair() {
        return repair;
    }

    /**
     * Says whether it is sent again.
     *
     * @param newRepair whether it is a repair
     * @return this
     */
    public ScriptedPacket setRepair(boolean newRepair) {
        repair = newRepair;
        return this;
    }

    @Override
    public long waitedNanos() {
        return waitedNanos;
    }

    /**
     * Sets how long it has waited.
     *
     * @param newWaitedNanos nanoseconds, 0 or more
     * @return this
     */
    public ScriptedPacket setWaitedNanos(long newWaitedNanos) {
        waitedNanos = newWaitedNanos;
        return this;
    }

    @Override
    public int id() {
        return id;
    }

    /**
     * Sets the id towards a reorder buffer.
     *
     * @param newId the id
     * @return this
     */
    public ScriptedPacket setId(int newId) {
        id = newId;
        return this;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    /**
     * Sets the place among all packets.
     *
     * @param newSequence the sequence, or {@link ArrivedPacket#NO_SEQUENCE}
     * @return this
     */
    public ScriptedPacket setSequence(long newSequence) {
        sequence = newSequence;
        return this;
    }

    @Override
    public long predecessorMin() {
        return predecessorMin;
    }

    @Override
    public long predecessorMax() {
        return predecessorMax;
    }

    /**
     * Sets where the packet before it in its flow group is.
     *
     * @param newMin lowest sequence that it may have, or {@link ArrivedPacket#NO_SEQUENCE}
     * @param newMax highest sequence that it may have, or {@link ArrivedPacket#NO_SEQUENCE}
     * @return this
     */
    public ScriptedPacket setPredecessor(long newMin, long newMax) {
        predecessorMin = newMin;
        predecessorMax = newMax;
        return this;
    }

    @Override
    public boolean isFree() {
        return free;
    }

    /**
     * Says whether it may be delivered at once.
     *
     * @param newFree whether it is free
     * @return this
     */
    public ScriptedPacket setFree(boolean newFree) {
        free = newFree;
        return this;
    }

    @Override
    public boolean isBulk() {
        return trafficClass == TrafficClass.BULK;
    }

    @Override
    public int link() {
        return link;
    }

    /**
     * Sets the line that it came over.
     *
     * @param newLink number of the line
     * @return this
     */
    public ScriptedPacket setLink(int newLink) {
        link = newLink;
        return this;
    }

    @Override
    public long ageNanos() {
        return ageNanos;
    }

    /**
     * Sets its age.
     *
     * @param newAgeNanos nanoseconds on the scale of relative delays
     * @return this
     */
    public ScriptedPacket setAgeNanos(long newAgeNanos) {
        ageNanos = newAgeNanos;
        return this;
    }
}
