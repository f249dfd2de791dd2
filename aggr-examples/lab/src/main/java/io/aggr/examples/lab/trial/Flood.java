package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.AddressPlan;
import io.aggr.examples.lab.JavaPrograms;
import io.aggr.examples.lab.Lab;
import io.aggr.examples.lab.LabHost;
import io.aggr.examples.lab.attack.FloodKind;
import io.aggr.examples.lab.attack.FloodMain;
import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.netns.Realtime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A flood on its way from the attacker's host to the port of gate-gigabit. */
final class Flood {

    private static final Duration START = Duration.ofSeconds(10);

    private final ChildProcess sender;
    private final Duration duration;
    private final long beginNanos;

    private Flood(ChildProcess sender, Duration duration, long beginNanos) {
        this.sender = sender;
        this.duration = duration;
        this.beginNanos = beginNanos;
    }

    /** Starts one; returns when its first packet goes. */
    static Flood begin(Lab lab, FloodKind kind, String publicKey, Duration duration) throws IOException {
        String seen = kind == FloodKind.DATA ? observe(lab) : "0 0 0";
        List<String> arguments = new ArrayList<>(List.of(
                FloodMain.class.getName(),
                "send",
                kind.name(),
                lab.addresses().gigabitAddress(),
                Integer.toString(AddressPlan.BOND_PORT),
                Integer.toString(kind.packetsPerSecond()),
                Long.toString(duration.toMillis()),
                publicKey));
        arguments.addAll(List.of(seen.split(" ", -1)));
        ChildProcess sender = lab.run(LabHost.ATTACKER, "flood-" + kind.name(), JavaPrograms.small(arguments));
        String begin = Stand.awaitLine(sender, "begin", START);
        // On this machine the enemy shares processors with its victim; out there it does not. So it waits for nobody
        // but the emulator.
        boolean unused = Realtime.raise(sender.pid(), FloodMain.THREAD::equals);
        return new Flood(sender, duration, Long.parseLong(begin.split(" ", -1)[1]));
    }

    /** Looks at a packet of the bond where the lines end, as somebody can who reads one of them. */
    private static String observe(Lab lab) throws IOException {
        ChildProcess observer = lab.run(
                LabHost.INTERNET,
                "flood-observer",
                JavaPrograms.small(
                        List.of(FloodMain.class.getName(), "observe", Integer.toString(AddressPlan.BOND_PORT))));
        return Stand.awaitLine(observer, "seen", START).substring("seen ".length());
    }

    /** When its first packet went, by {@link System#nanoTime}. */
    long beginNanos() {
        return beginNanos;
    }

    /** When its last packet will have gone. */
    long endNanos() {
        return beginNanos + duration.toNanos();
    }

    /** Waits for the end and answers how many packets went. */
    long await() throws IOException {
        String[] end = Stand.awaitLine(sender, "end", duration.plus(START)).split(" ", -1);
        return Long.parseLong(end[2]);
    }
}
