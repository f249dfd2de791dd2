package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.path.Heard;
import io.aggr.internal.path.PathSet;
import io.aggr.internal.path.PathWatch;
import io.aggr.internal.path.SendPath;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Who asks over an idle line, and who only answers. */
class IdleAskingTest {

    private static final long SECOND = 1_000_000_000L;

    private final ByteBuffer frame = ByteBuffer.allocate(2 * ProbeFrame.BYTES);
    private final Random random = new Random(Long.getLong("aggr.seed", 4714));
    private long nowNanos = 100 * SECOND;

    /** One end of a line that is up. */
    private PathControl end(boolean isHub) {
        PathSet paths = new PathSet();
        SendPath path = new SendPath(0, 1, "line", paths, 10, 16, new Heard());
        paths.add(path);
        PathWatch watch = new PathWatch(path, (line, before, now) -> {});
        PathControl control = new PathControl(path, watch, random::nextLong, () -> isHub);
        control.startProbing(nowNanos);
        control.write(frame, 0, frame.capacity(), 0, false, nowNanos);
        ProbeFrame.put(frame, 0, true, 0, 0, 0, ProbeFrame.NO_ECHO, 0);
        control.onProbe(frame, nowNanos, nowNanos);
        watch.onProof(nowNanos, nowNanos);
        assertThat(path.state()).isEqualTo(LinkState.UP);
        return control;
    }

    private void isAsked(PathControl control) {
        ProbeFrame.put(frame, 0, false, 1, 0, 0, ProbeFrame.NO_ECHO, 0);
        control.onProbe(frame, nowNanos, nowNanos);
        assertThat(control.write(frame, 0, frame.capacity(), 0, false, nowNanos))
                .isEqualTo(ProbeFrame.BYTES);
        assertThat(ProbeFrame.isAnswer(frame, 0)).isTrue();
    }

    @Test
    void a_hub_that_has_answered_leaves_the_peer_the_time_to_ask_again() {
        PathControl hub = end(true);
        nowNanos += SECOND;
        for (int i = 0; i < 1_000; i++) {
            isAsked(hub);
            nowNanos += 12_500_000_000L;
            assertThat(hub.nanosToDeadline(nowNanos)).isPositive();
        }
    }

    @Test
    void a_hub_asks_if_the_peer_does_not() {
        PathControl hub = end(true);
        nowNanos += SECOND;
        isAsked(hub);
        assertThat(hub.nanosToDeadline(nowNanos)).isBetween(13 * SECOND, 13_500_000_000L);
    }

    @Test
    void the_other_end_asks_whether_it_has_answered_or_not() {
        PathControl control = end(false);
        nowNanos += SECOND;
        control.write(frame, 0, frame.capacity(), 0, false, nowNanos);
        ProbeFrame.put(frame, 0, true, 1, 0, 0, ProbeFrame.NO_ECHO, 0);
        control.onProbe(frame, nowNanos, nowNanos);
        long before = control.nanosToDeadline(nowNanos);
        assertThat(before).isBetween(10 * SECOND, 12_500_000_000L);
        nowNanos += SECOND;
        isAsked(control);
        assertThat(control.nanosToDeadline(nowNanos)).isEqualTo(before - SECOND);
    }
}
