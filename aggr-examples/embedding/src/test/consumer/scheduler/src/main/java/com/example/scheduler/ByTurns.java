package com.example.scheduler;

import io.aggr.schedule.LinkSet;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

public final class ByTurns implements SchedulerProvider {

    @Override
    public String name() {
        return "by-turns";
    }

    @Override
    public Scheduler create(ProviderConfig config) {
        return new Turns();
    }

    private static final class Turns implements Scheduler {
        private int last;

        @Override
        public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
            for (int i = 1; i <= links.size(); i++) {
                int next = (last + i) % links.size();
                if (links.get(next).accepts(packet)) {
                    last = next;
                    picks.add(next);
                    return;
                }
            }
        }
    }
}
