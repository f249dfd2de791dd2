package io.aggr.internal.engine;

import io.aggr.LinkCost;
import io.aggr.PeerConfig;
import io.aggr.TunnelAddresses;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.schedule.Scheduler;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the engine has to know of a peer.
 *
 * @param index its number
 * @param name its name
 * @param schedulerName name of its scheduler
 * @param scheduler makes the scheduler, once per peer
 * @param fallback makes the built-in scheduler that helps out
 * @param reorderName name of its reorder buffer
 * @param reorder makes the reorder buffer for so many packets
 * @param fallbackReorder makes the built-in one that replaces a broken one
 * @param repair whether the peer is asked to send again what is lost
 * @param equalise whether bulk flows get an even delay
 * @param lines lines that this end has to the peer; empty where the peer comes to us
 */
public record PeerSettings(
        int index,
        String name,
        String schedulerName,
        Supplier<Scheduler> scheduler,
        Supplier<Scheduler> fallback,
        String reorderName,
        IntFunction<ReorderBuffer> reorder,
        IntFunction<ReorderBuffer> fallbackReorder,
        boolean repair,
        PeerConfig.Equalise equalise,
        List<LineSettings> lines) {

    /** Copies the list. */
    public PeerSettings {
        lines = List.copyOf(lines);
    }

    /**
     * A line of this end.
     *
     * @param id its number on the wire
     * @param name its name
     * @param localLink number of the local link that it uses
     * @param upBitsPerSecond rate away from this end, 0 if it is to be found, {@link Long#MAX_VALUE} if the line shall not be paced
     * @param downBitsPerSecond rate towards this end, likewise
     * @param maxUpBitsPerSecond bound on the rate away from this end, 0 if there is none
     * @param maxDownBitsPerSecond bound on the rate towards this end, likewise
     * @param cost what it costs to use it
     * @param mtuBytes longest IP packet on the line, or 0 if that is to be found out
     * @param inner inner addresses of the line's tunnel; null where the encapsulation carries frames
     */
    public record LineSettings(
            int id,
            String name,
            int localLink,
            long upBitsPerSecond,
            long downBitsPerSecond,
            long maxUpBitsPerSecond,
            long maxDownBitsPerSecond,
            LinkCost cost,
            int mtuBytes,
            @Nullable TunnelAddresses inner) {

        /** A line of a tunnel with frames. */
        public LineSettings(
                int id,
                String name,
                int localLink,
                long upBitsPerSecond,
                long downBitsPerSecond,
                long maxUpBitsPerSecond,
                long maxDownBitsPerSecond,
                LinkCost cost,
                int mtuBytes) {
            this(
                    id,
                    name,
                    localLink,
                    upBitsPerSecond,
                    downBitsPerSecond,
                    maxUpBitsPerSecond,
                    maxDownBitsPerSecond,
                    cost,
                    mtuBytes,
                    null);
        }
    }
}
