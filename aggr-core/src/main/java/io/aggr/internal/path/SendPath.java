package io.aggr.internal.path;

import io.aggr.link.Link;
import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import org.jspecify.annotations.Nullable;

/**
 * One line to one peer, seen from the end that sends: where its datagrams go, at which rate, what waits for it and what is on its way. Schedulers
 * see it as a {@link LinkView}.
 *
 * <p>Confined to the thread that sends.
 */
public final class SendPath implements LinkView {

    /** Share of a configured rate at which the line is paced, so that the queue stands here and not in the modem. */
    private static final double PACING_SHARE = 0.995;

    private static final long BACKLOG_NANOS = 10_000_000;
    private static final long URGENT_NANOS = 2_000_000;
    private static final int BACKLOG_FLOOR_BYTES = 3_200;
    private static final int UNPACED_BACKLOG_BYTES = 262_144;
    private static final double MAX_BACKLOG_BYTES = 1 << 30;
    private static final int FRAME_HEADER_BYTES = 9;
    private static final double LOSS_GAIN_PACKETS = 500;
    private static final long PATIENCE_MARGIN_NANOS = 10_000_000;
    private static final long CARRYING_NANOS = 2_000_000_000;

    /** The delay of full packets was measured by stamps that reckon with the line's rate; it is corrected when that has grown by so much. */
    private static final double STAMP_TOLERANCE = 1.25;

    private final int index;
    private final int id;
    private final PathSet owner;
    private final int encapsulationBytes;
    private final Pacer pacer = new Pacer();
    private final RttEstimator rtt = new RttEstimator();
    private final RelativeDelay delay = new RelativeDelay();
    private final CapacityControl capacity = new CapacityControl(delay);
    private final RateTrain train = new RateTrain();
    private final Backlog backlog = new Backlog();
    private final InFlight inFlight;
    private final Heard heard;
    private final PathCounters counters = new PathCounters();
    private final CapacityAccount account = new CapacityAccount();

    private String name;
    private @Nullable Link link;
    private int localLink;
    private int remote = Link.NO_REMOTE;
    private LinkState state = LinkState.DOWN;
    private long stateSinceNanos;
    private int tier;
    private boolean metered;
    private boolean backup;
    private boolean carried;
    private long lastCarriedNanos;
    private @Nullable QuotaMeter quota;
    private final MtuSearch mtu = new MtuSearch();
    private int pinnedMtuBytes;
    private int innerMtuBytes;
    private long configuredBitsPerSecond;
    private boolean adaptive = true;
    private long stampBitsPerSecond;
    private long delayNanos;
    private double lossRatio;
    private long lastChainSequence;

    /**
     * A line that is down and has no far end yet.
     *
     * @param index its place among the peer's lines
     * @param id its number on the wire
     * @param name its name
     * @param owner the lines that it is one of
     * @param encapsulationBytes bytes that the encapsulation adds around the frames
     * @param inFlightCapacity datagrams that it remembers
     * @param heard when something came in over it
     */
    public SendPath(
            int index, int id, String name, PathSet owner, int encapsulationBytes, int inFlightCapacity, Heard heard) {
        this.index = index;
        this.id = id;
        this.name = name;
        this.owner = owner;
        this.encapsulationBytes = encapsulationBytes;
        this.inFlight = new InFlight(inFlightCapacity);
        this.heard = heard;
    }

    /**
     * Sets where its datagrams go.
     *
     * @param newLink the local link, or null to unbind
     * @param newLocalLink the local link's number
     * @param newRemote the far end on it, a kept id
     */
    public void bind(@Nullable Link newLink, int newLocalLink, int newRemote) {
        link = newLink;
        localLink = newLocalLink;
        remote = newRemote;
        chooseMtu();
    }

    /**
     * Lets the MTU be searched for by probes where the link can forbid fragmentation and no MTU is given.
     *
     * @param newInnerMtuBytes longest inner packet that will be sent; 0 if probes are not possible
     */
    public void searchMtu(int newInnerMtuBytes) {
        innerMtuBytes = newInnerMtuBytes;
        chooseMtu();
    }

    private void chooseMtu() {
        Link bound = link;
        int largest = bound == null ? MtuSearch.DEFAULT_BYTES : bound.maxDatagramBytes() + outerBytes();
        if (pinnedMtuBytes > 0) {
            mtu.fix(pinnedMtuBytes);
        } else if (bound == null || !bound.forbidsFragmentation() || innerMtuBytes == 0) {
            mtu.fix(Math.min(MtuSearch.DEFAULT_BYTES, largest));
        } else {
            int ceiling = Math.min(largest, Math.max(MtuSearch.DEFAULT_BYTES, packetWireBytes(innerMtuBytes)));
            if (!mtu.isSearching() || mtu.ceilingBytes() != ceiling) {
                mtu.search(ceiling, metered);
            }
        }
    }

    /** No reports come for this line, so its rate cannot be found: it is what is configured, or unlimited. */
    public void withoutReports() {
        adaptive = false;
    }

    /**
     * Sets what is known of the line.
     *
     * @param newName its name
     * @param newTier its cost tier
     * @param newMetered whether each byte costs
     * @param newMtuBytes longest IP packet on the line, or 0 if that is to be found out
     * @param bitsPerSecond rate in this direction, 0 if it is to be found, {@link Pacer#UNLIMITED} if the line shall not be paced
     * @param limitBitsPerSecond bound on the rate, 0 if there is none
     */
    public void describe(
            String newName,
            int newTier,
            boolean newMetered,
            int newMtuBytes,
            long bitsPerSecond,
            long limitBitsPerSecond) {
        name = newName;
        tier = newTier;
        metered = newMetered;
        pinnedMtuBytes = newMtuBytes;
        chooseMtu();
        capacity.limit(limitBitsPerSecond == 0 ? Double.MAX_VALUE : (double) limitBitsPerSecond);
        configuredBitsPerSecond = bitsPerSecond;
        if (isAdaptive()) {
            applyRate();
        } else {
            pacer.rate(fixedRate(bitsPerSecond, limitBitsPerSecond));
        }
    }

    private static long fixedRate(long bitsPerSecond, long limitBitsPerSecond) {
        boolean told = bitsPerSecond != 0 && bitsPerSecond != Pacer.UNLIMITED;
        long rate = told ? Math.max(8_000, (long) (bitsPerSecond * PACING_SHARE)) : Pacer.UNLIMITED;
        return limitBitsPerSecond == 0 ? rate : Math.min(rate, limitBitsPerSecond);
    }

    /** Whether the line's rate is found by itself. */
    private boolean isAdaptive() {
        return adaptive && configuredBitsPerSecond == 0;
    }

    /**
     * Marks the line as one for emergencies.
     *
     * @param isBackup whether it carries packets only while no line without this mark can
     */
    public void backup(boolean isBackup) {
        backup = isBackup;
    }

    /**
     * Counts what the line carries.
     *
     * @param newQuota the counter, or null
     */
    public void quota(@Nullable QuotaMeter newQuota) {
        quota = newQuota;
    }

    /** A new association begins: counters start again, measurements of the line stay. */
    public void resetNumbers() {
        inFlight.reset();
        lastChainSequence = 0;
        delay.reset();
        mtu.resetNumbers();
        capacity.resetNumbers();
        train.reset();
    }

    /** The line was opened again, or leads elsewhere now: what was measured means nothing any more. */
    public void resetMeasurements() {
        rtt.reset();
        delay.reset();
        lossRatio = 0;
        if (mtu.isSearching()) {
            mtu.search(mtu.ceilingBytes(), metered);
        }
        capacity.reset();
        if (isAdaptive()) {
            applyRate();
        }
    }

    /**
     * A report speaks of the line: the rate follows, and if need be a pause. Delays were reported to {@link #delay} before.
     *
     * @param nowNanos monotonic time
     * @param counter highest counter that has arrived
     * @param packets datagrams that have arrived, since the association began
     * @param bytes their bytes, without outer headers
     * @param arrivedNanos when the highest arrived, by the receiver's clock
     */
    public void onReport(long nowNanos, long counter, long packets, long bytes, long arrivedNanos) {
        if (!isAdaptive() || !state.carriesTraffic()) {
            return;
        }
        capacity.onReport(
                nowNanos,
                counter,
                packets,
                bytes + packets * outerBytes(),
                arrivedNanos,
                inFlight.sentNanos(counter),
                inFlight.nextCounter());
        applyRate();
        if (capacity.pauseNanos() > 0) {
            pacer.pauseUntil(nowNanos + capacity.pauseNanos());
        }
    }

    /** The line takes shorter packets than was thought: what it lost for their length says nothing of its rate. */
    public void onMtuFall() {
        capacity.forgiveLoss();
        if (isAdaptive()) {
            applyRate();
        }
    }

    /**
     * A train of packets has measured the line.
     *
     * @param bitsPerSecond what it found
     */
    public void onTrain(double bitsPerSecond) {
        if (isAdaptive()) {
            capacity.seed(bitsPerSecond);
            applyRate();
        }
    }

    private void applyRate() {
        long rate = (long) capacity.bitsPerSecond();
        long line = Math.max(rate, (long) capacity.capacityBitsPerSecond());
        pacer.rate(rate, line);
        if (stampBitsPerSecond > 0 && line > stampBitsPerSecond * STAMP_TOLERANCE) {
            delay.shift((long) (mtuBytes() * 8e9 * (1.0 / stampBitsPerSecond - 1.0 / line)));
            stampBitsPerSecond = line;
        } else if (stampBitsPerSecond == 0 || line * STAMP_TOLERANCE < stampBitsPerSecond) {
            stampBitsPerSecond = line;
        }
    }

    private void onUsable(LinkState previous, long nowNanos) {
        if (!isAdaptive()) {
            return;
        }
        if (previous != LinkState.SUSPECT) {
            if (capacity.isEstimated() && previous == LinkState.COOLING) {
                capacity.restart();
                applyRate();
            }
            if (!metered) {
                train.want(nowNanos);
            }
        }
    }

    /**
     * Changes the state. Only {@link PathWatch} does.
     *
     * @param next the new state
     * @param nowNanos monotonic time
     * @throws IllegalStateException if there is no such transition
     */
    void become(LinkState next, long nowNanos) {
        if (!state.canBecome(next)) {
            throw new IllegalStateException("line " + name + " cannot go from " + state + " to " + next);
        }
        LinkState previous = state;
        state = next;
        stateSinceNanos = nowNanos;
        if (next.carriesTraffic() && !previous.carriesTraffic()) {
            onUsable(previous, nowNanos);
        }
    }

    /**
     * Whether no line of the peer carries traffic.
     *
     * @return true if this one would be the only one
     */
    boolean isOnlyHope() {
        return owner.usable() == 0;
    }

    /**
     * Distance from the chain member before to this one, as it travels.
     *
     * @param sequence of the datagram that joins the chain now
     * @return 1 to 255, or 0 if there is none or it is too far
     */
    public int joinChain(long sequence) {
        long distance = sequence - lastChainSequence;
        boolean told = lastChainSequence > 0 && distance >= 1 && distance <= 255;
        lastChainSequence = sequence;
        return told ? (int) distance : 0;
    }

    /**
     * Sequence of the last member of the line's chain.
     *
     * @return a sequence, 0 before the first
     */
    public long lastChainSequence() {
        return lastChainSequence;
    }

    /**
     * Whether a sequence may join the chain of the line, whose sequences only rise.
     *
     * @param sequence the sequence
     * @return whether it is above all before
     */
    public boolean canJoinChain(long sequence) {
        return sequence > lastChainSequence;
    }

    /**
     * Bytes that a plaintext occupies on the line.
     *
     * @param plaintextBytes frames
     * @return bytes of the outer IP packet
     */
    public int wireBytes(int plaintextBytes) {
        return plaintextBytes + encapsulationBytes + outerBytes();
    }

    /**
     * Bytes that an inner packet occupies on the line.
     *
     * @param packetBytes the inner packet
     * @return bytes of the outer IP packet
     */
    public int packetWireBytes(int packetBytes) {
        return wireBytes(packetBytes + FRAME_HEADER_BYTES);
    }

    /**
     * Longest plaintext that fits the line.
     *
     * @return bytes
     */
    public int maxPlaintextBytes() {
        return plaintextBytes(mtu.usableBytes());
    }

    /**
     * Longest inner packet that the line may turn out to take shortly.
     *
     * @return {@link #maxPacketBytes} or more
     */
    public int hopedPacketBytes() {
        return plaintextBytes(mtu.hopedBytes()) - FRAME_HEADER_BYTES;
    }

    /**
     * What of an outer packet is left for frames.
     *
     * @param outerPacketBytes bytes on the line
     * @return bytes of plaintext
     */
    public int plaintextBytes(int outerPacketBytes) {
        return outerPacketBytes - encapsulationBytes - outerBytes();
    }

    /**
     * Bytes that the local link adds in front of each datagram.
     *
     * @return bytes of outer headers
     */
    public int outerBytes() {
        return link == null ? 28 : link.overheadBytes(remote);
    }

    /**
     * A share of the line's datagrams has arrived.
     *
     * @param sent datagrams that the report speaks of
     * @param lost how many of them are missing
     */
    public void noteLoss(long sent, long lost) {
        if (sent > 0) {
            double weight = Math.min(1, sent / LOSS_GAIN_PACKETS);
            lossRatio += (Math.min(1.0, (double) lost / sent) - lossRatio) * weight;
        }
    }

    /**
     * Sets the delay above the fastest line. {@link PathSet} computes it.
     *
     * @param nanos nanoseconds, 0 or more
     */
    void delayNanos(long nanos) {
        delayNanos = nanos;
    }

    /**
     * Number of the line on the wire.
     *
     * @return 0 to 255
     */
    public int id() {
        return id;
    }

    /**
     * The local link.
     *
     * @return null before {@link #bind}
     */
    public @Nullable Link link() {
        return link;
    }

    /**
     * Number of the local link.
     *
     * @return as given to {@link #bind}
     */
    public int localLink() {
        return localLink;
    }

    /**
     * The far end.
     *
     * @return a kept id of the local link, or {@link Link#NO_REMOTE}
     */
    public int remote() {
        return remote;
    }

    /**
     * Whether the far end is known.
     *
     * @return false while datagrams cannot be sent
     */
    public boolean isBound() {
        return link != null && remote != Link.NO_REMOTE;
    }

    /**
     * The pacer.
     *
     * @return always the same
     */
    public Pacer pacer() {
        return pacer;
    }

    /**
     * Round-trip time.
     *
     * @return always the same
     */
    public RttEstimator rtt() {
        return rtt;
    }

    /**
     * Relative one-way delay.
     *
     * @return always the same
     */
    public RelativeDelay delay() {
        return delay;
    }

    /**
     * What the line carries.
     *
     * @return always the same
     */
    public CapacityControl capacity() {
        return capacity;
    }

    /**
     * Whether the line's rate is more than a guess, or does not matter.
     *
     * @return false until the line was measured
     */
    public boolean isRateKnown() {
        return !isAdaptive() || capacity.isEstimated();
    }

    /**
     * Trains of packets that measure the line.
     *
     * @return always the same
     */
    public RateTrain train() {
        return train;
    }

    /**
     * What waits for the line.
     *
     * @return always the same
     */
    public Backlog backlog() {
        return backlog;
    }

    /**
     * What is on its way.
     *
     * @return always the same
     */
    public InFlight inFlight() {
        return inFlight;
    }

    /**
     * When something came in over it.
     *
     * @return always the same
     */
    public Heard heard() {
        return heard;
    }

    /**
     * Counts of what was sent.
     *
     * @return always the same
     */
    public PathCounters counters() {
        return counters;
    }

    /**
     * What became of what the line could have carried.
     *
     * @return always the same
     */
    public CapacityAccount account() {
        return account;
    }

    /**
     * Whether each byte costs.
     *
     * @return as described
     */
    public boolean isMetered() {
        return metered;
    }

    /**
     * Whether the line is one for emergencies.
     *
     * @return as last said
     */
    public boolean isBackup() {
        return backup;
    }

    /**
     * What counts its bytes.
     *
     * @return null if there is no quota
     */
    public @Nullable QuotaMeter quota() {
        return quota;
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

    /**
     * What the line has carried in both directions, headers included.
     *
     * @return bytes since it is known
     */
    public long carriedBytes() {
        return counters.sentBytes() + heard.bytes() + heard.datagrams() * outerBytes();
    }

    /**
     * Longest IP packet on the line, as far as is known for sure.
     *
     * @return bytes
     */
    public int mtuBytes() {
        return mtu.usableBytes();
    }

    /**
     * What finds the MTU.
     *
     * @return always the same
     */
    public MtuSearch mtu() {
        return mtu;
    }

    /**
     * How long the answer to a full packet may take: RFC 6298's bound and the packet's own time on the line.
     *
     * @return nanoseconds
     */
    public long patienceNanos() {
        long rttNanos = rtt.isMeasured() ? rtt.smoothedNanos() + 4 * rtt.variationNanos() : ASSUMED_RTT_NANOS / 2;
        return rttNanos + pacer.serializationNanos(MtuSearch.DEFAULT_BYTES) + PATIENCE_MARGIN_NANOS;
    }

    /**
     * The rate that was configured or announced.
     *
     * @return bit/s, 0 if none was, {@link Pacer#UNLIMITED} if the line is not paced
     */
    public long configuredBitsPerSecond() {
        return configuredBitsPerSecond;
    }

    /**
     * When the present state began.
     *
     * @return monotonic time
     */
    public long stateSinceNanos() {
        return stateSinceNanos;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public LinkState state() {
        return state;
    }

    @Override
    public boolean isMeasured() {
        return rtt.isMeasured() && delay.isMeasured();
    }

    @Override
    public long rateBitsPerSecond() {
        return pacer.bitsPerSecond();
    }

    @Override
    public long delayNanos() {
        return delayNanos;
    }

    @Override
    public long rttNanos() {
        return rtt.isMeasured() ? rtt.smoothedNanos() : ASSUMED_RTT_NANOS;
    }

    @Override
    public double lossRatio() {
        return lossRatio;
    }

    @Override
    public int backlogBytes() {
        return backlog.bytes();
    }

    @Override
    public int costTier() {
        return tier;
    }

    @Override
    public int weight() {
        long told = configuredBitsPerSecond == Pacer.UNLIMITED ? 0 : configuredBitsPerSecond;
        long kilobits = (told == 0 ? (long) capacity.capacityBitsPerSecond() : told) / 1_000;
        return Math.toIntExact(Math.max(1L, Math.min(Integer.MAX_VALUE, kilobits)));
    }

    @Override
    public int maxPacketBytes() {
        return maxPlaintextBytes() - FRAME_HEADER_BYTES;
    }

    @Override
    public boolean accepts(OutgoingPacket packet) {
        return state.carriesTraffic()
                && !isStandingBy()
                && packet.lengthBytes() <= maxPacketBytes()
                && hasRoomFor(packet);
    }

    @Override
    public boolean isStandingBy() {
        return backup && owner.hasPrimary();
    }

    /**
     * Urgent packets overtake the others but not each other. So hardly any are let in at a time: the rest waits where flows take turns, and a
     * burst of acknowledgements does not delay a ping.
     */
    private boolean hasRoomFor(OutgoingPacket packet) {
        if (backlog.isEmpty()) {
            return true;
        }
        boolean urgent = packet.trafficClass() == TrafficClass.URGENT || packet.isRepair();
        return urgent
                ? backlog.urgentBytes() == 0 || pacer.serializationNanos(backlog.urgentBytes()) < URGENT_NANOS
                : backlog.bytes() < backlogLimitBytes();
    }

    /** Enough for the packets that leave while slower lines catch up, and a little for late wake-ups. */
    private int backlogLimitBytes() {
        if (!pacer.isPaced()) {
            return UNPACED_BACKLOG_BYTES;
        }
        long nanos = owner.delaySpreadNanos() + BACKLOG_NANOS;
        return BACKLOG_FLOOR_BYTES + (int) Math.min(MAX_BACKLOG_BYTES, pacer.bitsPerSecond() / 8e9 * nanos);
    }

    @Override
    public long nanosUntilFree(long nowNanos) {
        return Math.max(0, pacer.nanosUntilFree(nowNanos)) + pacer.serializationNanos(backlog.bytes());
    }

    @Override
    public long serializationNanos(OutgoingPacket packet) {
        int headers = packetWireBytes(0);
        return pacer.serializationNanos(packet.totalBytes() + packet.count() * headers);
    }
}
