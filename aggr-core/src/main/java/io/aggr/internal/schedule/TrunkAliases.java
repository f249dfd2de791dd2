package io.aggr.internal.schedule;

import io.aggr.schedule.Scheduler;
import io.aggr.schedule.SchedulerProvider;
import io.aggr.spi.ProviderConfig;

/**
 * The names under which OpenBSD's trunk(4) knows three of the built-in schedulers. Its {@code failover} is the same word here; its {@code lacp}
 * chooses lines like {@code loadbalance}.
 */
public final class TrunkAliases {

    private TrunkAliases() {}

    /** Makes {@code round-robin} under the name {@code roundrobin}. */
    public static final class RoundRobin implements SchedulerProvider {

        /** Called by the service loader. */
        public RoundRobin() {}

        @Override
        public String name() {
            return "roundrobin";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new RoundRobinScheduler(config);
        }
    }

    /** Makes {@code flow-hash} under the name {@code loadbalance}. */
    public static final class LoadBalance implements SchedulerProvider {

        /** Called by the service loader. */
        public LoadBalance() {}

        @Override
        public String name() {
            return "loadbalance";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new FlowHashScheduler();
        }
    }

    /** Makes {@code redundant} under the name {@code broadcast}. */
    public static final class Broadcast implements SchedulerProvider {

        /** Called by the service loader. */
        public Broadcast() {}

        @Override
        public String name() {
            return "broadcast";
        }

        @Override
        public Scheduler create(ProviderConfig config) {
            return new RedundantScheduler(config);
        }
    }
}
