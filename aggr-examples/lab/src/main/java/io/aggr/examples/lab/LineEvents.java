package io.aggr.examples.lab;

import io.aggr.examples.lab.emulator.EmulatedLine;
import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Lets things happen to the lines of a lab, at once or later, and remembers what has.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class LineEvents {

    private final LineSet profile;
    private final LabNetwork network;
    private final ScheduledExecutorService clock;
    private final LineHistory history;
    private final List<HappenedEvent> happened = new ArrayList<>();
    private volatile Optional<Exception> failure = Optional.empty();

    /** Events of the lines of a network; those to come run on the clock's thread. */
    LineEvents(LineSet profile, LabNetwork network, ScheduledExecutorService clock) {
        this.profile = profile;
        this.network = network;
        this.clock = clock;
        history = new LineHistory(profile.lines());
    }

    /** Lets something happen at once, whatever the event's time. */
    void apply(LabEvent event) throws IOException {
        int line = lineNumber(event.line());
        synchronized (happened) {
            happened.add(new HappenedEvent(System.nanoTime(), event));
        }
        EmulatedLine emulated = network.lines().get(line - 1);
        switch (event.kind()) {
            case CHANGE ->
                change(
                        line,
                        event.change().apply(emulated.spec(), profile.lines().get(line - 1)));
            case UNPLUG -> {
                change(line, emulated.spec().withBlackHole(true));
                network.topology().modem(line).unplug();
            }
            case PLUG -> {
                network.topology().modem(line).plug();
                change(line, emulated.spec().withBlackHole(false));
            }
            case RENUMBER -> network.topology().renumber(line);
            case REMAP -> network.topology().modem(line).remap();
            case DETACH -> {
                history.add(System.nanoTime(), line, emulated.spec().withBlackHole(true));
                network.topology().detach(line);
            }
            case ATTACH -> {
                network.topology().attach(line);
                history.add(System.nanoTime(), line, emulated.spec());
            }
        }
    }

    private void change(int line, LineSpec spec) {
        network.lines().get(line - 1).change(spec);
        history.add(System.nanoTime(), line, spec);
    }

    private int lineNumber(String name) {
        for (int i = 0; i < profile.lines().size(); i++) {
            if (name.equals(profile.lines().get(i).name()) || name.equals("line" + (i + 1))) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no line " + name + "; there are "
                + profile.lines().stream().map(LineSpec::name).toList() + ", or line1 and so on");
    }

    /** Lets things happen at their times from an instant on; what should have happened by now happens at once. */
    void schedule(List<LabEvent> events, long sinceNanos) {
        events.forEach(event -> lineNumber(event.line()));
        for (LabEvent event : events) {
            ScheduledFuture<?> unused = clock.schedule(
                    () -> {
                        try {
                            apply(event);
                        } catch (IOException | RuntimeException e) {
                            failure = Optional.of(e);
                        }
                    },
                    event.at().toNanos() - (System.nanoTime() - sinceNanos),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Why the last event that failed by itself did. */
    Optional<Exception> failure() {
        return failure;
    }

    /** All events so far: a copy, in order of time. */
    List<HappenedEvent> happened() {
        synchronized (happened) {
            return List.copyOf(happened);
        }
    }

    /** What the lines did at each time so far; grows. */
    LineHistory history() {
        return history;
    }
}
