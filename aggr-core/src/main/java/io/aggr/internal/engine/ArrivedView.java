package io.aggr.internal.engine;

import io.aggr.internal.frame.IpFrame;
import io.aggr.packet.TrafficClass;
import io.aggr.reorder.ArrivedPacket;
import java.nio.ByteBuffer;

/** The packet that a reorder buffer is offered: one view, moved from packet to packet. Confined to the thread that receives. */
final class ArrivedView implements ArrivedPacket {

    private final ByteBuffer buffer;
    private int id;
    private int offset;
    private int lengthBytes;
    private int flowHash;
    private int link;
    private long sequence;
    private long predecessorMin;
    private long predecessorMax;
    private boolean free;
    private boolean repair;
    private boolean bulk;
    private long ageNanos;

    ArrivedView(ByteBuffer buffer) {
        this.buffer = buffer;
    }

    void show(int newId, int newOffset, int newLength, int newFlowHash, int newLink) {
        id = newId;
        offset = newOffset;
        lengthBytes = newLength;
        flowHash = newFlowHash;
        link = newLink;
        sequence = NO_SEQUENCE;
        predecessorMin = NO_SEQUENCE;
        predecessorMax = NO_SEQUENCE;
        free = false;
        repair = false;
        bulk = true;
        ageNanos = 0;
    }

    void place(int newId, int newFlowHash) {
        id = newId;
        flowHash = newFlowHash;
    }

    void number(long newSequence, IpFrame frame, long newAgeNanos) {
        sequence = newSequence;
        predecessorMin = frame.predecessorMin(newSequence);
        predecessorMax = frame.predecessorMax(newSequence);
        free = frame.isFree();
        repair = frame.isRepair();
        bulk = frame.isBulk();
        ageNanos = newAgeNanos;
    }

    @Override
    public int id() {
        return id;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public long predecessorMin() {
        return predecessorMin;
    }

    @Override
    public long predecessorMax() {
        return predecessorMax;
    }

    @Override
    public boolean isFree() {
        return free;
    }

    @Override
    public boolean isRepair() {
        return repair;
    }

    @Override
    public boolean isBulk() {
        return bulk;
    }

    @Override
    public int link() {
        return link;
    }

    @Override
    public long ageNanos() {
        return ageNanos;
    }

    @Override
    public ByteBuffer buffer() {
        return buffer;
    }

    @Override
    public int offset() {
        return offset;
    }

    @Override
    public int lengthBytes() {
        return lengthBytes;
    }

    @Override
    public int flowHash() {
        return flowHash;
    }

    @Override
    public TrafficClass trafficClass() {
        return free ? TrafficClass.URGENT : TrafficClass.BULK;
    }
}
