package io.aggr.testkit;

import io.aggr.link.LinkState;
import io.aggr.packet.TrafficClass;
import io.aggr.schedule.Scheduler;
import java.util.Arrays;

/** A scheduler at work: asks it as the core does, lets time pass, and looks at each answer. */
final class SchedulerTrial implements AutoCloseable {

    /** In virtual time, so it costs nothing. More than the slowest of our lines needs for what it has accepted. */
    private static final long PATIENCE_NANOS = 3_600_000_000_000L;

    private static final int MOST_QUESTIONS = 10_000;
    private static final int MOST_LOOKS_PER_LINE = 500;
    private static final int PROMPT_CALLS = 101;
    private static final long PROMPT_NANOS = 5_000_000;
    private static final int ALLOCATION_CALLS = 10_000;
    private static final long ALLOCATION_BYTES = 16_384;

    private final Scheduler scheduler;
    private final ScriptedLinks links;
    private final RecordingPicks picks = new RecordingPicks();
    private final ScriptedPacket packet = ScriptedPacket.ofLength(1400);
    private final byte[] packetBefore = packet.buffer().array().clone();

    // Two of each, used in turn: whoever has kept one is found out when the other's turn has come.
    private final SchedulerGuard[] guards;
    private int turn;

    SchedulerTrial(Scheduler scheduler, ScriptedLinks links) {
        this.scheduler = scheduler;
        this.links = links;
        guards =
                new SchedulerGuard[] {new SchedulerGuard(links, packet, picks), new SchedulerGuard(links, packet, picks)
                };
    }

    /** The packet to be asked about next, as the last one left it. */
    ScriptedPacket packet() {
        return packet;
    }

    void advance(long nanos) {
        links.advance(nanos);
    }

    void setState(int line, LinkState state) {
        LinkState previous = links.get(line).state();
        links.get(line).setState(state);
        if (state != previous) {
            guarded(guard -> scheduler.onLinkState(guard.link(line), previous, links.nowNanos()));
        }
    }

    void feedback(int line) {
        guarded(guard -> scheduler.onFeedback(guard.link(line), links.nowNanos()));
    }

    /**
     * Asks about a packet until it is sent or dropped, or until nothing can happen to the lines any more.
     *
     * @return whether it was sent
     */
    boolean carry(ScriptedPacket asked) {
        long waited = 0;
        for (int questions = 1; ; questions++) {
            ask();
            if (picks.size() > 0) {
                for (int i = 0; i < picks.size(); i++) {
                    links.get(picks.line(i)).send(asked);
                }
                return true;
            }
            if (picks.isDropped()) {
                return false;
            }
            boolean accepted = links.anyAccepts(asked);
            long nanos = Math.min(links.nanosUntilNextFree(), picks.hasWait() ? picks.waitNanos() : Long.MAX_VALUE);
            if (nanos == Long.MAX_VALUE) {
                if (accepted) {
                    throw new BrokenRule(
                            SchedulerRule.WAITS_END,
                            "it gave no answer and no time to wait, and all lines are idle, so it will not be asked again: "
                                    + describe());
                }
                return false;
            }
            if (!accepted && links.nanosUntilNextFree() == Long.MAX_VALUE) {
                return false;
            }
            waited += nanos;
            if (waited > PATIENCE_NANOS || questions >= MOST_QUESTIONS) {
                throw new BrokenRule(
                        SchedulerRule.WAITS_END,
                        "a packet was still waiting after " + waited / 1_000_000 + " ms and " + questions
                                + " questions: " + describe());
            }
            links.advance(nanos);
        }
    }

    private void ask() {
        picks.clear();
        long before = guards[turn].looks();
        guarded(guard -> scheduler.select(guard.packet(), guard.links(), links.nowNanos(), guard.picks()));
        long looks = guards[1 - turn].looks() - before;
        if (looks > (long) MOST_LOOKS_PER_LINE * links.size()) {
            throw new BrokenRule(
                    SchedulerRule.LOOKS_ONCE, "it asked " + looks + " questions of " + links.size() + " lines.");
        }
        checkAnswer();
        if (packet.buffer().position() != 0
                || packet.buffer().limit() != packet.buffer().capacity()
                || packet.buffer().get(0) != packetBefore[0]
                || !Arrays.equals(packetBefore, 4, 64, packet.buffer().array(), 4, 64)) {
            throw new BrokenRule(SchedulerRule.LEAVES_PACKETS_ALONE, "its bytes, position or limit have changed.");
        }
    }

    private void guarded(Call call) {
        SchedulerGuard guard = guards[turn];
        turn = 1 - turn;
        guard.open();
        Throwable thrown = null;
        try {
            call.run(guard);
        } catch (Exception | StackOverflowError | AssertionError | LinkageError e) {
            thrown = e;
        } finally {
            guard.close();
        }
        for (SchedulerGuard each : guards) {
            if (each.wasTouchedLate()) {
                throw new BrokenRule(
                        SchedulerRule.KEEPS_NOTHING, "it used one that an earlier call had handed to it.", thrown);
            }
        }
        if (thrown != null) {
            throw new BrokenRule(SchedulerRule.THROWS_NOTHING, "it threw " + thrown + ": " + describe(), thrown);
        }
    }

    private void checkAnswer() {
        int seen = 0;
        for (int i = 0; i < picks.size(); i++) {
            int line = picks.line(i);
            if (line < 0 || line >= links.size()) {
                throw new BrokenRule(
                        SchedulerRule.PICKS_IN_RANGE, "it picked " + line + " of " + links.size() + " lines.");
            }
            if (!links.get(line).accepts(packet)) {
                throw new BrokenRule(
                        SchedulerRule.PICKS_ACCEPTING, "it picked line " + line + ", which does not: " + describe());
            }
            if ((seen & 1 << line) != 0) {
                throw new BrokenRule(SchedulerRule.PICKS_ONCE, "it picked line " + line + " again.");
            }
            seen |= 1 << line;
        }
        if (picks.isDropped() && picks.size() > 0) {
            throw new BrokenRule(SchedulerRule.ONE_ANSWER, "it dropped a packet and picked a line.");
        }
        if (picks.hasWait() && picks.waitNanos() <= 0) {
            throw new BrokenRule(SchedulerRule.WAITS_FORWARD, "it waits for " + picks.waitNanos() + " ns.");
        }
    }

    /** The median of many calls, so that neither a pause of the JVM nor a busy machine counts. */
    void checkPrompt() {
        long[] nanos = new long[PROMPT_CALLS];
        for (int i = 0; i < nanos.length; i++) {
            long before = System.nanoTime();
            ask();
            nanos[i] = System.nanoTime() - before;
            for (int j = 0; j < picks.size(); j++) {
                links.get(picks.line(j)).send(packet);
            }
            links.advance(1_000_000);
        }
        Arrays.sort(nanos);
        long median = nanos[nanos.length / 2];
        if (median > PROMPT_NANOS) {
            throw new BrokenRule(SchedulerRule.PROMPT, "half of the calls took more than " + median / 1000 + " us.");
        }
    }

    void checkAllocation(TrafficClass trafficClass) {
        packet.setTrafficClass(trafficClass);
        long bytes = new Allocations().leastBytesOf(() -> {
            for (int i = 0; i < ALLOCATION_CALLS; i++) {
                packet.setFlowHash(i);
                picks.clear();
                scheduler.select(packet, links, links.nowNanos(), picks);
                for (int j = 0; j < picks.size(); j++) {
                    links.get(picks.line(j)).send(packet);
                }
                links.advance(1_000_000);
            }
        });
        if (bytes > ALLOCATION_BYTES) {
            throw new BrokenRule(
                    SchedulerRule.ALLOCATES_NOTHING,
                    ALLOCATION_CALLS + " " + trafficClass + " packets took " + bytes + " bytes.");
        }
    }

    private String describe() {
        StringBuilder text = new StringBuilder(200)
                .append(packet.count())
                .append(" x ")
                .append(packet.lengthBytes())
                .append(" bytes ")
                .append(packet.trafficClass());
        for (int i = 0; i < links.size(); i++) {
            ScriptedLink link = links.get(i);
            text.append("; line ")
                    .append(i)
                    .append(": ")
                    .append(link.state())
                    .append(link.isMeasured() ? "" : " unmeasured")
                    .append(" tier ")
                    .append(link.costTier())
                    .append(", ")
                    .append(link.rateBitsPerSecond())
                    .append(" bit/s, delay ")
                    .append(link.delayNanos() / 1_000_000)
                    .append(" ms, backlog ")
                    .append(link.backlogBytes())
                    .append(link.accepts(packet) ? ", accepts" : ", does not accept");
        }
        return text.append('.').toString();
    }

    @Override
    public void close() {
        try {
            scheduler.close();
        } catch (RuntimeException e) {
            throw new BrokenRule(SchedulerRule.THROWS_NOTHING, "close threw " + e + ".", e);
        }
    }

    private interface Call {
        void run(SchedulerGuard guard);
    }
}
