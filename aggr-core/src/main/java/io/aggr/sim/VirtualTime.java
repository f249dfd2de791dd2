package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A clock that moves only from event to event, and the queue of those events.
 *
 * <p>Events of the same instant run in the order in which they were scheduled, so a run depends on nothing but its inputs.
 * Instants are {@code long} nanoseconds of an arbitrary origin and are compared by subtraction, as those of
 * {@link System#nanoTime} are: a run may pass the wrap of the counter. No event may lie more than 2<sup>62</sup> ns ahead.
 *
 * <p><b>Threading.</b> One thread; events run in the thread that calls {@link #runUntil}.
 *
 * @since 0.1
 */
public final class VirtualTime {
    /*
     * A binary heap of Timer objects that know their own place, so moving or cancelling one costs O(log n) and leaves no
     * dead entry behind (a TCP sender re-arms its timer with every acknowledgement). One-shot events are Timers from a
     * free list.
     */
    private Timer[] heap = new Timer[64];
    private int size;
    private Timer[] free = new Timer[64];
    private int freeCount;
    private final long originNanos;
    private long nowNanos;
    private long nextOrder;
    private long eventsRun;

    /** Time that starts at 0. */
    public VirtualTime() {
        this(0);
    }

    /**
     * Time that starts at a given instant.
     *
     * @param originNanos first value of {@link #nowNanos()}; any, also negative or next to the wrap
     */
    public VirtualTime(long originNanos) {
        this.originNanos = originNanos;
        this.nowNanos = originNanos;
    }

    /**
     * The present instant.
     *
     * @return nanoseconds of this clock
     */
    public long nowNanos() {
        return nowNanos;
    }

    /**
     * Runs an action once at an instant. An instant that has passed means now, after everything already scheduled for now.
     *
     * @param atNanos instant of this clock
     * @param action what to run
     */
    public void schedule(long atNanos, Runnable action) {
        Timer timer = freeCount > 0 ? free[--freeCount] : new Timer(this, null);
        timer.once = requireNonNull(action, "action");
        timer.at(atNanos);
    }

    /**
     * Runs an action once after a delay.
     *
     * @param delayNanos nanoseconds from now; negative means now
     * @param action what to run
     */
    public void scheduleIn(long delayNanos, Runnable action) {
        schedule(nowNanos + Math.max(0, delayNanos), action);
    }

    /**
     * Makes a timer that can be set, moved and cancelled without allocation.
     *
     * @param action what to run each time the timer fires
     * @return a timer that is not set
     */
    public Timer timer(Runnable action) {
        return new Timer(this, requireNonNull(action, "action"));
    }

    /**
     * Runs all events up to and including an instant, then stands at that instant.
     *
     * @param untilNanos instant of this clock; one that has passed does nothing
     */
    public void runUntil(long untilNanos) {
        while (size > 0 && heap[0].atNanos - untilNanos <= 0) {
            runNext();
        }
        if (untilNanos - nowNanos > 0) {
            nowNanos = untilNanos;
        }
    }

    /**
     * Runs all events of the next span of time.
     *
     * @param span how far to go, at least zero
     */
    public void runFor(Duration span) {
        if (span.isNegative()) {
            throw new IllegalArgumentException("span must not be negative, got " + span);
        }
        runUntil(nowNanos + span.toNanos());
    }

    /**
     * Moves to the next event and runs it.
     *
     * @return false if nothing was scheduled
     */
    public boolean runNext() {
        if (size == 0) {
            return false;
        }
        Timer timer = heap[0];
        removeAt(0);
        nowNanos = timer.atNanos;
        eventsRun++;
        Runnable action = timer.action;
        if (action == null) {
            action = requireNonNull(timer.once);
            timer.once = null;
            if (freeCount == free.length) {
                free = Arrays.copyOf(free, freeCount * 2);
            }
            free[freeCount++] = timer;
        }
        action.run();
        return true;
    }

    /** Forgets all events that wait, and with them everything that they would have touched. */
    @SuppressWarnings("NullAway") // the slots are cleared on purpose
    void clear() {
        while (size > 0) {
            removeAt(size - 1);
        }
        Arrays.fill(free, null);
        freeCount = 0;
    }

    /**
     * How many events wait.
     *
     * @return events scheduled and not yet run or cancelled
     */
    public int pendingEvents() {
        return size;
    }

    /**
     * How many events have run.
     *
     * @return events since the start
     */
    public long eventsRun() {
        return eventsRun;
    }

    /** Milliseconds from the start to an instant: the clock of TCP timestamps. */
    int millisecondOf(long atNanos) {
        return (int) ((atNanos - originNanos) / 1_000_000);
    }

    private void add(Timer timer) {
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        siftUp(size++, timer);
    }

    @SuppressWarnings("NullAway") // the slot behind the last entry is cleared on purpose
    private void removeAt(int index) {
        heap[index].index = -1;
        Timer last = heap[--size];
        heap[size] = null;
        if (index < size) {
            reseat(index, last);
        }
    }

    private void reseat(int index, Timer timer) {
        if (index > 0 && timer.isBefore(heap[(index - 1) >>> 1])) {
            siftUp(index, timer);
        } else {
            siftDown(index, timer);
        }
    }

    private void siftUp(int from, Timer timer) {
        int index = from;
        while (index > 0) {
            int parent = (index - 1) >>> 1;
            Timer above = heap[parent];
            if (!timer.isBefore(above)) {
                break;
            }
            heap[index] = above;
            above.index = index;
            index = parent;
        }
        heap[index] = timer;
        timer.index = index;
    }

    private void siftDown(int from, Timer timer) {
        int index = from;
        while (true) {
            int child = 2 * index + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && heap[child + 1].isBefore(heap[child])) {
                child++;
            }
            Timer below = heap[child];
            if (!below.isBefore(timer)) {
                break;
            }
            heap[index] = below;
            below.index = index;
            index = child;
        }
        heap[index] = timer;
        timer.index = index;
    }

    /**
     * An event that can be moved and cancelled.
     *
     * @since 0.1
     */
    public static final class Timer {
        private final VirtualTime time;
        private final @Nullable Runnable action;
        private @Nullable Runnable once;
        private int index = -1;
        private long atNanos;
        private long order;

        private Timer(VirtualTime time, @Nullable Runnable action) {
            this.time = time;
            this.action = action;
        }

        /**
         * Sets the timer, or moves it if it is set. It fires once.
         *
         * @param atNanos instant of its clock; one that has passed means now
         */
        public void at(long atNanos) {
            this.atNanos = atNanos - time.nowNanos < 0 ? time.nowNanos : atNanos;
            order = time.nextOrder++;
            if (index < 0) {
                time.add(this);
            } else {
                time.reseat(index, this);
            }
        }

        /** Takes the timer out of the queue; nothing happens if it is not set. */
        public void cancel() {
            if (index >= 0) {
                time.removeAt(index);
            }
        }

        /**
         * Whether the timer will fire.
         *
         * @return true between {@link #at} and its firing or {@link #cancel}
         */
        public boolean isSet() {
            return index >= 0;
        }

        /**
         * When the timer fires.
         *
         * @return instant of its clock; without meaning if the timer is not set
         */
        public long atNanos() {
            return atNanos;
        }

        private boolean isBefore(Timer other) {
            long distance = atNanos - other.atNanos;
            return distance < 0 || (distance == 0 && order - other.order < 0);
        }
    }
}
