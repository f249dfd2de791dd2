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
 *
 * <p>What the lines prove lost ({@link LineOrder}) is not waited for at all. For the rest the time to wait follows the latest that came after all;
 * what has been sent again is told from that by {@link Abandoned}, or each loss would teach the buffer to wait longer.
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
    private final LineOrder lines = new LineOrder(flows.size());
    private final Abandoned abandoned = new Abandoned(flows.size());

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
            drain(flow, nowNanos, out);
            begin(flow);
        }
        int ahead = flows.isKnown(flow) ? segment.start() - flows.expected(flow) : 0;
        boolean resumes = ahead > FARTHEST_BYTES || ahead < -FARTHEST_BYTES || !flows.isKnown(flow);
        if (resumes) {
            drain(flow, nowNanos, out);
            begin(flow);
            ahead = 0;
        }
        boolean overtaken = lines.isBehind(flow, packet.link(), segment.start(), nowNanos);
        if (ahead > 0) {
            hold(packet, flow, nowNanos, out);
            return;
        }
        judge(flow, ahead, overtaken, nowNanos);
        out.deliver(packet.id());
        advance(flow, segment.end());
        release(flow, out);
    }

    private void begin(int flow) {
        flows.expect(flow, segment.start());
        lines.forget(flow);
        abandoned.forget(flow);
    }

    /** What a segment says about the wait that has its turn, or whose turn was before. */
    private void judge(int flow, int ahead, boolean overtaken, long nowNanos) {
        int first = flows.first(flow);
        if (first != HeldSegments.NONE && segment.end() - flows.expected(flow) > 0) {
            if (!wasSentAgain(first)) {
                hold.learn(nowNanos - held.arrivalNanos(first), nowNanos);
                if (overtaken) {
                    lines.onDisorder();
                }
            }
        } else if (ahead < 0 && abandoned.wasLate(flow, segment.start(), segment.stamp(), hold.mostNanos(), nowNanos)) {
            if (abandoned.wasProved(flow)) {
                lines.onDisorder();
            } else {
                hold.learn(Math.min(hold.mostNanos(), 2 * hold.nanos()), nowNanos);
            }
        }
    }

    /** By its time it left after a segment that is held, and so not in its turn. */
    private boolean wasSentAgain(int entry) {
        long stamp = segment.stamp();
        return stamp != TcpSegment.NO_STAMP
                && held.stamp(entry) != TcpSegment.NO_STAMP
                && (int) stamp - (int) held.stamp(entry) > 0;
    }

    private void hold(ArrivedPacket packet, int flow, long nowNanos, Release out) {
        int length = packet.lengthBytes();
        while (flows.first(flow) != HeldSegments.NONE
                && (flows.heldBytes(flow) + length > flowBytes || flows.heldPackets(flow) >= MOST_FLOW_PACKETS)) {
            giveUpFirst(flow, false, nowNanos, out);
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
            while (flows.first(flow) != HeldSegments.NONE && lines.isLost(flow, flows.expected(flow))) {
                giveUpFirst(flow, true, nowNanos, out);
            }
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
    private void giveUpFirst(int flow, boolean proved, long nowNanos, Release out) {
        int first = flows.first(flow);
        abandoned.add(flow, flows.expected(flow), held.start(first), held.stamp(first), proved, nowNanos);
        flows.expect(flow, held.start(first));
        release(flow, out);
    }

    private void drain(int flow, long nowNanos, Release out) {
        while (flows.first(flow) != HeldSegments.NONE) {
            giveUpFirst(flow, false, nowNanos, out);
        }
    }

    /** Lets the oldest segment go, with all that comes before it. */
    private void giveUpBefore(int entry, long nowNanos, Release out) {
        int flow = held.flow(entry);
        int start = held.start(entry);
        int first = flows.first(flow);
        while (first != HeldSegments.NONE && held.start(first) - start <= 0) {
            giveUpFirst(flow, false, nowNanos, out);
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
            giveUpBefore(entry, nowNanos, out);
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
            giveUpBefore(held.oldest(), nowNanos, out);
        }
    }

    @Override
    public void reset(long nowNanos, Release out) {
        while (held.oldest() != HeldSegments.NONE) {
            drain(held.flow(held.oldest()), nowNanos, out);
        }
        flows.clear();
        lines.clear();
        abandoned.clear();
        hold.reset();
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
