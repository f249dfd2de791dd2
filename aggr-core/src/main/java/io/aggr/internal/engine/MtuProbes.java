package io.aggr.internal.engine;

import io.aggr.internal.frame.MtuFrame;
import io.aggr.internal.frame.PadFrame;
import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.MtuSearch;
import io.aggr.internal.path.SendPath;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;

/**
 * Makes the padded datagrams, or ICMP echo requests where there are no frames, with which the MTU of a peer's lines is found out, and tells {@link MtuSearch} what reports and states say.
 *
 * <p>Confined to the thread that sends. Allocates nothing but a larger buffer where a line takes more than any before.
 */
final class MtuProbes {

    private static final long MILLI = 1_000_000;

    /** A probe without an answer for so long has been lost, as a rule; the next one is due by then. */
    private static final long DOUBT_NANOS = 190 * MILLI;

    /** How often it is looked, where nothing but packets can be sent, whether a line in use still takes long ones: 0.3 % of 0.8 Mbit/s. */
    private static final long ECHO_DOUBT_NANOS = 5_000 * MILLI;

    private static final long METERED_DOUBT_NANOS = 600_000 * MILLI;

    private final EgressContext context;
    private final int peer;
    private ByteBuffer plaintext = ByteBuffer.allocate(2_048);

    MtuProbes(EgressContext context, int peer) {
        this.context = context;
        this.peer = peer;
    }

    /** How long until {@link #sealIfDue} has something to do, {@link Long#MAX_VALUE} if only events matter. */
    static long nanosToDeadline(SendPath path, long nowNanos) {
        return mayProbe(path) ? path.sizes().mtu().nanosToDeadline(nowNanos, path.patienceNanos()) : Long.MAX_VALUE;
    }

    /** A line that is suspect is probed too, so that its MTU is known when it comes back; not at the cost of whoever pays for each byte. */
    private static boolean mayProbe(SendPath path) {
        LinkState state = path.state();
        return state == LinkState.UP
                || (!path.terms().isMetered() && (state == LinkState.SUSPECT || state == LinkState.COOLING));
    }

    /**
     * Puts a probe into the batch if one is due, and lets a small one follow, whose answer proves that the line lives.
     *
     * @return whether there is one more datagram
     */
    boolean sealIfDue(PathControl control, long nowNanos) {
        SendPath path = control.path();
        MtuSearch mtu = path.sizes().mtu();
        EchoProber echo = control.echo();
        if (!mayProbe(path)) {
            return false;
        }
        mtu.poll(nowNanos, path.patienceNanos());
        int bytes = mtu.dueBytes(nowNanos);
        int plaintextBytes = path.sizes().plaintextBytes(bytes);
        if (bytes == 0
                || plaintextBytes < MtuFrame.BYTES
                || (echo == null && !context.traits().carriesFrames())) {
            return false;
        }
        if (plaintext.capacity() < plaintextBytes) {
            plaintext = ByteBuffer.allocate(plaintextBytes);
        }
        long token = context.random().getAsLong();
        if (echo == null) {
            int head = MtuFrame.put(plaintext, 0, token, bytes);
            PadFrame.put(plaintext, head, plaintextBytes - head);
        } else {
            echo.putSized(plaintext, plaintextBytes, token);
        }
        DatagramBuilder builder = context.builder();
        builder.begin();
        builder.packet(plaintext, 0, plaintextBytes, true);
        // It counts as acknowledged from the start: that it is lost is no loss, and nothing has to be sent again.
        long counter = path.inFlight().add(nowNanos, InFlight.NO_SEQUENCE, 0, 0, 0, 0, 0, nowNanos);
        path.inFlight().acknowledge(counter);
        mtu.onSent(token, bytes, counter, nowNanos);
        if (context.sealer().seal(peer, path.id(), counter, builder, context.sendBatch()) != 1) {
            return false;
        }
        path.rate().pacer().onSent(nowNanos, bytes);
        control.probeNow(nowNanos);
        return true;
    }

    /** Whether what is sent behind a long packet may be lost with it: then control frames travel alone. */
    static boolean isDoubtful(PathControl control, int wireBytes, long nowNanos) {
        SendPath path = control.path();
        return path.sizes().mtu().isSearching()
                && wireBytes > path.sizes().mtu().safeBytes()
                && isOverdue(control.unansweredSinceNanos(), nowNanos);
    }

    private static boolean isOverdue(long unansweredSinceNanos, long nowNanos) {
        return unansweredSinceNanos != Long.MAX_VALUE && nowNanos - unansweredSinceNanos > DOUBT_NANOS;
    }

    /** Looks at what is unanswered. */
    static void poll(PathControl control, long nowNanos) {
        SendPath path = control.path();
        EchoProber echo = control.echo();
        if (echo != null
                && path.state().carriesTraffic()
                && path.counters().isCarrying(nowNanos)
                && echo.takesSizeDoubt(path.terms().isMetered() ? METERED_DOUBT_NANOS : ECHO_DOUBT_NANOS, nowNanos)) {
            // Nobody reports that long packets do not arrive.
            path.sizes().mtu().onDoubt(nowNanos, nowNanos);
        }
        if (path.state().carriesTraffic()
                && path.sizes().mtu().isSearching()
                && isOverdue(control.unansweredSinceNanos(), nowNanos - path.patienceNanos())) {
            path.sizes().mtu().onDoubt(control.unansweredSinceNanos(), nowNanos);
        }
    }

    /** A report speaks of the datagrams of a line up to a counter. */
    static void onReport(SendPath path, long before, long highest, long missing, long nowNanos) {
        MtuSearch mtu = path.sizes().mtu();
        if (!mtu.isSearching()) {
            return;
        }
        mtu.onReport(before, highest, missing, nowNanos);
        InFlight inFlight = path.inFlight();
        // In the order in which they were sent, whatever has been done about them since: what matters is whether a long
        // one
        // has arrived between those that have not.
        for (long counter = Math.max(before + 1, highest - Long.SIZE); counter <= highest; counter++) {
            if (inFlight.recall(counter) != InFlight.Recall.UNKNOWN
                    && inFlight.sequence(counter) != InFlight.ELSEWHERE) {
                boolean arrived = counter == highest || (missing & 1L << (highest - 1 - counter)) == 0;
                mtu.onReported(
                        path.sizes().packetWireBytes(inFlight.length(counter)),
                        arrived,
                        inFlight.sentNanos(counter),
                        nowNanos);
            }
        }
    }

    /** The line stops carrying traffic; called before what is on its way is taken back. */
    static void onSilence(SendPath path, long nowNanos) {
        InFlight inFlight = path.inFlight();
        int longPackets = 0;
        for (long counter = inFlight.oldestCounter(); counter < inFlight.nextCounter(); counter++) {
            if (inFlight.isUnacknowledged(counter)
                    && inFlight.hasPacket(counter)
                    && path.sizes().packetWireBytes(inFlight.length(counter))
                            > path.sizes().mtu().safeBytes()) {
                longPackets++;
            }
        }
        path.sizes().mtu().onSilence(longPackets, nowNanos);
    }
}
