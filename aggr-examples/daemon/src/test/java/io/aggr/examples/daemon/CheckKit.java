package io.aggr.examples.daemon;

import io.aggr.examples.daemon.config.DaemonConfig;

/** Checks a configuration as {@code aggr check} does. */
public final class CheckKit {

    private CheckKit() {}

    /** Throws an IllegalArgumentException unless the library would start it on a machine that has everything. */
    public static void check(DaemonConfig read) {
        new CoreBond.Opener().check(read.bond(), Preflight.asIfUsable(read.providers()));
    }
}
