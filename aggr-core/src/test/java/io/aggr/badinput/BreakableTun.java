package io.aggr.badinput;

import io.aggr.packet.PacketBatch;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunOffload;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A device that works until a test says what is wrong with it. */
final class BreakableTun implements TunDevice {

    private final TunDevice works;
    private final AtomicReference<@Nullable String> breaks;

    BreakableTun(TunDevice works, AtomicReference<@Nullable String> breaks) {
        this.works = works;
        this.breaks = breaks;
    }

    private void check() throws IOException {
        String message = breaks.get();
        if (message != null) {
            throw new IOException(message);
        }
    }

    @Override
    public String name() {
        return works.name();
    }

    @Override
    public int mtuBytes() {
        return works.mtuBytes();
    }

    @Override
    public Set<TunOffload> offloads() {
        return works.offloads();
    }

    @Override
    public int read(PacketBatch batch) throws IOException {
        check();
        return works.read(batch);
    }

    @Override
    public int write(PacketBatch batch, int from, int count) throws IOException {
        check();
        return works.write(batch, from, count);
    }

    @Override
    public long refusedPackets() {
        return works.refusedPackets();
    }

    @Override
    public void await(long timeoutNanos, boolean forPackets) throws IOException {
        check();
        works.await(timeoutNanos, forPackets);
    }

    @Override
    public void wakeup() {
        works.wakeup();
    }

    @Override
    public void close() {
        works.close();
    }
}
