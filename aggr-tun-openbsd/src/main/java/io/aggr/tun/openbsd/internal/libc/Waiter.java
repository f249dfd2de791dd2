package io.aggr.tun.openbsd.internal.libc;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Waits with ppoll(2) for any of several descriptors. Other threads end the wait through a pipe.
 *
 * <p>OpenBSD's kernel wakes a sleeper at a tick of its clock, 100 a second unless it was built otherwise, so a wait may last up to two ticks longer
 * than asked for: {@link #measureLatenessNanos}.
 *
 * <p><b>Threading.</b> One thread calls everything but {@link #wakeup} and {@link #close}, which any thread may call.
 */
public final class Waiter implements AutoCloseable {

    // A waker first sets `asked`, then looks at `sleeping`; the owner first sets `sleeping`, then looks at `asked`. So
    // at least one of them sees the other: either the owner does not sleep, or the waker writes a byte. `written` keeps
    // it at one byte. A waker may come so late that its byte ends the next wait instead, which callers have to bear.

    private static final int PIPE = 0;
    private static final int DRAIN_AT = Abi.Timespec.SIZE;
    private static final int DRAIN_BYTES = 16;
    private static final int BYTE_AT = DRAIN_AT + DRAIN_BYTES;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final long SHORT_NANOS = 1_000_000;
    private static final int SHORT_WAITS = 2;

    private final Libc libc;
    private final Descriptor readEnd;
    private final Descriptor writeEnd;
    private final Memory scratch = new Memory(BYTE_AT + 1);
    private final AtomicBoolean asked = new AtomicBoolean();
    private final AtomicBoolean written = new AtomicBoolean();
    private volatile boolean sleeping;
    private Memory pollfds = new Memory(8 * Abi.Pollfd.SIZE);
    private int slots = 1;

    /**
     * Makes one that waits for nothing yet.
     *
     * @throws IOException if the system gives no pipe
     */
    public Waiter(Libc libc) throws IOException {
        this.libc = libc;
        int result = libc.pipe2(scratch.address(), Abi.O_NONBLOCK | Abi.O_CLOEXEC);
        if (result < 0) {
            throw new SystemCallException("pipe2", result, "");
        }
        readEnd = new Descriptor(libc, scratch.bytes().getInt(0));
        writeEnd = new Descriptor(libc, scratch.bytes().getInt(4));
        fill(PIPE, readEnd.number(), Abi.POLLIN);
    }

    /** How many descriptors are waited for. */
    public int size() {
        return slots - 1;
    }

    /** The descriptor at a place. */
    public int descriptor(int index) {
        return pollfds.bytes().getInt(at(index + 1));
    }

    /** Adds a descriptor behind the others. */
    public void add(int descriptor, short events) {
        if (at(slots) == pollfds.bytes().capacity()) {
            Memory larger = new Memory(2 * at(slots));
            larger.bytes().put(0, pollfds.bytes(), 0, at(slots));
            pollfds = larger;
        }
        fill(slots++, descriptor, events);
    }

    /** Takes a descriptor out; the last one moves to its place. */
    public void remove(int index) {
        slots--;
        pollfds.bytes().putLong(at(index + 1), pollfds.bytes().getLong(at(slots)));
    }

    /** What a descriptor is watched for; errors always are. */
    public void watch(int index, short events) {
        pollfds.bytes().putShort(at(index + 1) + Abi.Pollfd.EVENTS, events);
    }

    /** What the last wait has found. */
    public short found(int index) {
        return pollfds.bytes().getShort(at(index + 1) + Abi.Pollfd.REVENTS);
    }

    /**
     * Waits until a descriptor has something, {@link #wakeup} or {@link #close} is called, a signal arrives, or the time is over.
     *
     * @param timeoutNanos longest time to wait; 0 or less only looks
     * @return whether a descriptor has something
     * @throws IOException if the system refuses to wait
     */
    public boolean await(long timeoutNanos) throws IOException {
        long entered = readEnd.enter();
        if (entered == 0) {
            forget();
            return false;
        }
        try {
            sleeping = true;
            long nanos = asked.get() ? 0 : Math.max(timeoutNanos, 0);
            scratch.bytes()
                    .putLong(Abi.Timespec.TV_SEC, nanos / NANOS_PER_SECOND)
                    .putLong(Abi.Timespec.TV_NSEC, nanos % NANOS_PER_SECOND);
            int ready = libc.ppoll(pollfds.address(), slots, scratch.address());
            sleeping = false;
            if (ready < 0) {
                forget();
                if (ready != -Errno.EINTR) {
                    throw new SystemCallException("ppoll", ready, "");
                }
            } else if (ready > 0 && found(PIPE - 1) != 0) {
                libc.read(readEnd.number(), scratch.address() + DRAIN_AT, DRAIN_BYTES);
                written.set(false);
                ready--;
            }
            asked.getAndSet(false);
            return ready > 0;
        } finally {
            readEnd.leave(entered);
        }
    }

    /**
     * Waits for a millisecond, twice, to find out how coarse the kernel's timers are. To be called while there is nothing to wake up for.
     *
     * @return how much longer than asked for a wait may last; 0 if it is about as long as asked for
     * @throws IOException if the system refuses to wait
     */
    public long measureLatenessNanos() throws IOException {
        // A busy machine makes a wait longer, never shorter; so the shorter one counts. It is between one tick and two.
        long least = Long.MAX_VALUE;
        for (int i = 0; i < SHORT_WAITS; i++) {
            long before = System.nanoTime();
            await(SHORT_NANOS);
            least = Math.min(least, System.nanoTime() - before);
        }
        return least > 3 * SHORT_NANOS ? 2 * least : 0;
    }

    /** Ends a wait that is going on or the next one. */
    public void wakeup() {
        asked.set(true);
        if (sleeping) {
            ring();
        }
    }

    /** Ends a wait and gives the pipe back. The descriptors waited for are left alone. Does nothing the second time. */
    @Override
    public void close() {
        asked.set(true);
        readEnd.close(this::ring);
        writeEnd.close(() -> {});
    }

    private void ring() {
        if (written.compareAndSet(false, true)) {
            long entered = writeEnd.enter();
            if (entered != 0) {
                libc.write(writeEnd.number(), scratch.address() + BYTE_AT, 1);
                writeEnd.leave(entered);
            }
        }
    }

    private void forget() {
        for (int slot = 0; slot < slots; slot++) {
            pollfds.bytes().putShort(at(slot) + Abi.Pollfd.REVENTS, (short) 0);
        }
    }

    private void fill(int slot, int descriptor, short events) {
        pollfds.bytes()
                .putInt(at(slot) + Abi.Pollfd.FD, descriptor)
                .putShort(at(slot) + Abi.Pollfd.EVENTS, events)
                .putShort(at(slot) + Abi.Pollfd.REVENTS, (short) 0);
    }

    private static int at(int slot) {
        return slot * Abi.Pollfd.SIZE;
    }
}
