package io.aggr.internal.engine;

import io.aggr.TunnelAddresses;
import io.aggr.internal.packet.IcmpEcho;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.LongSupplier;

/**
 * What asks and answers on a line that carries nothing but packets: ICMP echo between the inner addresses of its tunnel. Which requests are out,
 * which were answered and which were lost is kept here; when to ask is decided by {@link PathControl}.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class EchoProber {

    /** The answer of a request that is not known, or was answered before. */
    static final long UNKNOWN = Long.MIN_VALUE;

    /** A request without an answer for so long is lost. */
    private static final long LOST_NANOS = 1_000_000_000L;

    private static final int REMEMBERED = 64;
    private static final int MAX_REPLIES = 8;

    private final int local;
    private final int remote;
    private final LongSupplier random;
    private final ByteBuffer buffer = ByteBuffer.allocate(MAX_REPLIES * EgressMessage.MAX_BYTES);
    private final ByteBuffer request = ByteBuffer.allocate(IcmpEcho.PROBE_BYTES);
    private final int[] replyBytes = new int[MAX_REPLIES];
    private final long[] tokens = new long[REMEMBERED];
    private final long[] sentNanos = new long[REMEMBERED];
    private final boolean[] pending = new boolean[REMEMBERED];
    private int replies;
    private int number;
    private int lost;
    private boolean sizeDoubted;
    private long sizeDoubtNanos;

    /**
     * Asks between two addresses.
     *
     * @param addresses the inner ends of the line's tunnel
     * @param random 64 random bits at each call
     */
    EchoProber(TunnelAddresses addresses, LongSupplier random) {
        local = bits(addresses.local().getAddress());
        remote = bits(addresses.remote().getAddress());
        this.random = random;
    }

    /** An IPv4 address as it stands in a packet. */
    static int bits(byte[] address) {
        return ByteBuffer.wrap(address).getInt();
    }

    /** Forgets what was asked and what is to be answered. */
    void reset() {
        Arrays.fill(pending, false);
        replies = 0;
        lost = 0;
    }

    /** Writes the next request into {@link #request}. */
    void ask(long nowNanos) {
        for (int i = 0; i < REMEMBERED; i++) {
            if (pending[i] && nowNanos - sentNanos[i] > LOST_NANOS) {
                pending[i] = false;
                lost++;
            }
        }
        int slot = number % REMEMBERED;
        tokens[slot] = random.getAsLong();
        sentNanos[slot] = nowNanos;
        pending[slot] = true;
        IcmpEcho.putRequest(request, 0, local, remote, number, tokens[slot]);
        number = (number + 1) & 0xFFFF;
    }

    /** Writes a request of a size, whose answer proves that the line takes it. */
    void putSized(ByteBuffer out, int bytes, long token) {
        IcmpEcho.putSizedRequest(out, 0, bytes, local, remote, token);
    }

    /** Whether it is time to look whether long packets still get through; asking notes that they have been looked at. */
    boolean takesSizeDoubt(long intervalNanos, long nowNanos) {
        if (sizeDoubted && nowNanos - sizeDoubtNanos < intervalNanos) {
            return false;
        }
        sizeDoubted = true;
        sizeDoubtNanos = nowNanos;
        return true;
    }

    /** The request written last. */
    ByteBuffer request() {
        return request;
    }

    /**
     * An answer has come.
     *
     * @param packet the answer, from byte 0
     * @return when the request left, or {@link #UNKNOWN}
     */
    long onAnswer(ByteBuffer packet) {
        int slot = IcmpEcho.number(packet, 0) % REMEMBERED;
        if (!pending[slot] || tokens[slot] != IcmpEcho.token(packet, 0)) {
            return UNKNOWN;
        }
        pending[slot] = false;
        return sentNanos[slot];
    }

    /** Requests that were found to be lost since this was last asked. */
    int takeLost() {
        int count = lost;
        lost = 0;
        return count;
    }

    /**
     * A request has come and is to be answered over this line. With too many at a time the rest stays without an answer.
     *
     * @param packet the request, from byte 0
     * @param length its length, at most {@link EgressMessage#MAX_BYTES}
     */
    void answer(ByteBuffer packet, int length) {
        if (replies == MAX_REPLIES) {
            return;
        }
        int at = replies * EgressMessage.MAX_BYTES;
        buffer.put(at, packet, 0, length);
        IcmpEcho.answer(buffer, at, length);
        replyBytes[replies++] = length;
    }

    /** Answers that wait to be sent. */
    int replies() {
        return replies;
    }

    /** Where the answers lie. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Takes the last answer away and says how long it is; it begins at {@link #replyOffset}. */
    int takeReply() {
        return replyBytes[--replies];
    }

    /** Where the answer taken last begins. */
    int replyOffset() {
        return replies * EgressMessage.MAX_BYTES;
    }
}
