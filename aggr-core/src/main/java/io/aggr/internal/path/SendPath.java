package io.aggr.internal.path;

import io.aggr.link.Link;
import io.aggr.link.LinkState;
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

    private static final double LOSS_GAIN_PACKETS = 500;
    private static final long PATIENCE_MARGIN_NANOS = 10_000_000;

    private final int index;
    private final int id;
    private final PathSet owner;
    private final PathSizes sizes;
    private final RttEstimator rtt = new RttEstimator();
    private final RelativeDelay delay = new RelativeDelay();
    private final PathRate rate;
    private final PathTerms terms = new PathTerms();
    private final PathChain chain = new PathChain();
    private final Backlog backlog = new Backlog();
    private final BacklogRoom room;
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

    private long delayNanos;
    private double lossRatio;

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
        this.sizes = new PathSizes(encapsulationBytes);
        this.inFlight = new InFlight(inFlightCapacity);
        this.rate = new PathRate(delay, inFlight, sizes);
        this.room = new BacklogRoom(backlog, rate.pacer(), owner);
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
        sizes.bind(newLink, newRemote);
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
        terms.describe(newTier, newMetered);
        sizes.describe(newMtuBytes, newMetered);
        rate.describe(bitsPerSecond, limitBitsPerSecond);
    }

    /** A new association begins: counters start again, measurements of the line stay. */
    public void resetNumbers() {
        inFlight.reset();
        chain.reset();
        delay.reset();
        sizes.mtu().resetNumbers();
        rate.resetNumbers();
    }

    /** The line was opened again, or leads elsewhere now: what was measured means nothing any more. */
    public void resetMeasurements() {
        rtt.reset();
        delay.reset();
        lossRatio = 0;
        sizes.searchAgain();
        rate.resetMeasurements();
    }

    /**
     * The line leads to another address of the peer, which has answered a challenge; {@link #bind} was called. What is still on its way to the one before
     * is lost.
     *
     * @param elsewhere whether more than the port has changed: then delays begin anew, the rate is only a first idea, and the MTU is looked at again
     * @param nowNanos monotonic time
     */
    public void onMoved(boolean elsewhere, long nowNanos) {
        inFlight.onMoved();
        if (elsewhere) {
            rtt.reset();
            delay.reset();
            lossRatio = 0;
        }
        sizes.mtu().onMoved(elsewhere, nowNanos);
        rate.onMoved(elsewhere);
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
            rate.onUsable(previous, terms.isMetered(), nowNanos);
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
     * A share of the line's datagrams has arrived.
     *
     * @param sent datagrams that the report speaks of
     * @param lost how many of them are missing; less than 0 if more has arrived, since what had been overtaken is there now
     */
    public void noteLoss(long sent, long lost) {
        double counted = Math.min((double) sent, LOSS_GAIN_PACKETS);
        double missing = sent > LOSS_GAIN_PACKETS ? lost * LOSS_GAIN_PACKETS / sent : lost;
        lossRatio += (missing - lossRatio * counted) / LOSS_GAIN_PACKETS;
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
     * How long its packets are.
     *
     * @return always the same
     */
    public PathSizes sizes() {
        return sizes;
    }

    /**
     * How fast it is sent over.
     *
     * @return always the same
     */
    public PathRate rate() {
        return rate;
    }

    /**
     * On which terms it may be used.
     *
     * @return always the same
     */
    public PathTerms terms() {
        return terms;
    }

    /**
     * What the datagrams that it carries name as the one before.
     *
     * @return always the same
     */
    public PathChain chain() {
        return chain;
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
     * What the line has carried in both directions, headers included.
     *
     * @return bytes since it is known
     */
    public long carriedBytes() {
        return counters.sentBytes() + heard.bytes() + heard.datagrams() * sizes.outerBytes();
    }

    /**
     * How long the answer to a full packet may take: RFC 6298's bound and the packet's own time on the line.
     *
     * @return nanoseconds
     */
    public long patienceNanos() {
        long rttNanos = rtt.isMeasured() ? rtt.smoothedNanos() + 4 * rtt.variationNanos() : ASSUMED_RTT_NANOS / 2;
        return rttNanos + rate.pacer().serializationNanos(MtuSearch.DEFAULT_BYTES) + PATIENCE_MARGIN_NANOS;
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
        return rate.pacer().bitsPerSecond();
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
        return Math.max(0, Math.min(1, lossRatio));
    }

    @Override
    public int backlogBytes() {
        return backlog.bytes();
    }

    @Override
    public int costTier() {
        return terms.tier();
    }

    @Override
    public int weight() {
        long kilobits = rate.thoughtBitsPerSecond() / 1_000;
        return Math.toIntExact(Math.max(1L, Math.min(Integer.MAX_VALUE, kilobits)));
    }

    @Override
    public int maxPacketBytes() {
        return sizes.maxPacketBytes();
    }

    @Override
    public boolean accepts(OutgoingPacket packet) {
        return state.carriesTraffic()
                && !isStandingBy()
                && packet.lengthBytes() <= sizes.maxPacketBytes()
                && room.isThereFor(packet);
    }

    @Override
    public boolean isStandingBy() {
        return terms.isBackup() && owner.hasPrimary();
    }

    @Override
    public long nanosUntilFree(long nowNanos) {
        return Math.max(0, rate.pacer().nanosUntilFree(nowNanos)) + rate.pacer().serializationNanos(backlog.bytes());
    }

    @Override
    public long serializationNanos(OutgoingPacket packet) {
        int headers = sizes.packetWireBytes(0);
        return rate.pacer().serializationNanos(packet.totalBytes() + packet.count() * headers);
    }
}
