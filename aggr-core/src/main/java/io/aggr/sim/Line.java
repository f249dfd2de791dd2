package io.aggr.sim;

import static java.util.Objects.requireNonNull;

/**
 * A model of one direction of an access line: a drop-tail queue, serialisation at a rate, loss, delay and jitter.
 *
 * <p>The line carries tokens, not packets: the caller keeps the bytes and gives a {@code long} that stands for them. Each
 * token that {@link #offer} takes comes back exactly once from {@link #deliver}, as delivered or as lost, at the time at
 * which the packet arrives or would have arrived.
 *
 * <p>The model owns no clock and schedules nothing, so it runs in virtual time and, fed from a thread, in real time.
 * Instants are compared by subtraction. Calls must not go back in time.
 *
 * <p>Serialisation is exact in the long run: fractions of a nanosecond are carried from packet to packet for as long as
 * the line is busy.
 *
 * <p><b>Threading.</b> One thread at a time. No allocation after the queues have reached their size.
 *
 * @since 0.1
 */
public final class Line {
    /**
     * Takes what comes out of a line.
     *
     * @since 0.1
     */
    public interface Receiver {
        /**
         * A packet has come to the end of the line or of its life.
         *
         * @param token the token given to {@link Line#offer}
         * @param sizeBytes the size given to {@link Line#offer}
         * @param atNanos when it arrived, or would have arrived; at most the {@code nowNanos} of {@link Line#deliver}
         * @param outcome {@code CARRIED}, {@code LOST} or {@code VANISHED}
         */
        void onOutcome(long token, int sizeBytes, long atNanos, LineOutcome outcome);
    }

    /*
     * Two rings. `queue` holds packets whose serialisation is not over; the head is being sent and is done at
     * headDoneNanos. `flight` holds packets that are on their way, sorted by arrival. Time moves only in advance(), which
     * transfers from one to the other everything that is done by then; each packet's fate is drawn at that moment, in
     * order, so the random sequence does not depend on how often the line is looked at.
     */
    private final PacketRing queue = new PacketRing(64);
    private final PacketRing flight = new PacketRing(64);
    private final SeededRandom random;
    private LineSettings settings;

    // The settings, unpacked for the packet path.
    private long rate;
    private long delayNanos;
    private long amplitudeNanos;
    private long periodNanos;
    private long limitBytes;

    private long headDoneNanos;
    private long remainder;
    private long queuedBytes;
    private boolean badState;
    private boolean waveStarted;
    private long waveStartNanos;
    private double waveFrom;
    private double waveTo;

    private long offeredPackets;
    private long offeredBytes;
    private long deliveredPackets;
    private long deliveredBytes;
    private long queueFullPackets;
    private long tooLargePackets;
    private long lostPackets;
    private long vanishedPackets;
    private long peakQueuedBytes;

    /**
     * An empty line.
     *
     * @param settings what it does
     * @param seed seed of its loss and jitter
     */
    public Line(LineSettings settings, long seed) {
        this.settings = requireNonNull(settings, "settings");
        this.random = new SeededRandom(seed);
        unpack();
    }

    /**
     * What the line does at present.
     *
     * @return the settings last given
     */
    public LineSettings settings() {
        return settings;
    }

    /**
     * Changes what the line does. Packets on their way are not touched; the one that is being sent goes on at the new rate
     * with what is left of it; queued packets stay, also beyond a smaller queue.
     *
     * @param newSettings what it does from now on
     * @param nowNanos present instant
     */
    public void change(LineSettings newSettings, long nowNanos) {
        requireNonNull(newSettings, "newSettings");
        advance(nowNanos);
        if (queue.count() > 0 && newSettings.rateBitsPerSecond() != rate) {
            double leftNanos = headDoneNanos - nowNanos;
            double scaled = newSettings.rateBitsPerSecond() == LineSettings.UNLIMITED_RATE
                    ? 0
                    : leftNanos * rate / newSettings.rateBitsPerSecond();
            headDoneNanos = nowNanos + Math.round(scaled);
            remainder = 0;
        }
        if (!newSettings.jitter().equals(settings.jitter())) {
            waveStarted = false;
        }
        settings = newSettings;
        unpack();
    }

    private void unpack() {
        rate = settings.rateBitsPerSecond();
        delayNanos = settings.delay().toNanos();
        amplitudeNanos = settings.jitter().amplitude().toNanos();
        periodNanos = settings.jitter().period().toNanos();
        limitBytes = rate == LineSettings.UNLIMITED_RATE
                ? Long.MAX_VALUE
                : settings.queue().bytesAt(rate);
    }

    /**
     * Puts a packet into the queue.
     *
     * @param nowNanos present instant
     * @param sizeBytes IP bytes of the packet, at least 1
     * @param token what {@link #deliver} hands out; any value
     * @return {@code CARRIED} if the line took the token, {@code QUEUE_FULL} or {@code TOO_LARGE} if it did not
     */
    public LineOutcome offer(long nowNanos, int sizeBytes, long token) {
        if (sizeBytes < 1) {
            throw new IllegalArgumentException("sizeBytes must be at least 1, got " + sizeBytes);
        }
        advance(nowNanos);
        offeredPackets++;
        offeredBytes += sizeBytes;
        if (sizeBytes > settings.mtuBytes()) {
            tooLargePackets++;
            return LineOutcome.TOO_LARGE;
        }
        if (queue.count() > 0 && queuedBytes + sizeBytes > limitBytes) {
            queueFullPackets++;
            return LineOutcome.QUEUE_FULL;
        }
        if (queue.count() == 0) {
            remainder = 0;
            headDoneNanos = nowNanos + serialisationNanos(sizeBytes);
        }
        queue.addLast(token, sizeBytes, 0, LineOutcome.CARRIED);
        queuedBytes += sizeBytes;
        peakQueuedBytes = Math.max(peakQueuedBytes, queuedBytes);
        return LineOutcome.CARRIED;
    }

    /**
     * Hands out everything that has arrived by now, in order of arrival.
     *
     * @param nowNanos present instant
     * @param receiver who takes it; may call {@link #offer}
     * @return number of tokens handed out
     */
    public int deliver(long nowNanos, Receiver receiver) {
        advance(nowNanos);
        int handedOut = 0;
        while (flight.count() > 0 && flight.firstAtNanos() - nowNanos <= 0) {
            long token = flight.firstToken();
            int sizeBytes = flight.firstSizeBytes();
            long atNanos = flight.firstAtNanos();
            LineOutcome outcome = flight.firstOutcome();
            flight.removeFirst();
            switch (outcome) {
                case CARRIED -> {
                    deliveredPackets++;
                    deliveredBytes += sizeBytes;
                }
                case LOST -> lostPackets++;
                default -> vanishedPackets++;
            }
            handedOut++;
            receiver.onOutcome(token, sizeBytes, atNanos, outcome);
        }
        return handedOut;
    }

    /**
     * When to call {@link #deliver} next. Nothing comes out earlier; at that time there may still be nothing, and this
     * method then gives a later one. Ask again after {@link #offer} and {@link #change}.
     *
     * @param nowNanos present instant
     * @return nanoseconds from now, 0 if something is due, {@link Long#MAX_VALUE} if the line is empty
     */
    public long nanosToDelivery(long nowNanos) {
        advance(nowNanos);
        long nanos = Long.MAX_VALUE;
        if (flight.count() > 0) {
            nanos = flight.firstAtNanos() - nowNanos;
        }
        if (queue.count() > 0 && (nanos == Long.MAX_VALUE || settings.jitter().reorders())) {
            nanos = Math.min(nanos, headDoneNanos + delayNanos - amplitudeNanos - nowNanos);
        }
        return Math.max(0, nanos);
    }

    /**
     * Bytes that wait or are being sent.
     *
     * @param nowNanos present instant
     * @return IP bytes, the whole of the packet that is being sent among them
     */
    public long queuedBytes(long nowNanos) {
        advance(nowNanos);
        return queuedBytes;
    }

    /**
     * How long a packet offered now would wait before its own serialisation begins.
     *
     * @param nowNanos present instant
     * @return nanoseconds, 0 if the line is idle
     */
    public long queueNanos(long nowNanos) {
        advance(nowNanos);
        if (queue.count() == 0 || rate == LineSettings.UNLIMITED_RATE) {
            return 0;
        }
        long behindHeadBytes = queuedBytes - queue.firstSizeBytes();
        return headDoneNanos - nowNanos + (long) (behindHeadBytes * 8e9 / rate);
    }

    /**
     * Counters of this line.
     *
     * @return a snapshot
     */
    public LineStats stats() {
        return new LineStats(
                offeredPackets,
                offeredBytes,
                deliveredPackets,
                deliveredBytes,
                queueFullPackets,
                tooLargePackets,
                lostPackets,
                vanishedPackets,
                queue.count(),
                queuedBytes,
                flight.count(),
                peakQueuedBytes);
    }

    private void advance(long nowNanos) {
        while (queue.count() > 0 && headDoneNanos - nowNanos <= 0) {
            long token = queue.firstToken();
            int sizeBytes = queue.firstSizeBytes();
            queue.removeFirst();
            queuedBytes -= sizeBytes;
            launch(token, sizeBytes);
            if (queue.count() > 0) {
                headDoneNanos += serialisationNanos(queue.firstSizeBytes());
            }
        }
    }

    private void launch(long token, int sizeBytes) {
        LineOutcome outcome = fate();
        long arrivalNanos = headDoneNanos + delayNanos + deviationNanos();
        if (settings.jitter().reorders()) {
            flight.addSorted(token, sizeBytes, arrivalNanos, outcome);
        } else {
            // A delay that shrinks must not let a packet overtake.
            if (flight.count() > 0 && arrivalNanos - flight.lastAtNanos() < 0) {
                arrivalNanos = flight.lastAtNanos();
            }
            flight.addLast(token, sizeBytes, arrivalNanos, outcome);
        }
    }

    private LineOutcome fate() {
        Loss loss = settings.loss();
        if (badState ? random.chance(loss.leaveBad()) : loss.enterBad() > 0 && random.chance(loss.enterBad())) {
            badState = !badState;
        }
        double probability = badState ? loss.bad() : loss.good();
        boolean lost = probability > 0 && random.chance(probability);
        if (settings.blackHole()) {
            return LineOutcome.VANISHED;
        }
        return lost ? LineOutcome.LOST : LineOutcome.CARRIED;
    }

    private long deviationNanos() {
        if (amplitudeNanos == 0) {
            return 0;
        }
        if (settings.jitter().reorders()) {
            return Math.round(evenlyAround() * amplitudeNanos);
        }
        long sinceNanos = headDoneNanos - waveStartNanos;
        if (!waveStarted || sinceNanos >= 64 * periodNanos) {
            // After a long pause nothing is left of the old wave; do not draw one number per period for it.
            waveStarted = true;
            waveStartNanos = headDoneNanos;
            waveFrom = evenlyAround();
            waveTo = evenlyAround();
            sinceNanos = 0;
        }
        while (sinceNanos >= periodNanos) {
            waveStartNanos += periodNanos;
            sinceNanos -= periodNanos;
            waveFrom = waveTo;
            waveTo = evenlyAround();
        }
        double deviation = waveFrom + (waveTo - waveFrom) * sinceNanos / periodNanos;
        return Math.round(deviation * amplitudeNanos);
    }

    private double evenlyAround() {
        return 2 * random.nextDouble() - 1;
    }

    private long serialisationNanos(int sizeBytes) {
        if (rate == LineSettings.UNLIMITED_RATE) {
            return 0;
        }
        long bitNanos = sizeBytes * 8_000_000_000L + remainder;
        remainder = bitNanos % rate;
        return bitNanos / rate;
    }
}
