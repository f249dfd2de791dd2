package io.aggr.sim;

import java.nio.ByteBuffer;

/**
 * The receiving end of a TCP connection, modelled on Linux: delayed acknowledgements (RFC 1122, 4.2.3.2) that out-of-order
 * arrivals suspend (RFC 5681, 4.2), SACK and DSACK (RFC 2018, 2883), timestamps (RFC 7323), ECN echo (RFC 3168), and a receive
 * window that follows what the application took in the last round trip. The application takes everything at once.
 */
final class TcpReceiver implements ModelHost.TcpEnd {
    private static final int INITIAL_WINDOW_BYTES = 65_535;
    private static final long DELAYED_ACK_NANOS = 40_000_000L;
    private static final int QUICK_ACKS = 16;

    private final ModelHost host;
    private final VirtualTime time;
    private final TcpOptions options;
    private final FlowLog log;
    private final int localPort;
    private final int remotePort;
    private final int remoteAddress;
    private final int ownSequence;
    private final int windowScale;
    private final ReceivedRanges ranges = new ReceivedRanges();
    private final TcpSegment out = new TcpSegment();
    private final VirtualTime.Timer delayedAckTimer;

    private boolean connected;
    private boolean ecn;
    private int peerInitialSequence;
    private int segmentBytes = 536;
    private long next;
    private int recentTimestamp;
    private long lastAckSent;
    private int quickAcks = QUICK_ACKS;
    private int unackedBytes;
    private boolean echoCongestion;

    // Window tuning: bytes taken since the measuring round trip began.
    private int windowBytes = INITIAL_WINDOW_BYTES;
    private long roundTripNanos;
    private long measureFromNanos;
    private long measureFromByte;
    private long lastCopiedBytes = INITIAL_WINDOW_BYTES / 2;

    private long duplicateLeft = -1;
    private long duplicateRight;
    private int duplicateRange = -1;

    TcpReceiver(ModelHost host, ModelHost peer, int localPort, int remotePort, TcpOptions options, FlowLog log) {
        this.host = host;
        this.time = host.time();
        this.options = options;
        this.log = log;
        this.localPort = localPort;
        this.remotePort = remotePort;
        this.remoteAddress = peer.addressBits();
        this.ownSequence = (int) new SeededRandom(~localPort).nextLong();
        this.windowScale = windowScale(options);
        this.delayedAckTimer = time.timer(this::sendAck);
    }

    /** The least shift with which the largest window fits into 16 bits (RFC 7323, 2). */
    static int windowScale(TcpOptions options) {
        return Math.max(0, 16 - Integer.numberOfLeadingZeros(options.maxWindowBytes()));
    }

    @Override
    public boolean matches(int local, int remote, int address) {
        return local == localPort && remote == remotePort && address == remoteAddress;
    }

    @Override
    public void onPacketTooBig(int mtuBytes) {
        // Acknowledgements are small.
    }

    @Override
    public void onSegment(TcpSegment segment, ByteBuffer packet) {
        if (segment.has(TcpSegment.SYN)) {
            onSyn(segment);
        } else if (connected && segment.payloadBytes > 0) {
            onData(segment, packet);
        }
    }

    private void onSyn(TcpSegment segment) {
        if (connected && next > 0) {
            return;
        }
        connected = true;
        peerInitialSequence = segment.sequence;
        ecn = options.ecn() && segment.has(TcpSegment.ECE) && segment.has(TcpSegment.CWR);
        recentTimestamp = segment.timestamp;
        measureFromNanos = time.nowNanos();
        header(TcpSegment.SYN | TcpSegment.ACK | (ecn ? TcpSegment.ECE : 0));
        out.sequence = ownSequence;
        out.window = INITIAL_WINDOW_BYTES;
        out.maxSegmentBytes = host.mtuBytes() - 40;
        out.windowScale = windowScale;
        host.send(out, 0);
    }

    private void onData(TcpSegment segment, ByteBuffer packet) {
        long start = next + (segment.sequence - wire(next));
        long end = start + segment.payloadBytes;
        if (start < 0 || (segment.payloadBytes >= 8 && packet.getLong(segment.payloadOffset) != start)) {
            host.countCorrupt();
            return;
        }
        segmentBytes = Math.max(segmentBytes, segment.payloadBytes);
        if (start <= lastAckSent && segment.timestamp - recentTimestamp >= 0) {
            recentTimestamp = segment.timestamp;
        }
        if (ecn) {
            if (segment.has(TcpSegment.CWR)) {
                echoCongestion = false;
            }
            if (segment.ecn == TcpSegment.CE) {
                echoCongestion = true;
                quickAcks = Math.max(quickAcks, 2);
            }
        }
        measureRoundTrip(segment);
        if (end <= next) {
            reportDuplicate(start, end, -1);
        } else if (start > next) {
            onOutOfOrder(start, end);
        } else {
            onInOrder(end);
        }
    }

    private void onOutOfOrder(long start, long end) {
        int holder = ranges.containing(start, end);
        if (holder >= 0) {
            reportDuplicate(start, end, holder);
            return;
        }
        ranges.add(start, end);
        sendAck();
    }

    private void onInOrder(long end) {
        boolean filledHole = !ranges.isEmpty();
        long before = next;
        next = ranges.takeUpTo(end);
        log.onDelivered(time.nowNanos(), next - before);
        unackedBytes += (int) (next - before);
        tuneWindow();
        if (filledHole || quickAcks > 0 || unackedBytes >= 2 * segmentBytes || next == options.totalBytes()) {
            sendAck();
        } else if (!delayedAckTimer.isSet()) {
            delayedAckTimer.at(time.nowNanos() + DELAYED_ACK_NANOS);
        }
    }

    private void reportDuplicate(long start, long end, int holder) {
        duplicateLeft = start;
        duplicateRight = end;
        duplicateRange = holder;
        log.onDuplicateArrival();
        sendAck();
    }

    private void sendAck() {
        delayedAckTimer.cancel();
        quickAcks = Math.max(0, quickAcks - 1);
        unackedBytes = 0;
        header(TcpSegment.ACK | (echoCongestion ? TcpSegment.ECE : 0));
        out.sequence = ownSequence + 1;
        if (duplicateLeft >= 0) {
            out.addSack(wire(duplicateLeft), wire(duplicateRight));
            if (duplicateRange >= 0) {
                out.addSack(wire(ranges.left(duplicateRange)), wire(ranges.right(duplicateRange)));
            }
        }
        for (int i = 0; i < ranges.recentCount() && out.sackCount < TcpSegment.MAX_SACK_BLOCKS; i++) {
            long left = ranges.recentLeft(i);
            if (duplicateRange < 0 || left != ranges.left(duplicateRange)) {
                out.addSack(wire(left), wire(ranges.recentRight(i)));
            }
        }
        duplicateLeft = -1;
        duplicateRange = -1;
        lastAckSent = next;
        host.send(out, 0);
    }

    /** The sender echoes our timestamps, so each segment tells how long the loop is at present, queues included. */
    private void measureRoundTrip(TcpSegment segment) {
        long sampleNanos = (time.millisecondOf(time.nowNanos()) - segment.timestampEcho) * 1_000_000L;
        roundTripNanos = roundTripNanos == 0
                ? Math.max(1_000_000, sampleNanos)
                : Math.max(1_000_000, roundTripNanos + (sampleNanos - roundTripNanos) / 8);
    }

    /**
     * Grows the window to twice what was taken in the last round trip, and further while that amount grows, so that the
     * window is never what limits slow start.
     */
    private void tuneWindow() {
        long nowNanos = time.nowNanos();
        if (nowNanos - measureFromNanos < roundTripNanos) {
            return;
        }
        long copied = next - measureFromByte;
        if (copied > lastCopiedBytes) {
            double wanted = 2.0 * copied + 16.0 * segmentBytes;
            wanted += wanted * 2 * (copied - lastCopiedBytes) / lastCopiedBytes;
            windowBytes = (int) Math.min(options.maxWindowBytes(), Math.max(windowBytes, wanted));
            lastCopiedBytes = copied;
        }
        measureFromNanos = nowNanos;
        measureFromByte = next;
    }

    private void header(int flags) {
        out.targetAddress = remoteAddress;
        out.sourcePort = localPort;
        out.targetPort = remotePort;
        out.acknowledgement = wire(next);
        out.flags = flags;
        out.window = windowBytes >>> windowScale;
        out.ecn = TcpSegment.NOT_ECT;
        out.timestamp = time.millisecondOf(time.nowNanos());
        out.timestampEcho = recentTimestamp;
        out.sackCount = 0;
        out.payloadBytes = 0;
    }

    private int wire(long position) {
        return peerInitialSequence + 1 + (int) position;
    }
}
