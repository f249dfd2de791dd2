package io.aggr.internal.tcporder;

/** The segments that are held, in two orders at once: of arrival over all connections, and of sequence numbers in each. */
final class HeldSegments {

    /** No segment. */
    static final int NONE = -1;

    private final FlowTable flows;
    private final int[] ids;
    private final int[] flow;
    private final int[] starts;
    private final int[] ends;
    private final int[] bytes;
    private final long[] arrivals;
    private final long[] stamps;
    private final int[] before;
    private final int[] behind;
    private final int[] earlier;
    private final int[] later;
    private int free;
    private int oldest = NONE;
    private int newest = NONE;
    private int size;

    /**
     * None yet.
     *
     * @param flows takes the ends of each connection's list
     * @param capacity most segments
     */
    HeldSegments(FlowTable flows, int capacity) {
        this.flows = flows;
        int places = Math.max(1, capacity);
        ids = new int[places];
        flow = new int[places];
        starts = new int[places];
        ends = new int[places];
        bytes = new int[places];
        arrivals = new long[places];
        stamps = new long[places];
        before = new int[places];
        behind = new int[places];
        earlier = new int[places];
        later = new int[places];
        for (int i = 0; i < places; i++) {
            later[i] = i + 1 < places ? i + 1 : NONE;
        }
    }

    int size() {
        return size;
    }

    boolean isFull() {
        return free == NONE;
    }

    /** The one that came first, or {@link #NONE}. */
    int oldest() {
        return oldest;
    }

    int flow(int entry) {
        return flow[entry];
    }

    int start(int entry) {
        return starts[entry];
    }

    int end(int entry) {
        return ends[entry];
    }

    long arrivalNanos(int entry) {
        return arrivals[entry];
    }

    /** The sender's time of it, see {@link TcpSegment#stamp}. */
    long stamp(int entry) {
        return stamps[entry];
    }

    /** Adds a segment; there is room. Those that come late and low are few, so its place is looked for from the end. */
    void add(int id, int ofFlow, TcpSegment segment, int lengthBytes, long nowNanos) {
        int entry = free;
        free = later[entry];
        size++;
        ids[entry] = id;
        flow[entry] = ofFlow;
        starts[entry] = segment.start();
        ends[entry] = segment.end();
        bytes[entry] = lengthBytes;
        arrivals[entry] = nowNanos;
        stamps[entry] = segment.stamp();
        earlier[entry] = newest;
        later[entry] = NONE;
        if (newest == NONE) {
            oldest = entry;
        } else {
            later[newest] = entry;
        }
        newest = entry;
        insert(entry, ofFlow);
        flows.count(ofFlow, 1, lengthBytes);
    }

    private void insert(int entry, int ofFlow) {
        int lower = flows.last(ofFlow);
        int head = flows.first(ofFlow);
        if (head != NONE && starts[entry] - starts[head] < 0) {
            lower = NONE;
        }
        while (lower != NONE && starts[lower] - starts[entry] > 0) {
            lower = before[lower];
        }
        int higher = lower == NONE ? head : behind[lower];
        before[entry] = lower;
        behind[entry] = higher;
        if (lower == NONE) {
            flows.first(ofFlow, entry);
        } else {
            behind[lower] = entry;
        }
        if (higher == NONE) {
            flows.last(ofFlow, entry);
        } else {
            before[higher] = entry;
        }
    }

    /**
     * Takes the lowest segment of a connection away.
     *
     * @return its id
     */
    int removeFirst(int ofFlow) {
        int entry = flows.first(ofFlow);
        int next = behind[entry];
        flows.first(ofFlow, next);
        if (next == NONE) {
            flows.last(ofFlow, NONE);
        } else {
            before[next] = NONE;
        }
        if (earlier[entry] == NONE) {
            oldest = later[entry];
        } else {
            later[earlier[entry]] = later[entry];
        }
        if (later[entry] == NONE) {
            newest = earlier[entry];
        } else {
            earlier[later[entry]] = earlier[entry];
        }
        later[entry] = free;
        free = entry;
        size--;
        flows.count(ofFlow, -1, -bytes[entry]);
        return ids[entry];
    }
}
