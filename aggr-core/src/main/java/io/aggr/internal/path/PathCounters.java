package io.aggr.internal.path;

import io.aggr.internal.count.Tally;
import io.aggr.link.LinkFault;
import java.util.Map;
import java.util.TreeMap;

/** Counts of what one line has sent. Confined to the thread that sends. */
public final class PathCounters {

    private static final long CARRYING_NANOS = 2_000_000_000;

    private final Tally<LinkFault> faults = new Tally<>("", LinkFault.class);
    private long sentPackets;
    private long sentBytes;
    private long resentPackets;
    private boolean carried;
    private long lastCarriedNanos;

    /**
     * A datagram has left.
     *
     * @param wireBytes its bytes on the line
     */
    public void onSent(int wireBytes) {
        sentPackets++;
        sentBytes += wireBytes;
    }

    /** A packet was sent again over this line. */
    public void onResent() {
        resentPackets++;
    }

    /**
     * The local system refused a datagram.
     *
     * @param fault why
     */
    public void onFault(LinkFault fault) {
        faults.count(fault);
    }

    /**
     * Datagrams sent.
     *
     * @return since the line is known
     */
    public long sentPackets() {
        return sentPackets;
    }

    /**
     * Bytes sent.
     *
     * @return bytes on the line since it is known
     */
    public long sentBytes() {
        return sentBytes;
    }

    /**
     * Packets sent again.
     *
     * @return since the line is known
     */
    public long resentPackets() {
        return resentPackets;
    }

    /**
     * What the local system refused.
     *
     * @return counts by name, without zeros
     */
    public Map<String, Long> faults() {
        Map<String, Long> result = new TreeMap<>();
        faults.addTo(result);
        return result;
    }

    /**
     * A packet of a host leaves over the line.
     *
     * @param nowNanos monotonic time
     * @return whether it is the first after a pause
     */
    public boolean noteCarrying(long nowNanos) {
        boolean first = !isCarrying(nowNanos);
        carried = true;
        lastCarriedNanos = nowNanos;
        return first;
    }

    /**
     * Whether the line has carried packets of hosts of late.
     *
     * @param nowNanos monotonic time
     * @return false two seconds after the last
     */
    public boolean isCarrying(long nowNanos) {
        return carried && nowNanos - lastCarriedNanos < CARRYING_NANOS;
    }
}
