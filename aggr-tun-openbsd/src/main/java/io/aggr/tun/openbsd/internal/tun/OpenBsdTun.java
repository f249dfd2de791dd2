package io.aggr.tun.openbsd.internal.tun;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Descriptor;
import io.aggr.tun.openbsd.internal.libc.Errno;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.Memory;
import io.aggr.tun.openbsd.internal.libc.SystemCallException;
import io.aggr.tun.openbsd.internal.libc.Waiter;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open tun(4) device. Made by {@link TunOpener}.
 *
 * <p>Each packet has its address family in front of it, 4 bytes in network byte order. They are read into and written from the head-room of the batch, so
 * that no packet is moved. The kernel drops a packet with an unknown family and reports success (since 2020), so the family is taken from the packet's
 * own version, and what is neither IPv4 nor IPv6 is refused here.
 */
final class OpenBsdTun implements TunDevice {

    private static final Logger log = LoggerFactory.getLogger(OpenBsdTun.class);

    /** The address family in front of a packet. */
    private static final int PREFIX_BYTES = 4;

    /** Packets that one read may drop, so that it ends. */
    private static final int MOST_DROPS = 64;

    private final Libc libc;
    private final String name;
    private final int mtuBytes;
    private final long latenessNanos;
    private final Descriptor device;
    private final Waiter waiter;
    private final TunConfiguration configuration;
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong unreadable = new AtomicLong();

    /**
     * Takes over an open descriptor.
     *
     * @param latenessNanos how much longer than asked for a wait may last
     * @param waiter holds the descriptor as its only one
     * @param configuration what is to be taken back at the end
     */
    OpenBsdTun(
            Libc libc,
            String name,
            int mtuBytes,
            long latenessNanos,
            Descriptor device,
            Waiter waiter,
            TunConfiguration configuration) {
        this.libc = libc;
        this.name = name;
        this.mtuBytes = mtuBytes;
        this.latenessNanos = latenessNanos;
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
        long entered = device.enter();
        if (entered == 0) {
            throw closed("read");
        }
        try {
            return read(batch, Memory.addressOf(batch));
        } finally {
            device.leave(entered);
        }
    }

    private int read(PacketBatch batch, long slab) throws IOException {
        int added = 0;
        int dropped = 0;
        while (batch.nextRoomBytes() >= mtuBytes && dropped < MOST_DROPS) {
            int offset = batch.nextOffset();
            // One byte more than the longest packet, in what will be the tail-room: if it gets filled, somebody has
            // raised the interface's MTU, and the packet has been cut.
            long count = libc.read(device.number(), slab + offset - PREFIX_BYTES, PREFIX_BYTES + mtuBytes + 1L);
            if (count > 0) {
                int length = (int) count - PREFIX_BYTES;
                if (length > 0 && length <= mtuBytes && isIp(batch.buffer().getInt(offset - PREFIX_BYTES))) {
                    batch.add(offset, length);
                    added++;
                } else {
                    dropped++;
                    drop(length);
                }
            } else if (count != -Errno.EINTR) {
                // What was read before an error is handed over first; the error comes again.
                if (count == 0 || count == -Errno.EAGAIN || added > 0) {
                    return added;
                }
                throw failure("read", count);
            }
        }
        return added;
    }

    @Override
    public int write(PacketBatch batch, int from, int count) throws IOException {
        long entered = device.enter();
        if (entered == 0) {
            throw closed("write");
        }
        try {
            return write(batch, from, from + count, Memory.addressOf(batch));
        } finally {
            device.leave(entered);
        }
    }

    private int write(PacketBatch batch, int from, int end, long slab) throws IOException {
        int taken = 0;
        int index = from;
        while (index < end) {
            int offset = batch.offset(index) - PREFIX_BYTES;
            int family = family(batch, index);
            if (family == 0) {
                refuse(1);
                index++;
                continue;
            }
            batch.buffer().putInt(offset, family);
            long result = libc.write(device.number(), slab + offset, PREFIX_BYTES + batch.length(index));
            if (result >= 0) {
                taken++;
                index++;
            } else if (Errno.isGone((int) -result)) {
                refuse(end - index);
                throw failure("write", result);
            } else if (result != -Errno.EINTR) {
                // EMSGSIZE for what is too long, ENOBUFS and ENOMEM where the system is full.
                refuse(1);
                index++;
            }
        }
        return taken;
    }

    /** The address family of a packet by its version (RFC 791, RFC 8200); 0 if it has none. */
    private static int family(PacketBatch batch, int index) {
        int version = batch.length(index) == 0 ? 0 : batch.buffer().get(batch.offset(index)) >>> 4 & 0xF;
        return version == 4 ? Abi.AF_INET : version == 6 ? Abi.AF_INET6 : 0;
    }

    private static boolean isIp(int family) {
        return family == Abi.AF_INET || family == Abi.AF_INET6;
    }

    private void refuse(int packets) {
        refused.lazySet(refused.get() + packets);
    }

    @Override
    public long refusedPackets() {
        return refused.get();
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) throws IOException {
        long entered = device.enter();
        if (entered == 0) {
            throw closed("poll");
        }
        try {
            // An error is reported also while packets are ignored.
            waiter.watch(0, forPackets ? Abi.POLLIN : 0);
            if (waiter.await(timeoutNanos) && (waiter.found(0) & (Abi.POLLERR | Abi.POLLHUP | Abi.POLLNVAL)) != 0) {
                throw failure("poll", -Errno.ENXIO);
            }
        } finally {
            device.leave(entered);
        }
    }

    @Override
    public long timerLatenessNanos() {
        return latenessNanos;
    }

    @Override
    public void wakeup() {
        waiter.wakeup();
    }

    @Override
    public void close() {
        configuration.takeBack();
        if (device.close(waiter::wakeup)) {
            waiter.close();
            log.info(
                    "TUN device {} closed, {} packets refused by the system, {} could not be read",
                    name,
                    refused.get(),
                    unreadable.get());
        }
    }

    /** Told once: the packets are lost either way, and whoever raised the MTU reads it. */
    private void drop(int length) {
        long before = unreadable.get();
        unreadable.lazySet(before + 1);
        if (before == 0) {
            log.warn(
                    "TUN device {} has delivered {}, which is dropped; so will be all others of the kind",
                    name,
                    length > mtuBytes
                            ? "a packet longer than " + mtuBytes + " bytes: its MTU has been raised"
                            : "a packet that is neither IPv4 nor IPv6");
        }
    }

    private IOException failure(String call, long answer) {
        String hint = Errno.isGone((int) -answer) ? "the interface has been destroyed" : "";
        return new SystemCallException(call + " on TUN device " + name, answer, hint);
    }

    private IOException closed(String call) {
        return new IOException(call + " on TUN device " + name + ": it has been closed");
    }
}
