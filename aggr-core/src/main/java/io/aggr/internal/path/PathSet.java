package io.aggr.internal.path;

import io.aggr.schedule.LinkSet;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * All lines to one peer, and what can only be said of them together: how their delays compare, and what they carry in all.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathSet implements LinkSet {

    private static final int TCP_IP_BYTES = 40;

    /** What a line of unknown rate counts for. */
    private static final double UNPACED_BITS_PER_SECOND = 1e9;

    private final @Nullable SendPath[] byId = new SendPath[256];
    private SendPath[] paths = new SendPath[0];
    private long delaySpreadNanos;

    /**
     * Adds a line.
     *
     * @param path the line; its index is the present size
     */
    public void add(SendPath path) {
        SendPath[] grown = Arrays.copyOf(paths, paths.length + 1);
        grown[paths.length] = path;
        paths = grown;
        byId[path.id()] = path;
    }

    @Override
    public int size() {
        return paths.length;
    }

    @Override
    public SendPath get(int index) {
        return paths[Objects.checkIndex(index, paths.length)];
    }

    /**
     * A line by its number on the wire.
     *
     * @param id 0 to 255
     * @return the line, or null if there is none
     */
    public @Nullable SendPath byId(int id) {
        return byId[id];
    }

    /**
     * How much longer the slowest line in use takes than the fastest.
     *
     * @return nanoseconds, 0 or more
     */
    public long delaySpreadNanos() {
        return delaySpreadNanos;
    }

    /**
     * The rates of all lines in use: those that carry traffic, without backups while there is anything else.
     *
     * @return bit/s, {@link Pacer#UNLIMITED} if one of them is not paced, 0 if there is none
     */
    public long sumBitsPerSecond() {
        long sum = 0;
        for (SendPath path : paths) {
            if (isInUse(path)) {
                if (!path.rate().pacer().isPaced()) {
                    return Pacer.UNLIMITED;
                }
                sum += path.rate().pacer().bitsPerSecond();
            }
        }
        return sum;
    }

    /**
     * Whether the rates of all lines that carry traffic are more than guesses.
     *
     * @return false also if there is no such line
     */
    public boolean areRatesKnown() {
        boolean any = false;
        for (SendPath path : paths) {
            if (path.state().carriesTraffic()) {
                if (!path.rate().isKnown()) {
                    return false;
                }
                any = true;
            }
        }
        return any;
    }

    /**
     * The longest round trip of a full packet over one of the lines without any queue: the line's smallest round-trip time, measured with small
     * packets, and the time that a full one takes.
     *
     * @return nanoseconds, or -1 if no line in use is measured
     */
    public long maxMinRttNanos() {
        long max = -1;
        for (SendPath path : paths) {
            if (isInUse(path) && path.rtt().isMeasured()) {
                max = Math.max(
                        max,
                        path.rtt().minNanos()
                                + path.rate()
                                        .pacer()
                                        .serializationNanos(path.sizes().mtuBytes()));
            }
        }
        return max;
    }

    /**
     * The shortest of the lines' smallest round-trip times.
     *
     * @return nanoseconds, or -1 if no line in use is measured
     */
    public long minRttNanos() {
        long least = Long.MAX_VALUE;
        for (SendPath path : paths) {
            long rtt = path.rtt().minNanos();
            if (isInUse(path) && rtt >= 0) {
                least = Math.min(least, rtt);
            }
        }
        return least == Long.MAX_VALUE ? -1 : least;
    }

    /**
     * Longest inner packet that some line in use takes, or may turn out to take shortly.
     *
     * @return bytes, {@link Integer#MAX_VALUE} while no line carries traffic
     */
    public int longestPacketBytes() {
        int longest = -1;
        for (SendPath path : paths) {
            if (isInUse(path)) {
                longest = Math.max(longest, path.sizes().hopedPacketBytes());
            }
        }
        return longest < 0 ? Integer.MAX_VALUE : longest;
    }

    /**
     * The length of packets that lets the lines in use carry the most together. As a rule that is what the one with the smallest MTU takes; but
     * nobody has to make small packets for the sake of a line that hardly adds anything. Lines count as what they may turn out to take shortly.
     *
     * @return bytes, {@link Integer#MAX_VALUE} while no line carries traffic
     */
    public int commonPacketBytes() {
        int best = Integer.MAX_VALUE;
        double most = 0;
        for (SendPath path : paths) {
            int bytes = path.sizes().hopedPacketBytes();
            double carried = isInUse(path) ? carriedBy(bytes) : 0;
            if (carried > most || (carried == most && carried > 0 && bytes > best)) {
                most = carried;
                best = bytes;
            }
        }
        return best;
    }

    /** What packets of a length bring through, all lines together that take them; headers, ours and TCP's, are no gain. */
    private double carriedBy(int packetBytes) {
        double sum = 0;
        for (SendPath path : paths) {
            if (isInUse(path) && path.sizes().hopedPacketBytes() >= packetBytes) {
                double rate =
                        path.rate().pacer().isPaced() ? path.rate().pacer().bitsPerSecond() : UNPACED_BITS_PER_SECOND;
                sum += rate * (packetBytes - TCP_IP_BYTES) / path.sizes().packetWireBytes(packetBytes);
            }
        }
        return sum;
    }

    /**
     * How many lines carry traffic.
     *
     * @return lines
     */
    public int usable() {
        int count = 0;
        for (SendPath path : paths) {
            count += path.state().carriesTraffic() ? 1 : 0;
        }
        return count;
    }

    /**
     * Whether a line that is no backup carries traffic.
     *
     * @return true if backups have to wait
     */
    public boolean hasPrimary() {
        for (SendPath path : paths) {
            if (path.state().carriesTraffic() && !path.terms().isBackup()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isInUse(SendPath path) {
        return path.state().carriesTraffic() && !path.isStandingBy();
    }

    /** Compares the delays anew, after a report or a change of state. */
    public void compareDelays() {
        SendPath reference = null;
        int least = 0;
        int most = 0;
        for (SendPath path : paths) {
            if (path.delay().isMeasured() && isInUse(path)) {
                if (reference == null) {
                    reference = path;
                }
                int difference = difference(path, reference);
                least = Math.min(least, difference);
                most = Math.max(most, difference);
            }
        }
        delaySpreadNanos = (most - least) * Stamps.UNIT_NANOS;
        for (SendPath path : paths) {
            if (reference != null && path.delay().isMeasured()) {
                path.delayNanos(Math.max(0, difference(path, reference) - least) * Stamps.UNIT_NANOS);
            } else {
                path.delayNanos(delaySpreadNanos);
            }
        }
    }

    private static int difference(SendPath path, SendPath reference) {
        return Stamps.difference(path.delay().smoothedStamp(), reference.delay().smoothedStamp());
    }
}
