package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Gathers packets that lie in the arena of the way in and writes them to the TUN, many at once. A TUN that fails does so in the middle of a batch;
 * whoever drives this half hears of it at the end of its call.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class TunWriter {

    private static final int PACKETS = 128;

    private final TunDevice tun;
    private final PacketBatch batch;
    private final Tally<Drop> drops;
    private @Nullable IOException failure;

    TunWriter(TunDevice tun, Slab slab, Tally<Drop> drops) {
        this.tun = tun;
        this.drops = drops;
        batch = new PacketBatch(slab, PACKETS);
    }

    /** Makes room for a packet, if need be by a write. */
    void makeRoom() {
        if (batch.size() == batch.capacity()) {
            write();
        }
    }

    /** Puts a packet behind the others; it stays where it lies until {@link #write}. */
    void add(int offset, int length) {
        batch.refer(offset, length);
    }

    /** Writes what was gathered. */
    void write() {
        int count = batch.size();
        if (count == 0) {
            return;
        }
        try {
            tun.write(batch, 0, count);
        } catch (IOException e) {
            failure = e;
            drops.count(Drop.TUN_REFUSED, count);
        }
        batch.open(0, 0);
    }

    /** Says that the TUN has failed, once. */
    void throwFailure() throws IOException {
        IOException thrown = failure;
        if (thrown != null) {
            failure = null;
            throw thrown;
        }
    }

    /** Packets that the TUN did not take without being gone. */
    long refusedPackets() {
        return tun.refusedPackets();
    }
}
