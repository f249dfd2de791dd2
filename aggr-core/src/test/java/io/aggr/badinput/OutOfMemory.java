package io.aggr.badinput;

import io.aggr.BondListener;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A pair of bonds in a process of its own, one of which has a scheduler that takes all the memory there is when it is told to. Prints what the bond says
 * then; whoever has started it looks at that, or at how the process has ended.
 */
final class OutOfMemory {

    private static final AtomicBoolean GREEDY = new AtomicBoolean();

    private OutOfMemory() {}

    private static final class Greedy implements Scheduler {
        private final Scheduler work = new EarliestArrivalScheduler();

        @Override
        public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
            if (GREEDY.get()) {
                List<byte[]> taken = new ArrayList<>();
                while (!taken.contains(new byte[0])) {
                    taken.add(new byte[1 << 20]);
                }
            }
            work.select(packet, links, nowNanos, picks);
        }
    }

    /**
     * Runs.
     *
     * @param args none
     * @throws Exception if something fails
     */
    public static void main(String[] args) throws Exception {
        try (LoopbackPair pair = new LoopbackPair(Greedy::new, new BondListener() {})) {
            pair.up();
            if (!pair.carries(1)) {
                throw new IllegalStateException("nothing comes through");
            }
            System.out.println("greedy now");
            GREEDY.set(true);
            pair.carries(2);
            System.out.println("bond: " + pair.failure() + "; running: " + pair.site.isRunning());
        }
    }
}
