package io.aggr.internal.tcporder;

import io.aggr.internal.reorder.BuiltIn;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.reorder.ReorderBufferProvider;
import io.aggr.spi.ProviderConfig;
import java.time.Duration;

/**
 * Puts the segments of each TCP connection in order by their own sequence numbers, so that packets may be spread over lines by an encapsulation that
 * numbers nothing. Only a segment that came before its turn waits, and only for its own connection: until what is missing has come, until it has
 * waited for {@code hold}, or until its connection holds {@code flow-bytes}. Everything else goes at once: acknowledgements without data, what was
 * sent again, probes of a closed window, what is not TCP, fragments.
 *
 * <p>Sequence numbers are 32 bits and compared by their distance (RFC 9293 section 3.4), so that they may wrap. A connection is followed from its
 * first segment on, be it in the middle; a SYN begins it anew.
 */
final class TcpSequenceReorderBuffer implements BuiltIn {

    private static final Duration DEFAULT_HOLD = Duration.ofMillis(100);
    private static final int DEFAULT_FLOW_BYTES = 512 << 10;
    private static final int LEAST_FLOW_BYTES = 16 << 10;
    private static final int MOST_FLOW_BYTES = 16 << 20;
    private static final int FLOWS = 4_096;

    /** Bounds what a sender who chooses its numbers badly can make us look through. */
    private static final int MOST_FLOW_PACKETS = 1_024;

    /** What is farther ahead is not ahead: the connection is another one by now. */
    private static final int FARTHEST_BYTES = 64 << 20;

    private final FlowTable flows = new FlowTable(FLOWS);
    private final HeldSegments held;
    private final HoldTime hold;
    private final int flowBytes;
    private final TcpSegment segment = new TcpSegment();
    private boolean gaveUp;
    private long gaveUpNanos;

    TcpSequenceReorderBuffer(long holdNanos, int flowBytes, int maxPackets) {
        this.flowBytes = flowBytes;
        hold = new HoldTime(holdNanos);
        held = new HeldSegments(flows, maxPackets);
    }

    @Override
    public void offer(ArrivedPacket packet, long nowNanos, Release out) {
        if (packet.isFree() || !segment.read(packet) || !segment.hasPlace()) {
            out.deliver(packet.id());
            return;
        }
        int flow = flows.place(packet.flowHash(), segment.identity(), nowNanos);
        if (flow == FlowTable.NONE) {
            out.deliver(packet.id());
            return;
        }
        if (segment.isSyn()) {
            drain(flow, out);
            flows.expect(flow, segment.start());
        }
        int ahead = flows.isKnown(flow) ? segment.start() - flows.expected(flow) : 0;
        if (ahead > 0 && ahead <= FARTHEST_BYTES) {
            hold(packet, flow, nowNanos, out);
            return;
        }
        boolean resumes = ahead > 0 || ahead < -FARTHEST_BYTES || !flows.isKnown(flow);
        if (resumes) {
            drain(flow, out);
            flows.expect(flow, segment.start());
        } else if (flows.first(flow) != HeldSegments.NONE && segment.end() - flows.expected(flow) > 0) {
            hold.learn(nowNanos - arrivalOfFirst(flow), nowNanos);
        } else if (ahead < 0 && gaveUp && nowNanos - gaveUpNanos < hold.nanos()) {
            // It may have been sent again; but if it was only slow, the wait was too short.
            hold.learn(Math.min(hold.mostNanos(), 2 * hold.nanos()), nowNanos);
        }
        out.deliver(packet.id());
        advance(flow, segment.end());
        release(flow, out);
    }

    private long arrivalOfFirst(int flow) {
        return held.arrivalNanos(flows.first(flow));
    }

    private void hold(ArrivedPacket packet, int flow, long nowNanos, Release out) {
        int length = packet.lengthBytes();
        while (flows.first(flow) != HeldSegments.NONE
                && (flows.heldBytes(flow) + length > flowBytes || flows.heldPackets(flow) >= MOST_FLOW_PACKETS)) {
            giveUpFirst(flow, out);
        }
        if (held.isFull()) {
            releaseOldest(nowNanos, out);
        }
        if (segment.start() - flows.expected(flow) <= 0) {
            out.deliver(packet.id());
            advance(flow, segment.end());
            release(flow, out);
        } else {
            held.add(packet.id(), flow, segment, length, nowNanos);
        }
    }

    private void advance(int flow, int end) {
        if (end - flows.expected(flow) > 0) {
            flows.expect(flow, end);
        }
    }

    /** Lets go what has its turn. */
    private void release(int flow, Release out) {
        for (int entry = flows.first(flow);
                entry != HeldSegments.NONE && held.start(entry) - flows.expected(flow) <= 0;
                entry = flows.first(flow)) {
            advance(flow, held.end(entry));
            out.deliver(held.removeFirst(flow));
        }
    }

    /** Waits no longer for what is missing before the first held segment of a connection. */
    private void giveUpFirst(int flow, Release out) {
        flows.expect(flow, held.start(flows.first(flow)));
        release(flow, out);
    }

    private void drain(int flow, Release out) {
        while (flows.first(flow) != HeldSegments.NONE) {
            giveUpFirst(flow, out);
        }
    }

    /** Lets the oldest segment go, with all that comes before it. */
    private void giveUpBefore(int entry, Release out) {
        int flow = held.flow(entry);
        int start = held.start(entry);
        int first = flows.first(flow);
        while (first != HeldSegments.NONE && held.start(first) - start <= 0) {
            giveUpFirst(flow, out);
            first = flows.first(flow);
        }
    }

    @Override
    public void onLost(long sequence, long nowNanos, Release out) {}

    @Override
    public void onPassed(long sequence, long nowNanos, Release out) {}

    @Override
    public void poll(long nowNanos, Release out) {
        for (int entry = held.oldest();
                entry != HeldSegments.NONE && nowNanos - held.arrivalNanos(entry) >= hold.nanos();
                entry = held.oldest()) {
            giveUpBefore(entry, out);
            gaveUp = true;
            gaveUpNanos = nowNanos;
        }
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        int entry = held.oldest();
        return entry == HeldSegments.NONE ? Long.MAX_VALUE : hold.nanos() - (nowNanos - held.arrivalNanos(entry));
    }

    @Override
    public void releaseOldest(long nowNanos, Release out) {
        if (held.oldest() != HeldSegments.NONE) {
            giveUpBefore(held.oldest(), out);
        }
    }

    @Override
    public void reset(long nowNanos, Release out) {
        while (held.oldest() != HeldSegments.NONE) {
            drain(held.flow(held.oldest()), out);
        }
        flows.clear();
        hold.reset();
        gaveUp = false;
    }

    @Override
    public int heldPackets() {
        return held.size();
    }

    /** Makes the buffer for {@code tcp-sequence}. */
    public static final class Provider implements ReorderBufferProvider {

        /** Called by the service loader. */
        public Provider() {}

        @Override
        public String name() {
            return "tcp-sequence";
        }

        @Override
        public boolean needsSequence() {
            return false;
        }

        @Override
        public ReorderBuffer create(ProviderConfig config, int maxPackets) {
            return new TcpSequenceReorderBuffer(
                    config.duration("hold", DEFAULT_HOLD).toNanos(),
                    (int) config.integer("flow-bytes", DEFAULT_FLOW_BYTES, LEAST_FLOW_BYTES, MOST_FLOW_BYTES),
                    maxPackets);
        }
    }
}
