package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.link.LinkState;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;

/**
 * Asks a scheduler and checks its answer, so that a bad one costs speed and nothing else: what it throws is counted and the packet goes to the
 * fallback, picks of lines that do not exist or do not accept are left out, when it has picked nothing for long while a line stands idle the
 * packet goes to the fallback, and after many throws it is not asked any more.
 *
 * <p>Confined to the thread that sends. Allocates nothing.
 */
final class SchedulerGuard implements Picks {

    private static final int MAX_THROWS = 100;
    private static final long STALL_NANOS = 500_000_000;
    private static final int MAX_PICKS = 16;

    private final Scheduler scheduler;
    private final Scheduler fallback;
    private final LinkSet links;
    private final Tally<Event> events;
    private final Runnable onDisabled;
    private final PluginWatch watch = new PluginWatch();
    private final int[] picks = new int[MAX_PICKS];
    private int count;
    private boolean dropped;
    private long waitNanos;
    private int throwsSeen;
    private boolean asked;
    private boolean hung;
    private long lastPickNanos;

    /**
     * Guards a scheduler.
     *
     * @param scheduler the plugin's, or a built-in one
     * @param fallback the built-in one that helps out
     * @param links the peer's lines
     * @param events counts what goes wrong
     * @param onDisabled called once, when the scheduler is not asked any more
     */
    SchedulerGuard(Scheduler scheduler, Scheduler fallback, LinkSet links, Tally<Event> events, Runnable onDisabled) {
        this.scheduler = scheduler;
        this.fallback = fallback;
        this.links = links;
        this.events = events;
        this.onDisabled = onDisabled;
    }

    /** Whether the scheduler wants to know where flows come from. */
    boolean followsAnswers() {
        try {
            return scheduler.followsAnswers();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            countThrow();
            return false;
        }
    }

    /** Asks. The answer is in {@link #count}, {@link #pick}, {@link #isDropped} and {@link #waitNanos}. */
    void select(OutgoingPacket packet, long nowNanos) {
        if (!isTrusted() || !ask(packet, nowNanos)) {
            begin();
            fallback.select(packet, links, nowNanos, this);
            keepAccepted(packet, false);
            return;
        }
        int picked = count;
        keepAccepted(packet, true);
        if (dropped || count > 0) {
            lastPickNanos = nowNanos;
            return;
        }
        if (!asked) {
            asked = true;
            lastPickNanos = nowNanos;
        }
        // A scheduler may well let a packet wait for its line while another stands idle; one that picks nothing at all
        // does not work.
        boolean stalled = picked == 0
                && packet.waitedNanos() > STALL_NANOS
                && nowNanos - lastPickNanos > STALL_NANOS
                && hasIdleLine(packet, nowNanos);
        if (stalled) {
            events.count(Event.SCHEDULER_STALLED);
        }
        if (stalled || picked > 0) {
            begin();
            fallback.select(packet, links, nowNanos, this);
            keepAccepted(packet, false);
        }
    }

    private boolean ask(OutgoingPacket packet, long nowNanos) {
        begin();
        long call = watch.enter();
        boolean answered = false;
        try {
            scheduler.select(packet, links, nowNanos, this);
            answered = true;
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            // Counted below, if this thread still has a say.
        }
        after(call, answered);
        return answered;
    }

    /** The scheduler has come back, with or without an answer. */
    private void after(long call, boolean answered) {
        watch.leave(call);
        if (Thread.interrupted()) {
            // An interrupt closes the channels that the thread uses next.
            events.count(Event.PLUGIN_INTERRUPTED);
        }
        if (!answered) {
            countThrow();
        }
    }

    private void begin() {
        count = 0;
        dropped = false;
        waitNanos = Long.MAX_VALUE;
    }

    private void keepAccepted(OutgoingPacket packet, boolean counting) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int pick = picks[i];
            if (pick < 0 || pick >= links.size()) {
                if (counting) {
                    events.count(Event.SCHEDULER_PICKED_OUT_OF_RANGE);
                }
            } else if (!links.get(pick).accepts(packet)) {
                if (counting) {
                    events.count(Event.SCHEDULER_PICKED_UNUSABLE);
                }
            } else if (!contains(kept, pick)) {
                picks[kept++] = pick;
            }
        }
        count = kept;
    }

    private boolean contains(int kept, int pick) {
        for (int i = 0; i < kept; i++) {
            if (picks[i] == pick) {
                return true;
            }
        }
        return false;
    }

    private boolean hasIdleLine(OutgoingPacket packet, long nowNanos) {
        for (int i = 0; i < links.size(); i++) {
            LinkView link = links.get(i);
            if (link.accepts(packet) && link.nanosUntilFree(nowNanos) == 0) {
                return true;
            }
        }
        return false;
    }

    private void countThrow() {
        events.count(Event.SCHEDULER_THREW);
        if (++throwsSeen == MAX_THROWS && !hung) {
            events.count(Event.SCHEDULER_DISABLED);
            onDisabled.run();
        }
    }

    /** Whether the scheduler is still asked. */
    boolean isEnabled() {
        return throwsSeen < MAX_THROWS && !watch.isDistrusted();
    }

    /** Like {@link #isEnabled}, and counts when it has just been found to hang. */
    private boolean isTrusted() {
        if (!hung && watch.isDistrusted()) {
            hung = true;
            events.count(Event.SCHEDULER_HUNG);
            if (throwsSeen < MAX_THROWS) {
                events.count(Event.SCHEDULER_DISABLED);
                onDisabled.run();
            }
        }
        return isEnabled();
    }

    /** Whoever looks after the thread sees here what the scheduler is doing. */
    PluginWatch watch() {
        return watch;
    }

    /** How many lines were picked; 0 means wait. */
    int count() {
        return count;
    }

    /** Index of a picked line. */
    int pick(int i) {
        return picks[i];
    }

    /** Whether the packet is to be dropped. */
    boolean isDropped() {
        return dropped;
    }

    /** How long the scheduler wants to wait at most, {@link Long#MAX_VALUE} if it did not say. */
    long waitNanos() {
        return waitNanos;
    }

    /** A line changed its state. */
    void onLinkState(LinkView link, LinkState previous, long nowNanos) {
        fallback.onLinkState(link, previous, nowNanos);
        if (isTrusted()) {
            long call = watch.enter();
            boolean answered = false;
            try {
                scheduler.onLinkState(link, previous, nowNanos);
                answered = true;
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
                // Counted below, if this thread still has a say.
            }
            after(call, answered);
        }
    }

    /** A report has come. */
    void onFeedback(LinkView link, long nowNanos) {
        fallback.onFeedback(link, nowNanos);
        if (isTrusted()) {
            long call = watch.enter();
            boolean answered = false;
            try {
                scheduler.onFeedback(link, nowNanos);
                answered = true;
            } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
                // Counted below, if this thread still has a say.
            }
            after(call, answered);
        }
    }

    /** Nothing more is asked. */
    void close() {
        try {
            scheduler.close();
        } catch (RuntimeException | StackOverflowError | LinkageError | AssertionError e) {
            countThrow();
        }
        fallback.close();
    }

    @Override
    public void add(int linkIndex) {
        if (count < MAX_PICKS) {
            picks[count++] = linkIndex;
        }
    }

    @Override
    public void drop() {
        dropped = true;
    }

    @Override
    public void waitAtMost(long nanos) {
        waitNanos = Math.max(1, nanos);
    }
}
