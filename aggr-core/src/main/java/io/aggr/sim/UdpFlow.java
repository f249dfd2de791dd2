package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import io.aggr.sim.report.Series;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/**
 * Datagrams of one size at a constant rate from one model host to another, and what came of them. Nothing is sent again and nothing slows down:
 * what is lost or overtaken on the way shows at the receiver.
 *
 * <p>Spans are from inclusive to exclusive. Counts are of datagrams <i>sent</i> in a span, so end it a little before now: what is still under way
 * counts as lost.
 *
 * @since 0.1
 */
public final class UdpFlow {
    static final int PROTOCOL = 17;
    static final int HEADER_BYTES = 28;
    private static final int NUMBER_BYTES = 8;
    private static final int MAX_BYTES = 65_535;
    private static final byte RECEIVED = 1;
    private static final byte OVERTAKEN = 2;

    private final ModelHost from;
    private final int toAddress;
    private final int fromPort;
    private final int toPort;
    private final int packetBytes;
    private final double intervalNanos;
    private final VirtualTime time;
    private final VirtualTime.Timer timer;
    private final FlowLog log;
    private final long startNanos;
    private byte[] fates = new byte[4_096];
    private int sent;
    private int newest = -1;
    private long duplicates;

    private UdpFlow(ModelHost from, ModelHost to, long bitsPerSecond, int packetBytes) {
        this.from = from;
        this.packetBytes = packetBytes;
        time = from.time();
        startNanos = time.nowNanos();
        toAddress = to.addressBits();
        fromPort = from.takePort();
        toPort = to.takePort();
        intervalNanos = packetBytes * 8e9 / bitsPerSecond;
        log = new FlowLog(from.address() + ":" + fromPort, startNanos, Long.MAX_VALUE);
        timer = time.timer(this::sendOne);
    }

    /**
     * Starts now and goes on until {@link #stop}.
     *
     * @param from who sends
     * @param to who receives
     * @param bitsPerSecond rate of IP packets, at least 1
     * @param packetBytes size of each IP packet, 36 to 65535 and at most what the sender may send
     * @return the running flow
     */
    public static UdpFlow start(ModelHost from, ModelHost to, long bitsPerSecond, int packetBytes) {
        requireNonNull(from, "from");
        requireNonNull(to, "to");
        if (bitsPerSecond < 1) {
            throw new IllegalArgumentException("udp.rate must be at least 1 bit/s, got " + bitsPerSecond);
        }
        if (packetBytes < HEADER_BYTES + NUMBER_BYTES || packetBytes > Math.min(MAX_BYTES, from.mtuBytes())) {
            throw new IllegalArgumentException("udp.packet must be " + (HEADER_BYTES + NUMBER_BYTES) + " to "
                    + Math.min(MAX_BYTES, from.mtuBytes()) + " bytes, got " + packetBytes);
        }
        UdpFlow flow = new UdpFlow(from, to, bitsPerSecond, packetBytes);
        to.add(flow);
        flow.timer.at(flow.startNanos);
        return flow;
    }

    /** Sends no more. What is under way still counts. */
    public void stop() {
        timer.cancel();
    }

    /**
     * Datagrams sent in a span.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return count
     */
    public int sentPackets(long fromNanos, long toNanos) {
        return firstFrom(toNanos) - firstFrom(fromNanos);
    }

    /**
     * Datagrams sent in a span that have not come.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return count
     */
    public int lostPackets(long fromNanos, long toNanos) {
        return sentPackets(fromNanos, toNanos) - count(RECEIVED, fromNanos, toNanos);
    }

    /**
     * Datagrams sent in a span that came after one that was sent later.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return count
     */
    public int overtakenPackets(long fromNanos, long toNanos) {
        return count(OVERTAKEN, fromNanos, toNanos);
    }

    /**
     * Datagrams that came a second time.
     *
     * @return count since the start
     */
    public long duplicatePackets() {
        return duplicates;
    }

    /**
     * Mean rate of payload that has come in a span.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span, after its begin
     * @return bit/s
     */
    public double goodputBitsPerSecond(long fromNanos, long toNanos) {
        return log.deliveredBytes(fromNanos, toNanos) * 8e9 / (toNanos - fromNanos);
    }

    /**
     * Payload that has come over time.
     *
     * @param interval length of one value, at least 10 ms
     * @return a series of Mbit/s; each value at the begin of its interval
     */
    public Series goodput(Duration interval) {
        return log.goodput(from.address() + ":" + fromPort, interval.toNanos(), time.nowNanos());
    }

    /**
     * Longest time in which nothing came. Gaps of up to 10 ms are not noted.
     *
     * @param fromNanos begin of the span
     * @param toNanos end of the span
     * @return nanoseconds
     */
    public long longestGapNanos(long fromNanos, long toNanos) {
        return log.longestGapNanos(fromNanos, toNanos, time.nowNanos());
    }

    int targetPort() {
        return toPort;
    }

    /** One has come to its host. */
    void onDatagram(long number) {
        int index = (int) number;
        if (index < 0 || index >= sent) {
            from.countCorrupt();
        } else if (fates[index] != 0) {
            duplicates++;
        } else {
            fates[index] = index < newest ? (byte) (RECEIVED | OVERTAKEN) : RECEIVED;
            newest = Math.max(newest, index);
            log.onDelivered(time.nowNanos(), packetBytes - HEADER_BYTES);
        }
    }

    private void sendOne() {
        if (sent == fates.length) {
            fates = Arrays.copyOf(fates, sent * 2);
        }
        from.sendDatagram(toAddress, fromPort, toPort, sent++, packetBytes);
        timer.at(sentNanos(sent));
    }

    private long sentNanos(int number) {
        return startNanos + Math.round(number * intervalNanos);
    }

    private int firstFrom(long nanos) {
        long number = (long) Math.ceil((nanos - startNanos) / intervalNanos);
        return (int) Math.max(0, Math.min(sent, number));
    }

    private int count(byte fate, long fromNanos, long toNanos) {
        int count = 0;
        int end = firstFrom(toNanos);
        for (int i = firstFrom(fromNanos); i < end; i++) {
            count += (fates[i] & fate) == 0 ? 0 : 1;
        }
        return count;
    }

    /** Writes all but the IP header and the checksum into a buffer that is zero otherwise. */
    static void write(ByteBuffer packet, int sourcePort, int targetPort, long number) {
        packet.putShort(20, (short) sourcePort);
        packet.putShort(22, (short) targetPort);
        packet.putShort(24, (short) (packet.limit() - 20));
        packet.putLong(HEADER_BYTES, number);
    }

    /** Fills in the checksum of a datagram that is complete otherwise (RFC 768). */
    static void seal(ByteBuffer packet) {
        int bytes = packet.limit() - 20;
        // What lies behind the number is zero and does not change the sum.
        long sum = Checksums.pseudoHeaderSum(packet, 0, PROTOCOL, bytes)
                + Checksums.sum(packet, 20, HEADER_BYTES - 20 + NUMBER_BYTES);
        int folded = Checksums.fold(sum);
        packet.putShort(26, (short) (folded == 0 ? 0xFFFF : folded));
    }

    /** Whether length and checksum of a datagram are right whose IP header is. */
    static boolean isSound(ByteBuffer packet) {
        int ip = packet.position();
        int bytes = packet.remaining() - 20;
        if (bytes < HEADER_BYTES - 20 + NUMBER_BYTES || (packet.getShort(ip + 24) & 0xFFFF) != bytes) {
            return false;
        }
        long sum = Checksums.pseudoHeaderSum(packet, ip, PROTOCOL, bytes) + Checksums.sum(packet, ip + 20, bytes);
        return Checksums.fold(sum) == 0;
    }
}
