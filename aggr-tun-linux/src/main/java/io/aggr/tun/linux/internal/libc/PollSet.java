package io.aggr.tun.linux.internal.libc;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Waits with ppoll(2) for any of several descriptors, with nanosecond time-outs and a wake-up from other threads.
 *
 * <p><b>Threading.</b> One thread calls everything but {@link #wakeup} and {@link #close}, which any thread may call.
 */
public final class PollSet implements AutoCloseable {

    // Slot 0 is an eventfd(2). It is written only while the owner waits or is about to: `state` goes IDLE -> WAITING
    // (owner) and
    // anything -> NOTIFIED (wakers), so a waker that meets IDLE or NOTIFIED makes no system call, and the owner that
    // finds NOTIFIED does not
    // wait. A waker that meets WAITING writes, maybe after the owner has already left for another reason: the next wait
    // then ends early
    // once, which callers have to bear anyway.

    private static final int POLLFD_BYTES = 8;
    private static final int EVENTFD_BYTES = 8;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final int IDLE = 0;
    private static final int WAITING = 1;
    private static final int NOTIFIED = 2;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(PollSet.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Descriptor event;
    // struct timespec at 0, what is read from the eventfd at 16, what is written to it at 24.
    private final NativeMemory scratch = new NativeMemory(32);
    private NativeMemory pollfds = new NativeMemory(POLLFD_BYTES * 8);
    private int size = 1;
    private @Nullable Thread sharpened;

    @SuppressWarnings("unused") // Through STATE.
    private volatile int state = IDLE;

    /**
     * Makes a set without descriptors.
     *
     * @throws IOException if the system gives no eventfd
     */
    public PollSet() throws IOException {
        int number = Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC);
        if (number < 0) {
            throw new SystemCallException("eventfd", Libc.errno(), "");
        }
        event = new Descriptor(number);
        set(0, number, Libc.POLLIN);
        scratch.buffer().putLong(24, 1);
    }

    /** Descriptors in the set. */
    public int size() {
        return size - 1;
    }

    /** Adds a descriptor behind the others. */
    public void add(int descriptor, short events) {
        if (size * POLLFD_BYTES == pollfds.buffer().capacity()) {
            NativeMemory larger = new NativeMemory(pollfds.buffer().capacity() * 2);
            larger.buffer().put(0, pollfds.buffer(), 0, size * POLLFD_BYTES);
            pollfds = larger;
        }
        set(size++, descriptor, events);
    }

    /** Place of a descriptor, or -1. */
    public int indexOf(int descriptor) {
        for (int i = 1; i < size; i++) {
            if (pollfds.buffer().getInt(i * POLLFD_BYTES) == descriptor) {
                return i - 1;
            }
        }
        return -1;
    }

    /** Takes a descriptor out; the last one takes its place. */
    public void removeAt(int index) {
        size--;
        pollfds.buffer().putLong((index + 1) * POLLFD_BYTES, pollfds.buffer().getLong(size * POLLFD_BYTES));
    }

    /** What a descriptor is watched for; errors always are. */
    public void watch(int index, short events) {
        pollfds.buffer().putShort((index + 1) * POLLFD_BYTES + 4, events);
    }

    /** What the last {@link #await} found. */
    public short found(int index) {
        return pollfds.buffer().getShort((index + 1) * POLLFD_BYTES + 6);
    }

    /**
     * Waits until a descriptor has something, {@link #wakeup} or {@link #close} is called, a signal arrives, or the time is over. The first
     * wait of a thread makes its timers exact ({@link Libc#sharpenTimers}).
     *
     * @param timeoutNanos longest time to wait; 0 or less only looks
     * @return how many descriptors have something
     * @throws IOException if the system refuses to wait
     */
    public int await(long timeoutNanos) throws IOException {
        if (!event.acquire()) {
            clearFound();
            return 0;
        }
        try {
            Thread current = Thread.currentThread();
            if (sharpened != current) {
                Libc.sharpenTimers();
                sharpened = current;
            }
            long waitNanos = STATE.compareAndSet(this, IDLE, WAITING) ? Math.max(timeoutNanos, 0) : 0;
            scratch.buffer().putLong(0, waitNanos / NANOS_PER_SECOND).putLong(8, waitNanos % NANOS_PER_SECOND);
            int ready = Libc.ppoll(pollfds.address(), size, scratch.address(), 0);
            int errno = ready < 0 ? Libc.errno() : 0;
            STATE.getAndSet(this, IDLE);
            if (ready < 0) {
                clearFound();
                if (errno == Errno.EINTR) {
                    return 0;
                }
                throw new SystemCallException("ppoll", errno, "");
            }
            if (ready > 0 && pollfds.buffer().getShort(6) != 0) {
                Libc.read(event.number(), scratch.address() + 16, EVENTFD_BYTES);
                ready--;
            }
            return ready;
        } finally {
            event.release();
            Reference.reachabilityFence(pollfds);
        }
    }

    /** Ends a wait that is going on or the next one. */
    public void wakeup() {
        if ((int) STATE.getAndSet(this, NOTIFIED) == WAITING && event.acquire()) {
            try {
                Libc.write(event.number(), scratch.address() + 24, EVENTFD_BYTES);
            } finally {
                event.release();
            }
        }
    }

    /** Ends a wait and gives the eventfd back. The descriptors in the set are left alone. Does nothing the second time. */
    @Override
    public void close() {
        event.close(this::notifyForClose);
    }

    private void notifyForClose() {
        STATE.getAndSet(this, NOTIFIED);
        Libc.write(event.number(), scratch.address() + 24, EVENTFD_BYTES);
    }

    private void clearFound() {
        for (int i = 0; i < size; i++) {
            pollfds.buffer().putShort(i * POLLFD_BYTES + 6, (short) 0);
        }
    }

    private void set(int slot, int descriptor, short events) {
        // struct pollfd { int fd; short events; short revents; }
        pollfds.buffer()
                .putInt(slot * POLLFD_BYTES, descriptor)
                .putShort(slot * POLLFD_BYTES + 4, events)
                .putShort(slot * POLLFD_BYTES + 6, (short) 0);
    }
}
