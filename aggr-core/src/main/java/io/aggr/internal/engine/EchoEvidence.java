package io.aggr.internal.engine;

import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.path.Stamps;

/**
 * What an answered ICMP echo says of a line, where there are no reports: its round-trip time, half of which stands for its delay; that it loses what
 * is not answered; and, since a line keeps order, that all that was sent before the request has arrived.
 */
final class EchoEvidence {

    /** Packets that one request stands for. There are five in a second, and a loss ratio has to move within some seconds. */
    private static final int PACKETS_PER_ECHO = 25;

    private EchoEvidence() {}

    /**
     * Applies the answer to a request.
     *
     * @param path the line
     * @param sentNanos when the request left
     * @param atNanos when the answer came
     * @param lost requests that were found to be lost since the answer before
     */
    static void apply(SendPath path, long sentNanos, long atNanos, int lost) {
        long rttNanos = Math.max(1, atNanos - sentNanos);
        path.rtt().sample(atNanos, rttNanos);
        int stamp = Stamps.stamp(rttNanos / 2);
        path.delay().sample(atNanos, stamp, stamp);
        path.noteLoss((long) PACKETS_PER_ECHO * (lost + 1), (long) PACKETS_PER_ECHO * lost);
        InFlight inFlight = path.inFlight();
        while (inFlight.oldestCounter() < inFlight.nextCounter()
                && inFlight.sentNanos(inFlight.oldestCounter()) - sentNanos <= 0) {
            inFlight.acknowledge(inFlight.oldestCounter());
        }
    }
}
