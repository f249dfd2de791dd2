package io.aggr.tun.linux.internal.tun;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import io.aggr.tun.linux.internal.libc.Descriptor;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.PollSet;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An attached TUN device. Made by {@link TunOpener}.
 *
 * <p>A reader that uses {@link #await} gets exact timers for its thread (PR_SET_TIMERSLACK).
 */
final class LinuxTun implements TunDevice {

    private static final Logger log = LoggerFactory.getLogger(LinuxTun.class);

    private final String name;
    private final int mtuBytes;
    private final Descriptor device;
    private final PollSet waiter;
    private final TunConfiguration configuration;
    private final AtomicLong refused = new AtomicLong();
    private boolean reportedOversize;

    /**
     * Takes over an attached descriptor.
     *
     * @param waiter holds the descriptor as its only one
     * @param configuration what is to be taken back at the end
     */
    LinuxTun(String name, int mtuBytes, Descriptor device, PollSet waiter, TunConfiguration configuration) {
        this.name = name;
        this.mtuBytes = mtuBytes;
        this.device = device;
        this.waiter = waiter;
        this.configuration = configuration;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int mtuBytes() {
        return mtuBytes;
    }

    @Override
    public Set<TunOffload> offloads() {
        return Set.of();
    }

    @Override
    public int read(PacketBatch batch) throws IOException {
        if (!device.acquire()) {
            throw closed("read");
        }
        try {
            long slab = NativeMemory.addressOf(batch);
            int added = 0;
            while (batch.nextRoomBytes() >= mtuBytes) {
                int offset = batch.nextOffset();
                // One byte more than the longest packet, in what will be the tail-room: if it gets filled, somebody has
                // raised the
                // interface's MTU and the packet has been cut.
                long count = Libc.read(device.number(), slab + offset, mtuBytes + 1L);
                if (count > mtuBytes) {
                    reportOversize();
                } else if (count > 0) {
                    batch.add(offset, (int) count);
                    added++;
                } else {
                    int errno = count < 0 ? Libc.errno() : Errno.EAGAIN;
                    if (errno == Errno.EINTR) {
                        continue;
                    }
                    // What was read before an error is handed over first; the error comes again.
                    if (errno == Errno.EAGAIN || added > 0) {
                        return added;
                    }
                    throw failure("read", errno);
                }
            }
            return added;
        } finally {
            device.release();
        }
    }

    @Override
    public int write(PacketBatch batch, int from, int count) throws IOException {
        if (!device.acquire()) {
            throw closed("write");
        }
        int taken = 0;
        try {
            long slab = NativeMemory.addressOf(batch);
            int end = from + count;
            int index = from;
            while (index < end) {
                if (Libc.write(device.number(), slab + batch.offset(index), batch.length(index)) >= 0) {
                    taken++;
                    index++;
                    continue;
                }
                int errno = Libc.errno();
                if (errno == Errno.EINTR) {
                    continue;
                }
                if (isGone(errno)) {
                    refused.lazySet(refused.get() + end - index);
                    throw failure("write", errno);
                }
                // EIO while the interface is down, EINVAL for what is no IP packet, ENOBUFS and EAGAIN when the system
                // is full.
                refused.lazySet(refused.get() + 1);
                index++;
            }
            return taken;
        } finally {
            device.release();
        }
    }

    @Override
    public long refusedPackets() {
        return refused.get();
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) throws IOException {
        if (!device.acquire()) {
            throw closed("poll");
        }
        try {
            // An error is reported also while packets are ignored.
            waiter.watch(0, forPackets ? Libc.POLLIN : 0);
            if (waiter.await(timeoutNanos) > 0 && (waiter.found(0) & (Libc.POLLERR | Libc.POLLNVAL)) != 0) {
                throw failure("poll", Errno.EBADFD);
            }
        } finally {
            device.release();
        }
    }

    @Override
    public void wakeup() {
        waiter.wakeup();
    }

    @Override
    public void close() {
        if (device.isClosed()) {
            return;
        }
        configuration.takeBack();
        device.close(waiter::wakeup);
        waiter.close();
        log.info("TUN device {} closed, {} packets refused by the system", name, refused.get());
    }

    /** Once: whoever raised the MTU reads it, and the packets are lost either way. */
    private void reportOversize() {
        if (!reportedOversize) {
            reportedOversize = true;
            log.warn(
                    "TUN device {} delivers packets longer than {} bytes, which are dropped: its MTU has been raised",
                    name,
                    mtuBytes);
        }
    }

    private static boolean isGone(int errno) {
        return errno == Errno.EBADFD || errno == Errno.EBADF || errno == Errno.ENODEV;
    }

    private IOException failure(String call, int errno) {
        return new SystemCallException(
                call + " on TUN device " + name, errno, isGone(errno) ? "the device has been deleted" : "");
    }

    private IOException closed(String call) {
        return new IOException(call + " on TUN device " + name + ": it has been closed");
    }
}
