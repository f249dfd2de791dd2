package io.aggr.internal.engine;

import io.aggr.internal.frame.LinkAnnouncement;
import io.aggr.internal.frame.LinkFrame;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.frame.TokenFrame;
import io.aggr.internal.packet.IcmpEcho;
import io.aggr.internal.path.PathWatch;
import io.aggr.internal.path.SendPath;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The control frames of one line: when a probe is due, which probe has to be answered, whether the line's announcement was acknowledged. Frames
 * wait a little for a packet to ride behind, then travel alone.
 *
 * <p>Confined to the thread that sends.
 */
final class PathControl {

    private static final long MILLI = 1_000_000;
    private static final long RIDE_NANOS = 4 * MILLI;
    private static final long ACTIVE_PROBE_NANOS = 200 * MILLI;
    private static final long SUSPECT_PROBE_NANOS = 100 * MILLI;
    private static final long SOON_PROBE_NANOS = 120 * MILLI;
    private static final long IDLE_PROBE_NANOS = 10_000 * MILLI;

    /** A little longer than the peer takes to ask again, with its stretch: otherwise the hub would be first half of the time. */
    private static final long LEFT_TO_PEER_NANOS = IDLE_PROBE_NANOS + IDLE_PROBE_NANOS / 4 + 500 * MILLI;

    private static final long LEFT_TO_PEER_SPREAD_NANOS = 500 * MILLI;

    /** With its stretch still below the 30 seconds after which modems forget a mapping. */
    private static final long METERED_PROBE_NANOS = 22_000 * MILLI;

    private static final long SLOW_PROBE_NANOS = 1_000 * MILLI;
    private static final long SLOWEST_PROBE_NANOS = 10_000 * MILLI;
    private static final long ANNOUNCE_NANOS = 200 * MILLI;
    private static final long LEAVE_NANOS = 20 * MILLI;
    private static final int MAX_ANSWERS_PER_SECOND = 50;
    private static final long SECOND = 1_000 * MILLI;
    private static final long NEVER = Long.MAX_VALUE;

    private final SendPath path;
    private final PathWatch watch;
    private final LongSupplier random;
    private final BooleanSupplier isHub;

    private boolean probing;
    private long nextProbeNanos;
    private long lastProbeNanos;

    /** Interval of probes on a line that is down while hardly anybody waits for it; doubles with each. */
    private long slowProbeNanos = SLOW_PROBE_NANOS;

    private boolean leaving;
    private long leaveNanos;
    private int probeNumber;
    private boolean probeOutstanding;
    private boolean wasActive;
    private long outstandingSinceNanos;

    private boolean answerWanted;
    private int answerNumber;
    private long answerDueNanos;
    private boolean echoKnown;
    private long echoMicros;
    private long echoAtNanos;
    private long answersSinceNanos;
    private int answers;

    private @Nullable LinkAnnouncement announcement;
    private long nextAnnounceNanos;

    private final ByteBuffer raw = ByteBuffer.allocate(512);
    private int rawBytes;
    private long rawDueNanos;

    private long sentSequence;
    private boolean justProbed;

    /** Where nothing but packets can be sent: what stands for all these frames. */
    private @Nullable EchoProber echo;

    /**
     * Controls a line.
     *
     * @param random stretches intervals
     * @param isHub whether this end serves many peers at present
     */
    PathControl(SendPath path, PathWatch watch, LongSupplier random, BooleanSupplier isHub) {
        this.path = path;
        this.isHub = isHub;
        this.watch = watch;
        this.random = random;
    }

    SendPath path() {
        return path;
    }

    PathWatch watch() {
        return watch;
    }

    /** The line carries nothing but packets: it is probed by ICMP echo, and nothing else is said over it. */
    void probeByEcho(EchoProber prober) {
        echo = prober;
        watch.withoutReports();
    }

    /** What asks and answers where nothing but packets can be sent; null where frames can. */
    @Nullable
    EchoProber echo() {
        return echo;
    }

    /** Begins to probe, at once. What was outstanding went to where the line does not lead any more. */
    void startProbing(long nowNanos) {
        probing = true;
        probeOutstanding = false;
        nextProbeNanos = nowNanos;
        slowProbeNanos = SLOW_PROBE_NANOS;
        watch.onProbing(nowNanos);
    }

    /** Stops everything; the session is gone or the line has no far end. */
    void stop() {
        probing = false;
        leaving = false;
        probeOutstanding = false;
        answerWanted = false;
        echoKnown = false;
        rawBytes = 0;
        sentSequence = 0;
        if (echo != null) {
            echo.reset();
        }
    }

    /** Sends an announcement of the line until it is acknowledged. */
    void announce(LinkAnnouncement newAnnouncement, long nowNanos) {
        if (echo != null) {
            return;
        }
        announcement = newAnnouncement;
        nextAnnounceNanos = nowNanos;
    }

    /** The peer has acknowledged an announcement. */
    void onAcknowledged(int revision) {
        if (announcement != null && announcement.revision() == revision) {
            announcement = null;
        }
    }

    /**
     * Nothing waits for the line any more while others may go on: unless more comes soon, a probe will say how far it has passed, since nobody
     * else can tell that the last packet was lost.
     *
     * @param freeNanos when the last packet will have left
     */
    void onBacklogEmpty(long freeNanos) {
        leaving = echo == null;
        leaveNanos = freeNanos + LEAVE_NANOS;
    }

    /** A packet leaves that speaks for all before it. */
    void onPacket() {
        leaving = false;
    }

    /** The state has changed, or traffic has begun: the interval of probes is another one now. */
    void hurry(long nowNanos, boolean active) {
        if (probing && nextProbeNanos - nowNanos > probeInterval(isWatched(active, nowNanos))) {
            nextProbeNanos = nowNanos;
        }
    }

    /** A probe is wanted now, whatever the interval. */
    void probeNow(long nowNanos) {
        if (probing && nextProbeNanos - nowNanos > 0) {
            nextProbeNanos = nowNanos;
        }
    }

    /** A probe is wanted before the interval is over, but not as often as somebody may want one. */
    void askSoon(long nowNanos) {
        if (!probeOutstanding && nowNanos - lastProbeNanos >= SOON_PROBE_NANOS) {
            probeNow(nowNanos);
        }
    }

    /** A probe of the peer has come. */
    void onProbe(ByteBuffer frame, long atNanos, long nowNanos) {
        echoKnown = true;
        echoMicros = ProbeFrame.timeMicros(frame, 0);
        echoAtNanos = atNanos;
        if (ProbeFrame.isAnswer(frame, 0)) {
            onAnswer(frame, atNanos, nowNanos);
            return;
        }
        if (mayAnswer(nowNanos)) {
            answerWanted = true;
            answerNumber = ProbeFrame.number(frame, 0);
            answerDueNanos = nowNanos;
        }
    }

    private boolean mayAnswer(long nowNanos) {
        if (answers == 0 || nowNanos - answersSinceNanos > SECOND) {
            answersSinceNanos = nowNanos;
            answers = 0;
        }
        return answers++ < MAX_ANSWERS_PER_SECOND;
    }

    private void onAnswer(ByteBuffer frame, long atNanos, long nowNanos) {
        noteAnswer(nowNanos);
        long rttMicros = ProbeFrame.rttMicros(frame, 0, Ticks.microsOfNanos(atNanos));
        if (rttMicros != ProbeFrame.NO_RTT) {
            path.rtt().sample(atNanos, Math.max(1, rttMicros * 1_000));
            watch.onProof(atNanos - rttMicros * 1_000 - holdNanos(frame), nowNanos);
        }
    }

    /** An ICMP echo between the inner addresses of the line has come. */
    void onEcho(ByteBuffer packet, int length, long atNanos, long nowNanos) {
        if (echo == null) {
            return;
        }
        if (!IcmpEcho.isAnswerToUs(packet, 0, length)) {
            if (mayAnswer(nowNanos)) {
                echo.answer(packet, length);
                if (path.state() == LinkState.DOWN || path.state() == LinkState.PROBING) {
                    // Somebody is there: no need to wait for the next turn.
                    probeNow(nowNanos);
                }
            }
            return;
        }
        if (IcmpEcho.sizeBytes(packet, 0) != 0) {
            path.sizes().mtu().onAnswer(IcmpEcho.token(packet, 0), nowNanos);
            return;
        }
        long sentNanos = echo.onAnswer(packet);
        if (sentNanos != EchoProber.UNKNOWN) {
            noteAnswer(nowNanos);
            EchoEvidence.apply(path, sentNanos, atNanos, echo.takeLost());
            watch.onProof(sentNanos, nowNanos);
        }
    }

    private void noteAnswer(long nowNanos) {
        probeOutstanding = false;
        if (path.state() == LinkState.PROBING && nextProbeNanos - nowNanos > ACTIVE_PROBE_NANOS) {
            // It answers: a few more and it is up.
            nextProbeNanos = nowNanos + ACTIVE_PROBE_NANOS;
        }
        if (!wasActive && path.state() == LinkState.UP) {
            nextProbeNanos = nowNanos + stretch(idleInterval());
        }
    }

    private static long holdNanos(ByteBuffer frame) {
        long hold = ProbeFrame.holdMicros(frame, 0);
        return hold == ProbeFrame.NO_ECHO ? 0 : hold * 1_000;
    }

    /** Queues a frame that is ready. Drops it if there is no room, which only a flood can cause. */
    boolean queue(ByteBuffer frame, int offset, int bytes, long dueNanos) {
        if (rawBytes + bytes > raw.capacity()) {
            return false;
        }
        if (rawBytes == 0 || dueNanos - rawDueNanos < 0) {
            rawDueNanos = dueNanos;
        }
        raw.put(rawBytes, frame, offset, bytes);
        rawBytes += bytes;
        return true;
    }

    /** Queues an ANSWER. */
    boolean answerChallenge(long token, long nowNanos) {
        if (rawBytes + TokenFrame.BYTES > raw.capacity() / 2) {
            return false;
        }
        rawDueNanos = rawBytes == 0 ? nowNanos : Math.min(rawDueNanos, nowNanos);
        rawBytes += TokenFrame.putAnswer(raw, rawBytes, token);
        return true;
    }

    /** Queues the acknowledgement of an announcement. */
    void acknowledge(int linkId, int revision, long nowNanos) {
        if (rawBytes + LinkFrame.MIN_BYTES <= raw.capacity() / 2) {
            rawDueNanos = rawBytes == 0 ? nowNanos : Math.min(rawDueNanos, nowNanos);
            rawBytes += LinkFrame.putAck(raw, rawBytes, linkId, revision);
        }
    }

    /**
     * How long until something has to leave, with or without a packet to ride behind.
     *
     * @return nanoseconds, 0 or less if it is due, {@link Long#MAX_VALUE} if nothing is pending
     */
    long nanosToDeadline(long nowNanos) {
        long distance = NEVER;
        if (probing) {
            distance = nanosToProbe(nowNanos);
        }
        if (answerWanted) {
            distance = Math.min(distance, answerDueNanos - nowNanos);
        }
        if (announcement != null && probing) {
            distance = Math.min(distance, nextAnnounceNanos - nowNanos);
        }
        if (rawBytes > 0) {
            distance = Math.min(distance, rawDueNanos - nowNanos);
        }
        return echo != null && echo.replies() > 0 ? 0 : distance;
    }

    private long nanosToProbe(long nowNanos) {
        long distance = nextProbeNanos - nowNanos;
        return leaving ? Math.min(distance, leaveNanos - nowNanos) : distance;
    }

    /** Whether frames wait that could ride behind a packet that leaves now. */
    boolean hasFrames(long nowNanos) {
        long distance = nanosToDeadline(nowNanos);
        return distance != NEVER && (rawBytes > 0 || distance <= RIDE_NANOS);
    }

    /**
     * Writes the frames that are due or nearly due.
     *
     * @param passed how far the line has passed, for the probe's release proof
     * @return bytes written
     */
    int write(ByteBuffer target, int offset, int room, long passed, boolean active, long nowNanos) {
        int at = offset;
        int end = offset + room;
        justProbed = false;
        sentSequence = Math.max(sentSequence, passed);
        if (rawBytes > 0 && rawBytes <= end - at) {
            target.put(at, raw, 0, rawBytes);
            at += rawBytes;
            rawBytes = 0;
        }
        LinkAnnouncement pending = announcement;
        if (pending != null
                && probing
                && nextAnnounceNanos - nowNanos <= RIDE_NANOS
                && end - at >= LinkFrame.MAX_BYTES) {
            at += LinkFrame.put(target, at, pending);
            nextAnnounceNanos = nowNanos + stretch(ANNOUNCE_NANOS);
        }
        if (answerWanted && end - at >= ProbeFrame.BYTES) {
            at += putProbe(target, at, true, answerNumber, nowNanos);
            answerWanted = false;
            if (path.state() == LinkState.UP && !probeOutstanding && !isWatched(active, nowNanos)) {
                leaveAsking(nowNanos);
            }
        }
        if (probing && nanosToProbe(nowNanos) <= RIDE_NANOS && end - at >= ProbeFrame.BYTES) {
            leaving = false;
            at += putProbe(target, at, false, probeNumber++, nowNanos);
            noteProbe(active, nowNanos);
        }
        return at - offset;
    }

    /** An answer stands for the probe that would have been next: the peer's next one, which tells that this has arrived, will prove as much. */
    private void leaveAsking(long nowNanos) {
        if (path.terms().isMetered()) {
            nextProbeNanos = nowNanos + stretch(METERED_PROBE_NANOS);
        } else if (isHub.getAsBoolean()) {
            nextProbeNanos = nowNanos
                    + LEFT_TO_PEER_NANOS
                    + Long.remainderUnsigned(random.getAsLong(), LEFT_TO_PEER_SPREAD_NANOS);
        }
    }

    /**
     * Whether the line, which carries nothing but packets, has to be asked now; the request is written then.
     *
     * @param active whether the peer has had traffic of late
     */
    boolean asks(boolean active, long nowNanos) {
        if (echo == null || !probing || nextProbeNanos - nowNanos > 0) {
            return false;
        }
        echo.ask(nowNanos);
        noteProbe(active, nowNanos);
        return true;
    }

    private void noteProbe(boolean active, long nowNanos) {
        wasActive = isWatched(active, nowNanos);
        lastProbeNanos = nowNanos;
        if (!probeOutstanding) {
            probeOutstanding = true;
            outstandingSinceNanos = nowNanos;
        }
        nextProbeNanos = nowNanos + stretch(probeInterval(wasActive));
        slowProbeNanos = path.state() == LinkState.DOWN || path.state() == LinkState.PROBING
                ? Math.min(SLOWEST_PROBE_NANOS, 2 * slowProbeNanos)
                : SLOW_PROBE_NANOS;
    }

    private int putProbe(ByteBuffer target, int at, boolean isAnswer, int number, long nowNanos) {
        justProbed = true;
        long holdMicros = echoKnown ? (nowNanos - echoAtNanos) / 1_000 : -1;
        return ProbeFrame.put(
                target, at, isAnswer, number, Ticks.microsOfNanos(nowNanos), echoMicros, holdMicros, sentSequence);
    }

    /** Whether a probe, or the answer to one, is among the frames written last. */
    boolean hasJustProbed() {
        return justProbed;
    }

    /** A metered line that carries nothing itself is not watched closely, whatever the others do. */
    private boolean isWatched(boolean active, long nowNanos) {
        return active && (!path.terms().isMetered() || path.counters().isCarrying(nowNanos));
    }

    private long idleInterval() {
        return path.terms().isMetered() ? METERED_PROBE_NANOS : IDLE_PROBE_NANOS;
    }

    private long probeInterval(boolean active) {
        LinkState state = path.state();
        if (state == LinkState.SUSPECT || state == LinkState.COOLING) {
            return SUSPECT_PROBE_NANOS;
        }
        if (state == LinkState.UP) {
            // An idle line whose probe was not answered is asked again soon: one loss is no silence.
            return active || probeOutstanding ? ACTIVE_PROBE_NANOS : idleInterval();
        }
        if (active && !path.terms().isMetered()) {
            return ACTIVE_PROBE_NANOS;
        }
        return slowProbeNanos;
    }

    /** Lengthens an interval by up to a quarter, so that many peers do not fall into step. */
    private long stretch(long nanos) {
        return nanos + Long.remainderUnsigned(random.getAsLong(), nanos / 4);
    }

    /** When the oldest probe left that nothing has answered, {@link Long#MAX_VALUE} if all are answered. */
    long unansweredSinceNanos() {
        return probeOutstanding ? outstandingSinceNanos : NEVER;
    }
}
