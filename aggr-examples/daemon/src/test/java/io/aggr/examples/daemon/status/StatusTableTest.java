package io.aggr.examples.daemon.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.BondStats.LinkStats;
import io.aggr.BondStats.PeerStats;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTableTest {

    @Test
    void a_table_shows_peers_lines_drops_and_problems() {
        assertThat(StatusTable.render(StatsJsonTest.STATS, null)).isEqualTo("""
                        bond site on aggr0, up 12 s

                        peer hyrule: connected, NOT AUTHENTICATED; scheduler earliest-arrival, reorder gap
                          in  2.00 kB in 20 packets
                          out 1.00 kB in 10 packets
                          waiting: 3 packets (300 B) to be sent, 4 held for their order (2.5 ms on average)
                          LINK      STATE    FAR END                   RATE   MTU  COST                                  QUOTA      RTT    DELAY   LOSS  RECEIVED    SENT  SHARE IN/OUT  LOST  RESENT  BACKLOG
                          freebox   up       88.191.22.243:5080  800 kbit/s  1492  -                                         -  42.1 ms  +1.5 ms  1.3 %    300 kB  100 kB      75%/100%     5       6      7 B
                          dartybox  suspect  -                            -  1420  tier 1, metered, backup  1.20 GB of 5.00 GB        -  +0.0 ms  0.0 %    100 kB     0 B        25%/0%     0       0      0 B
                          capacity of freebox out: used for packets 96.0 %; unused: nothing-to-send 4.0 %
                          faults of freebox: no-route 2
                          drops: not-allowed 3, queue-full 12
                          events: scheduler-failed 1
                        drops that belong to no peer: no-peer 9

                        problems
                          a plugin "x"?is broken
                        """);
    }

    @Test
    void with_a_moment_before_it_shows_what_flows_now() {
        BondStats before = at(10_000_000_000L, 100_000, 50_000);
        BondStats now = at(11_000_000_000L, 600_000, 150_000);

        assertThat(StatusTable.render(now, before))
                .contains("in  2.00 kB in 20 packets, now 0 bit/s")
                .containsPattern("IN +OUT +SHARE IN/OUT")
                .containsPattern("freebox .* 4.00 Mbit/s +800 kbit/s +100%/100% ");
    }

    @Test
    void a_daemon_that_was_started_again_has_no_moment_before() {
        BondStats before = at(11_000_000_000L, 600_000, 150_000);
        BondStats now = at(1_000_000_000L, 1_000, 1_000);

        assertThat(StatusTable.render(now, before)).contains("RECEIVED").doesNotContain("now ");
    }

    @ParameterizedTest
    @CsvSource({"0,0 B", "999,999 B", "1000,1.00 kB", "12345,12.3 kB", "999500,1.00 MB", "123456789,123 MB"})
    void bytes_have_three_digits(long bytes, String shown) {
        assertThat(Units.bytes(bytes)).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource({"0,0 s", "61,1 min 1 s", "7260,2 h 1 min", "180000,2 d 2 h"})
    void time_spans_have_two_units(long seconds, String shown) {
        assertThat(Units.span(seconds * 1_000_000_000)).isEqualTo(shown);
    }

    private static BondStats at(long uptimeNanos, long receivedBytes, long sentBytes) {
        BondStats base = StatsJsonTest.STATS;
        PeerStats peer = base.peers().get(0);
        LinkStats link = peer.links().get(0);
        LinkStats moved = new LinkStats(
                link.id(),
                link.name(),
                link.state(),
                link.local(),
                link.remote(),
                link.sendBitsPerSecond(),
                link.foundBitsPerSecond(),
                link.rttNanos(),
                link.delayNanos(),
                link.lossRatio(),
                link.sentPackets(),
                sentBytes,
                link.receivedPackets(),
                receivedBytes,
                link.lostPackets(),
                link.resentPackets(),
                link.backlogBytes(),
                link.mtuBytes(),
                link.tier(),
                link.metered(),
                link.backup(),
                link.quotaBytes(),
                link.quotaUsedBytes(),
                link.capacityBytes(),
                link.faults());
        PeerStats changed = new PeerStats(
                peer.name(),
                peer.established(),
                peer.authenticated(),
                peer.scheduler(),
                peer.reorder(),
                peer.tunPacketsIn(),
                peer.tunBytesIn(),
                peer.tunPacketsOut(),
                peer.tunBytesOut(),
                peer.queuedPackets(),
                peer.queuedBytes(),
                peer.heldPackets(),
                peer.meanHoldNanos(),
                List.of(moved, peer.links().get(1)),
                peer.drops(),
                peer.events());
        return new BondStats(base.name(), base.tunName(), uptimeNanos, List.of(changed), base.drops(), List.of());
    }
}
