package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.PeerConfig;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.packet.AllowedIps;
import io.aggr.internal.packet.FlowHash;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** At a hub, the thread that receives wakes the one that sends for an idle line's probe only if that is not awake soon anyway. */
class PatientMailTest {

    private static final long MILLI = 1_000_000;

    /** The rest of a grain, and what the other half has beyond. */
    private static final long LONGEST_NANOS = 35 * MILLI;

    private final TestLink link = new TestLink();
    private int wakeups;
    private int counter;
    private int probes;
    private long nowNanos = 1_000 * MILLI;

    private Engine engine(int count) throws IOException {
        List<PeerSettings> peers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            peers.add(new PeerSettings(
                    i,
                    "peer-" + i,
                    "under-test",
                    EarliestArrivalScheduler::new,
                    EarliestArrivalScheduler::new,
                    "gap",
                    EngineBench::gap,
                    EngineBench::gap,
                    true,
                    PeerConfig.Equalise.OFF,
                    i == 0 ? List.of(EngineBench.line(1, 0)) : List.of()));
        }
        Engine engine = new Engine(new EngineSettings(
                new TestTun(),
                List.of(link),
                new TestEncapsulator(),
                peers,
                AllowedIps.of(List.of()),
                new FlowHash(1, 2),
                true,
                1 << 20,
                1_024,
                new Random(1)::nextLong,
                new EngineEvents() {
                    @Override
                    public void wakeEgress() {
                        wakeups++;
                    }
                }));
        engine.egress().start(nowNanos);
        engine.egress().run(nowNanos);
        // The first sign of life of a line is not left to wait.
        receiveProbe(engine);
        assertThat(wakeups).isEqualTo(1);
        engine.egress().run(nowNanos);
        engine.ingress().run(nowNanos);
        link.sent.clear();
        wakeups = 0;
        return engine;
    }

    private void receive(Engine engine, ByteBuffer plaintext) throws IOException {
        ByteBuffer datagram = ByteBuffer.allocate(TestEncapsulator.HEADER_BYTES + plaintext.capacity());
        TestEncapsulator.header(datagram, 0, 1, counter++);
        link.incoming.add(datagram.put(TestEncapsulator.HEADER_BYTES, plaintext, 0, plaintext.capacity())
                .array());
        engine.ingress().receive(0, nowNanos);
    }

    private void receiveProbe(Engine engine) throws IOException {
        ByteBuffer probe = ByteBuffer.allocate(ProbeFrame.BYTES);
        ProbeFrame.put(probe, 0, false, probes++, 1, 0, ProbeFrame.NO_ECHO, 0);
        receive(engine, probe);
    }

    /** How long the probe whose answer was sent had been kept, in microseconds; -1 if none was. */
    private long answeredAfterMicros() {
        FrameCursor frames = new FrameCursor();
        for (byte[] sent : link.sent) {
            ByteBuffer datagram = ByteBuffer.wrap(sent);
            frames.begin(datagram, TestEncapsulator.HEADER_BYTES, sent.length - TestEncapsulator.HEADER_BYTES);
            while (frames.next()) {
                if (frames.type() == FrameType.PROBE && ProbeFrame.isAnswer(datagram, frames.offset())) {
                    return ProbeFrame.holdMicros(datagram, frames.offset());
                }
            }
        }
        return -1;
    }

    @Test
    void is_read_when_the_other_half_is_awake_anyway_and_the_answer_says_how_long_that_took() throws IOException {
        Engine engine = engine(2);
        nowNanos += 10_000 * MILLI;
        receiveProbe(engine);
        assertThat(engine.ingress().run(nowNanos)).isBetween(1L, LONGEST_NANOS);
        nowNanos += 17 * MILLI;
        engine.egress().run(nowNanos);
        assertThat(answeredAfterMicros()).isEqualTo(17_000);
        nowNanos += 20 * MILLI;
        engine.ingress().run(nowNanos);
        assertThat(wakeups).isZero();
    }

    @Test
    void wakes_the_other_half_that_sleeps_on() throws IOException {
        Engine engine = engine(2);
        nowNanos += 10_000 * MILLI;
        receiveProbe(engine);
        long distanceNanos = engine.ingress().run(nowNanos);
        nowNanos += distanceNanos - 1;
        engine.ingress().run(nowNanos);
        assertThat(wakeups).isZero();
        nowNanos++;
        engine.ingress().run(nowNanos);
        assertThat(wakeups).isEqualTo(1);
        assertThat(engine.ingress().run(nowNanos)).isGreaterThan(LONGEST_NANOS);
    }

    @Test
    void does_not_wait_where_there_is_one_peer() throws IOException {
        Engine engine = engine(1);
        nowNanos += 10_000 * MILLI;
        receiveProbe(engine);
        assertThat(wakeups).isEqualTo(1);
    }

    @Test
    void does_not_wait_when_the_peer_asks_often_since_it_doubts_the_line_or_has_traffic() throws IOException {
        Engine engine = engine(2);
        nowNanos += 10_000 * MILLI;
        receiveProbe(engine);
        nowNanos += 200 * MILLI;
        engine.ingress().run(nowNanos);
        engine.egress().run(nowNanos);
        wakeups = 0;
        receiveProbe(engine);
        assertThat(wakeups).isEqualTo(1);
    }

    @Test
    void does_not_wait_when_packets_have_come_of_late() throws IOException {
        Engine engine = engine(2);
        receive(engine, ByteBuffer.wrap(EngineBench.frame(1, EngineBench.packet(100))));
        nowNanos += 5_000 * MILLI;
        engine.ingress().run(nowNanos);
        engine.egress().run(nowNanos);
        wakeups = 0;
        receiveProbe(engine);
        assertThat(wakeups).isEqualTo(1);
    }

    @Test
    void goes_along_with_what_cannot_wait() throws IOException {
        Engine engine = engine(2);
        nowNanos += 10_000 * MILLI;
        receiveProbe(engine);
        assertThat(wakeups).isZero();
        receiveProbe(engine);
        assertThat(wakeups).isEqualTo(1);
        engine.egress().run(nowNanos);
        nowNanos += LONGEST_NANOS;
        engine.ingress().run(nowNanos);
        assertThat(wakeups).isEqualTo(1);
    }
}
