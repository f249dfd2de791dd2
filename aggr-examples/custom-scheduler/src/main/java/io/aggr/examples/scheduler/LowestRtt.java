package io.aggr.examples.scheduler;

import io.aggr.schedule.LinkView;
import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;
import java.time.Duration;

/**
 * Each packet takes the line with the lowest round-trip time, until that line is busy for longer than {@code max-wait} (a time such as
 * {@code 5 ms}; 10 ms where it is not given); then the next best takes it.
 *
 * <p>A line that has not been measured yet reads {@link LinkView#ASSUMED_RTT_NANOS}, so it is not preferred but used when the others are busy.
 * Nothing picked means that the packet waits: the library asks again as soon as a line has become free.
 */
public final class LowestRtt implements SchedulerProvider {

    @Override
    public String name() {
        return "lowest-rtt";
    }

    @Override
    public Scheduler create(ProviderConfig config) {
        long maxWaitNanos = config.duration("max-wait", Duration.ofMillis(10)).toNanos();
        return (packet, links, nowNanos, picks) -> {
            LinkView best = null;
            for (int i = 0; i < links.size(); i++) {
                LinkView link = links.get(i);
                if (link.accepts(packet)
                        && link.nanosUntilFree(nowNanos) <= maxWaitNanos
                        && (best == null || link.rttNanos() < best.rttNanos())) {
                    best = link;
                }
            }
            if (best != null) {
                picks.add(best.index());
            }
        };
    }
}
