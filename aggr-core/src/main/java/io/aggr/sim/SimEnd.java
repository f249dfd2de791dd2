package io.aggr.sim;

import io.aggr.BondStats;
import io.aggr.StartRate;
import io.aggr.internal.engine.Egress;
import io.aggr.internal.engine.EgressSnapshot;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.engine.EngineEvents;
import io.aggr.internal.engine.EngineSettings;
import io.aggr.internal.engine.Ingress;
import io.aggr.internal.engine.IngressSnapshot;
import io.aggr.link.LinkState;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One end of a bond, from its start to its stop: an engine, driven in virtual time as a driver drives it in real time. What would be two threads
 * are two timers here.
 */
final class SimEnd {
    /** More calls than this at one instant mean that the engine asks to be called again without doing anything. */
    private static final int MAX_ROUNDS = 10_000;

    /** Looks at each call of the packet path, for tests. */
    interface Probe {
        /** Nothing is looked at. */
        Probe NONE = new Probe() {};

        default void before() {}

        default void after() {}
    }

    /** Parts of an end. The engine's settings are made by {@code settings}, which is given the listener to put into them. */
    interface SettingsFactory {
        EngineSettings create(EngineEvents events);
    }

    private final String name;
    private final VirtualTime time;
    private final SimClock clock;
    private final SimTun tun;
    private final List<SimLink> links;
    private final EngineSettings settings;
    private final Egress egress;
    private final Ingress ingress;
    private final VirtualTime.Timer egressTimer;
    private final VirtualTime.Timer ingressTimer;
    private final Probe probe;
    private final List<String> warnings = new ArrayList<>();
    private final List<String> transitions = new ArrayList<>();
    private final long startNanos;
    private int sessions;
    private boolean stopped;
    private long egressFromNanos;
    private long ingressFromNanos;

    SimEnd(
            String name,
            VirtualTime time,
            SimClock clock,
            SimTun tun,
            List<SimLink> links,
            Probe probe,
            SettingsFactory factory) {
        this.name = name;
        this.time = time;
        this.clock = clock;
        this.tun = tun;
        this.links = List.copyOf(links);
        this.probe = probe;
        startNanos = time.nowNanos();
        egressFromNanos = startNanos;
        ingressFromNanos = startNanos;
        egressTimer = time.timer(this::runEgress);
        ingressTimer = time.timer(this::runIngress);
        settings = factory.create(new Events());
        Engine engine = new Engine(settings);
        egress = engine.egress();
        ingress = engine.ingress();
        for (SimLink link : links) {
            if (link.watch() instanceof Watch.Push push) {
                push.source().onReady(this::wakeIngress);
            }
        }
        tun.onReadable(this::wakeEgress);
    }

    /** Hands over what an earlier end in its place has found. To be called before it begins. */
    void startRates(List<StartRate> rates) {
        egress.startRates(rates);
    }

    /** Begins. */
    void start() {
        egress.start(clock.nowNanos());
        wakeEgress();
        wakeIngress();
    }

    /**
     * Ends, for good.
     *
     * @param politely whether the peer is told, as at a shutdown; otherwise this end is just gone
     */
    void stop(boolean politely) {
        if (stopped) {
            return;
        }
        if (politely) {
            egress.close(clock.nowNanos());
            flushLinks();
        }
        stopped = true;
        egressTimer.cancel();
        ingressTimer.cancel();
        links.forEach(SimLink::close);
        tun.onReadable(() -> {});
        settings.encapsulator().close();
    }

    /**
     * The system gives the threads of this end no time for a while, as on a busy host. What comes meanwhile waits in sockets and in the device.
     *
     * @param egressNanos how long the thread that sends does not run, 0 or more
     * @param ingressNanos how long the thread that receives does not run, 0 or more
     */
    void stall(long egressNanos, long ingressNanos) {
        egressFromNanos = time.nowNanos() + egressNanos;
        ingressFromNanos = time.nowNanos() + ingressNanos;
    }

    boolean isStopped() {
        return stopped;
    }

    private void wakeEgress() {
        if (!stopped) {
            egressTimer.at(time.nowNanos());
        }
    }

    private void wakeIngress() {
        if (!stopped) {
            ingressTimer.at(time.nowNanos());
        }
    }

    private void runEgress() {
        if (egressFromNanos - time.nowNanos() > 0) {
            egressTimer.at(egressFromNanos);
            return;
        }
        long now = clock.nowNanos();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            probe.before();
            if (tun.waitingPackets() > 0 && egress.wantsPackets()) {
                PacketBatch batch = egress.openBatch();
                tun.read(batch);
                egress.takePackets(now);
            }
            long distance = egress.run(now);
            probe.after();
            flushLinks();
            if (distance > 0 && (tun.waitingPackets() == 0 || !egress.wantsPackets())) {
                arm(egressTimer, distance);
                return;
            }
        }
        throw new IllegalStateException(name + ": the way out does not come to rest");
    }

    private void runIngress() {
        if (ingressFromNanos - time.nowNanos() > 0) {
            ingressTimer.at(ingressFromNanos);
            return;
        }
        long now = clock.nowNanos();
        try {
            for (int i = 0; i < links.size(); i++) {
                while (links.get(i).waitingDatagrams() > 0) {
                    probe.before();
                    ingress.receive(i, now);
                    probe.after();
                    tun.flush();
                }
            }
            for (int round = 0; round < MAX_ROUNDS; round++) {
                probe.before();
                long distance = ingress.run(now);
                probe.after();
                tun.flush();
                if (distance > 0) {
                    arm(ingressTimer, distance);
                    return;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new IllegalStateException(name + ": the way in does not come to rest");
    }

    /** A timer that was set meanwhile, by what this end has caused itself, stays if it fires earlier. */
    private void arm(VirtualTime.Timer timer, long distanceNanos) {
        if (distanceNanos == Long.MAX_VALUE) {
            return;
        }
        long atNanos = clock.whenPassed(distanceNanos);
        if (!timer.isSet() || atNanos - timer.atNanos() < 0) {
            timer.at(atNanos);
        }
    }

    private void flushLinks() {
        for (int i = 0; i < links.size(); i++) {
            links.get(i).flush();
        }
    }

    EgressSnapshot egressSnapshot() {
        return egress.snapshot();
    }

    IngressSnapshot ingressSnapshot() {
        return ingress.snapshot();
    }

    BondStats stats() {
        return Engine.stats(
                name,
                tun.name(),
                time.nowNanos() - startNanos,
                egress.snapshot(),
                ingress.snapshot(),
                settings.encapsulator().traits().authenticates(),
                warnings);
    }

    String name() {
        return name;
    }

    /** Datagrams handed to the links. */
    long sentDatagrams() {
        return links.stream().mapToLong(SimLink::sentDatagrams).sum();
    }

    /** Datagrams that the engine has taken from the links. */
    long receivedDatagrams() {
        return links.stream().mapToLong(SimLink::receivedDatagrams).sum();
    }

    /** Datagrams that have reached the links, taken or not. */
    long arrivedDatagrams() {
        return links.stream().mapToLong(SimLink::arrivedDatagrams).sum();
    }

    /** How many sessions have begun. */
    int sessions() {
        return sessions;
    }

    /** What its lines went through, in order. */
    List<String> transitions() {
        return transitions;
    }

    private final class Events implements EngineEvents {
        @Override
        public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
            transitions.add(String.format(
                    Locale.ROOT, "%.3f s %s: %s %s to %s", time.nowNanos() / 1e9, name, link, previous, state));
        }

        @Override
        public void onSession(String peer) {
            sessions++;
        }

        @Override
        public void onWarning(String message) {
            warnings.add(message);
        }

        @Override
        public void wakeIngress() {
            SimEnd.this.wakeIngress();
        }

        @Override
        public void wakeEgress() {
            SimEnd.this.wakeEgress();
        }
    }
}
