package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Row 69 of docs/bad-inputs.md: what becomes of packets while a scheduler is slow or hangs. */
@Isolated
@Timeout(60)
class SlowSchedulerTest {

    private static final BondListener NOBODY = new BondListener() {};
    private static final Duration NO_TIME = Duration.ZERO;

    private final CountDownLatch never = new CountDownLatch(1);
    private final AtomicInteger calls = new AtomicInteger();

    /** Works, and waits with each packet from one on. */
    private final class Slow implements Scheduler {
        private final Scheduler work = new EarliestArrivalScheduler();
        private final int from;
        private final long waitMillis;

        Slow(int from, long waitMillis) {
            this.from = from;
            this.waitMillis = waitMillis;
        }

        @Override
        public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
            if (calls.incrementAndGet() >= from) {
                try {
                    boolean unused = never.await(waitMillis, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            work.select(packet, links, nowNanos, picks);
        }
    }

    /** Sends as many packets as are taken at once. Returns how many. */
    private static int fill(LoopbackPair pair) {
        ByteBuffer packet = ByteBuffer.wrap(Packets.good(200));
        int taken = 0;
        while (pair.siteChannel().send(packet.duplicate())) {
            taken++;
        }
        return taken;
    }

    private static int drain(LoopbackPair pair, Duration patience) {
        ByteBuffer received = ByteBuffer.allocate(1_400);
        int came = 0;
        while (pair.hubChannel().receive(received.clear(), patience) > 0) {
            came++;
        }
        return came;
    }

    /** Reads what comes until the site has taken and sent all. Returns how many came. */
    private static int drainUntilSent(LoopbackPair pair, int sent) {
        int came = 0;
        BondStats.PeerStats peer;
        do {
            came += drain(pair, Duration.ofMillis(50));
            peer = pair.site.stats().peers().get(0);
        } while (peer.queuedPackets() > 0 || peer.tunPacketsIn() < sent);
        return came + drain(pair, Duration.ofSeconds(1));
    }

    /** What a thousand packets at once are too many for, in the other end's sockets, the system has dropped; here each was sent or counted. */
    private static void assertAllSent(int sent, int came, BondStats stats) {
        long onLines = stats.peers().get(0).links().stream()
                .mapToLong(BondStats.LinkStats::sentPackets)
                .sum();
        assertThat(onLines + dropped(stats))
                .as("of %d packets, %s", sent, stats)
                .isGreaterThanOrEqualTo(sent);
        assertThat(came + dropped(stats)).as("of %d packets, %s", sent, stats).isLessThanOrEqualTo(sent);
    }

    private static long dropped(BondStats stats) {
        return stats.peers().get(0).drops().values().stream()
                        .mapToLong(Long::longValue)
                        .sum()
                // What was dropped of a handshake was no packet of the TUN.
                + stats.drops().entrySet().stream()
                        .filter(entry -> !entry.getKey().startsWith("handshake."))
                        .mapToLong(Map.Entry::getValue)
                        .sum();
    }

    @Test
    void row_69_while_a_scheduler_hangs_no_more_than_the_queue_holds_is_taken_and_all_of_that_is_sent_then()
            throws Exception {
        try (LoopbackPair pair = new LoopbackPair(() -> new Slow(5, 60_000), NOBODY)) {
            pair.up();
            int sent = 0;
            while (calls.get() < 5) {
                sent += pair.siteChannel().send(ByteBuffer.wrap(Packets.good(200)), LoopbackPair.PATIENCE) ? 1 : 0;
            }
            int taken = fill(pair);
            assertThat(taken).as("while nothing is read").isBetween(1, LoopbackPair.CHANNEL_PACKETS);
            sent += taken;
            // What is refused is not lost: the program knows of it.
            assertThat(pair.siteChannel().send(ByteBuffer.wrap(Packets.good(200)), NO_TIME))
                    .isFalse();
            int came = 0;
            while (pair.event("scheduler-hung") == 0) {
                came += drain(pair, Duration.ofMillis(50));
            }
            came += drainUntilSent(pair, sent);
            BondStats stats = pair.site.stats();
            assertAllSent(sent, came, stats);
            assertThat(came).isGreaterThan(sent / 2);
            assertThat(stats.peers().get(0).links())
                    .as("both lines go on")
                    .allMatch(link -> link.state().carriesTraffic());
            assertThat(pair.event("scheduler-hung")).isEqualTo(1);
            assertThat(calls).hasValue(5);
        } finally {
            never.countDown();
        }
    }

    @Test
    void row_69_a_scheduler_that_takes_a_tenth_of_a_second_for_each_packet_is_not_asked_any_more() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(() -> new Slow(1, 100), NOBODY)) {
            pair.up();
            int sent = 0;
            int came = 0;
            int most = 0;
            while (pair.event("scheduler-disabled") == 0) {
                int now = drain(pair, Duration.ofMillis(50));
                came += now;
                if (now == 0) {
                    sent += fill(pair);
                }
                most = Math.max(most, pair.site.stats().peers().get(0).queuedPackets());
            }
            came += drainUntilSent(pair, sent);
            BondStats stats = pair.site.stats();
            assertAllSent(sent, came, stats);
            assertThat(most).as("packets that waited").isLessThanOrEqualTo(4_096);
            assertThat(pair.event("scheduler-hung")).isEqualTo(1);
            assertThat(stats.problems()).anyMatch(problem -> problem.contains("under-test"));
            int asked = calls.get();
            for (int i = 0; i < 20; i++) {
                assertThat(pair.carries(i)).isTrue();
            }
            assertThat(calls).as("not asked any more").hasValue(asked);
            assertThat(pair.hasFailed()).isFalse();
        }
    }
}
