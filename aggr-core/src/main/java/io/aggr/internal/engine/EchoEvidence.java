package io.aggr.internal.engine;

import io.aggr.internal.path.InFlight;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.SendPath;
import io.aggr.internal.path.Stamps;
import io.aggr.link.LinkState;

/**
 * What an answered ICMP echo says of a line, where there are no reports: its round-trip time, half of which stands for its delay; that it loses what
 * is not answered; and, since a line keeps order, that all that was sent before the request has arrived.
 */
final class EchoEvidence {

    /** Packets that one request stands for. There are five in a second, and a loss ratio has to move within some seconds. */
    private static final int PACKETS_PER_ECHO = 25;

    /** A line that is silent for so long while others are not may be dead. */
    private static final long SILENT_NANOS = 40_000_000L;

    /** Who has been heard so short a time ago is not silent. */
    private static final long LIVELY_NANOS = 20_000_000L;

    private EchoEvidence() {}

    /** When something last came in over any line; {@code nowNanos} if nothing ever did. Until then the peer can be blamed as well as a line. */
    static long lastHeardNanos(PathSet paths, long nowNanos) {
        long least = leastSilenceNanos(paths, nowNanos);
        return least == Long.MAX_VALUE ? nowNanos : nowNanos - least;
    }

    private static long leastSilenceNanos(PathSet paths, long nowNanos) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < paths.size(); i++) {
            least = Math.min(least, paths.get(i).heard().silenceNanos(nowNanos));
        }
        return least;
    }

    /** Asks a line at once that has fallen silent while another has not: the sooner it is asked, the sooner it is known to be dead. */
    static void askIfSilent(PathControl control, PathSet paths, long nowNanos) {
        SendPath path = control.path();
        if (path.state() == LinkState.UP
                && path.heard().silenceNanos(nowNanos) > SILENT_NANOS
                && leastSilenceNanos(paths, nowNanos) < LIVELY_NANOS) {
            control.askSoon(nowNanos);
        }
    }

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
