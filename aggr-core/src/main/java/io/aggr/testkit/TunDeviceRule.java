package io.aggr.testkit;

import java.util.Locale;

/**
 * What {@link TunDeviceConformance} looks at.
 *
 * @since 0.1
 */
public enum TunDeviceRule implements Rule {
    /** See {@link io.aggr.tun.TunDevice#mtuBytes}. */
    LIMITS("A device has a name, an MTU of 576 bytes or more, and reads at least that."),
    /** See {@link io.aggr.tun.TunDevice#read}. */
    READS("Packets are read whole and in order, and reading never waits."),
    /** See {@link io.aggr.tun.TunDevice#read}. */
    LEAVES_THE_REST("What does not fit into a batch waits for the next read."),
    /** See {@link io.aggr.tun.TunDevice#read}. */
    STAYS_INSIDE("Nothing is written outside the open region of a batch."),
    /** See {@link io.aggr.tun.TunDevice#offloads}. */
    DECLARES("Only what is declared as an offload is delivered."),
    /** See {@link io.aggr.tun.TunDevice#write}. */
    WRITES("Packets are written whole and in order, and those that are not taken are counted."),
    /** See {@link io.aggr.tun.TunDevice#write}. */
    LEAVES_THE_PACKET("Writing changes nothing but head-room."),
    /** See {@link io.aggr.tun.TunDevice#await}. */
    WAKES("A packet ends a wait for packets."),
    /** See {@link io.aggr.tun.TunDevice#await}. */
    IGNORES_PACKETS("A packet does not end a wait that is not for packets."),
    /** See {@link io.aggr.tun.TunDevice#await}. */
    TIMES_OUT("A wait ends when its time is over."),
    /** See {@link io.aggr.tun.TunDevice#wakeup}. */
    WAKEUP("A wake-up ends the wait that is going on, or the next one."),
    /** See {@link io.aggr.tun.TunDevice#close}. */
    CLOSES("Closing ends a wait and may be repeated."),
    /** See {@link io.aggr.tun.TunDevice}. */
    THROWS_NOTHING_ELSE("Only a device that is gone throws, and only an IOException.");

    private final String promise;

    TunDeviceRule(String promise) {
        this.promise = promise;
    }

    @Override
    public String id() {
        return "tun/" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public String promise() {
        return promise;
    }
}
