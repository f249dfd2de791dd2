package io.aggr.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.BondStats;
import io.aggr.internal.packet.FlowHash;
import io.aggr.link.LinkState;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bare tunnels whose far end is a router that knows nothing of aggr. */
class BondTowardsStockPeerTest {

    private static final long SECOND = 1_000_000_000L;
    private static final double PAYLOAD = 1_428.0 / 1_500;

    /** A router that sends packet by packet in turn. */
    private static ToIntFunction<ByteBuffer> spraying() {
        AtomicInteger next = new AtomicInteger();
        return packet -> next.getAndIncrement() & 1;
    }

    /** A router that keeps each connection on a tunnel. */
    private static ToIntFunction<ByteBuffer> pinning() {
        FlowHash hash = new FlowHash(1, 2);
        return packet -> hash.hash(packet, packet.position(), packet.remaining()) & 1;
    }

    private static double share(TcpFlow flow, double bitsPerSecond) {
        return flow.goodputBitsPerSecond(flow.startNanos() + 4 * SECOND, flow.startNanos() + 10 * SECOND)
                / (bitsPerSecond * PAYLOAD);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void one_connection_gets_the_sum_of_what_a_router_sprays(long seed) {
        StockPeer peer = new StockPeer(Profiles.SEED, "earliest-arrival", "tcp-sequence", seed, spraying());
        peer.time().runUntil(2 * SECOND);
        TcpFlow flow = TcpFlow.start(peer.routerHost(), peer.siteHost(), TcpOptions.defaults());
        peer.time().runUntil(12 * SECOND + SECOND / 2);
        assertThat(share(flow, 8e6)).isGreaterThan(0.95);
        assertThat(flow.stats().timeouts()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void one_connection_gets_the_sum_of_what_the_site_sprays(long seed) {
        StockPeer peer = new StockPeer(Profiles.SEED, "earliest-arrival", "tcp-sequence", seed, pinning());
        peer.time().runUntil(2 * SECOND);
        TcpFlow flow = TcpFlow.start(peer.siteHost(), peer.routerHost(), TcpOptions.defaults());
        peer.time().runUntil(12 * SECOND + SECOND / 2);
        assertThat(share(flow, 1.6e6)).isGreaterThan(0.92);
        assertThat(flow.stats().timeouts()).isZero();
    }

    @Test
    void the_mtu_of_a_line_is_found_by_pings_that_any_host_answers() {
        LineSpec pppoe = Profiles.SEED.line("adsl-1");
        LineSet lines = new LineSet(
                "pppoe",
                "one line of 1492",
                java.util.List.of(
                        pppoe.withDown(pppoe.down().withMtuBytes(1_492))
                                .withUp(pppoe.up().withMtuBytes(1_492)),
                        Profiles.SEED.line("adsl-2")),
                java.util.List.of());
        StockPeer peer = new StockPeer(lines, "earliest-arrival", "tcp-sequence", 1, spraying());
        peer.time().runUntil(5 * SECOND);
        BondStats.PeerStats stats = peer.stats().peers().get(0);
        assertThat(stats.links()).extracting(BondStats.LinkStats::mtuBytes).containsExactly(1_492, 1_500);
        assertThat(peer.oddities()).isEmpty();
    }

    @Test
    void a_line_is_left_that_does_not_answer() {
        StockPeer peer = new StockPeer(Profiles.SEED, "earliest-arrival", "tcp-sequence", 1, spraying());
        peer.time().runUntil(2 * SECOND);
        TcpFlow flow = TcpFlow.start(peer.siteHost(), peer.routerHost(), TcpOptions.defaults());
        peer.time().runUntil(5 * SECOND);
        LineSpec dead = Profiles.SEED.line("adsl-1");
        peer.line(0).change(dead.withBlackHole(true));
        peer.time().runUntil(9 * SECOND);
        // What the router goes on to spray over the dead line is acknowledgements, of which half suffice.
        assertThat(flow.longestGapNanos(4 * SECOND, 8 * SECOND)).isLessThan(SECOND);
        assertThat(peer.stats().peers().get(0).links().get(0).state()).isNotEqualTo(LinkState.UP);
    }

    @Test
    void connections_that_the_router_begins_are_answered_over_the_tunnel_that_they_came_through() {
        Map<Integer, Integer> tunnelOf = new HashMap<>();
        ToIntFunction<ByteBuffer> inTurn =
                packet -> tunnelOf.computeIfAbsent(packet.getInt(packet.position() + 20), ports -> tunnelOf.size() & 1);
        StockPeer peer = new StockPeer(Profiles.UNEQUAL, "flow-hash", "none", 3, inTurn);
        peer.time().runUntil(2 * SECOND);
        for (int i = 0; i < 6; i++) {
            long[] before = up(peer);
            TcpFlow flow = TcpFlow.start(
                    peer.routerHost(), peer.siteHost(), TcpOptions.defaults().withTotalBytes(300_000));
            peer.time().runUntil(peer.time().nowNanos() + 3 * SECOND / 2);
            assertThat(flow.deliveredBytes()).isEqualTo(300_000);
            long[] after = up(peer);
            // Acknowledgements go where the data came from; pings go over both.
            assertThat(after[i & 1] - before[i & 1]).as("connection " + i).isGreaterThan(80);
            assertThat(after[~i & 1] - before[~i & 1]).as("connection " + i).isLessThan(30);
        }
    }

    private static long[] up(StockPeer peer) {
        return new long[] {
            peer.line(0).upStats().deliveredPackets(), peer.line(1).upStats().deliveredPackets()
        };
    }

    @Test
    void garbage_and_what_is_spoofed_nested_looping_or_too_long_is_dropped_and_counted_under_load() {
        StockPeer peer = new StockPeer(Profiles.SEED, "earliest-arrival", "tcp-sequence", 5, spraying());
        peer.time().runUntil(2 * SECOND);
        TcpFlow flow = TcpFlow.start(peer.routerHost(), peer.siteHost(), TcpOptions.defaults());
        SeededRandom random = new SeededRandom(9);
        int rounds = 100;
        for (int i = 0; i < rounds; i++) {
            peer.time().runUntil(3 * SECOND + i * SECOND / 20);
            byte[] garbage = new byte[1 + (int) Long.remainderUnsigned(random.nextLong(), 200)];
            for (int b = 0; b < garbage.length; b++) {
                garbage[b] = (byte) random.nextLong();
            }
            garbage[0] = (byte) (i % 3 == 0 ? 0x60 : 0x00);
            peer.sendOver(i & 1, ByteBuffer.wrap(garbage));
            peer.sendOver(i & 1, packet("203.0.113.5", "10.1.0.1", 17, 100));
            peer.sendOver(i & 1, packet("10.2.0.1", "10.1.0.1", 4, 100));
            peer.sendOver(i & 1, packet("10.2.0.1", "198.51.100.1", 17, 100));
            peer.sendOver(i & 1, packet("10.2.0.1", "10.1.0.1", 17, 1_481));
        }
        peer.time().runUntil(12 * SECOND);
        Map<String, Long> drops = new HashMap<>(peer.stats().drops());
        peer.stats().peers().get(0).drops().forEach((name, count) -> drops.merge(name, count, Long::sum));
        assertThat(drops.getOrDefault("outer.short", 0L) + drops.getOrDefault("outer.unknown-type", 0L))
                .isEqualTo(rounds);
        assertThat(drops).containsEntry("source", (long) rounds);
        assertThat(drops).containsEntry("nested", (long) rounds);
        assertThat(drops).containsEntry("own-endpoint", (long) rounds);
        // The line itself takes no packet of 1501 bytes.
        assertThat(drops).doesNotContainKey("over-mtu");
        assertThat(share(flow, 8e6)).isGreaterThan(0.9);
    }

    private static ByteBuffer packet(String source, String destination, int protocol, int bytes) {
        ByteBuffer packet = ByteBuffer.allocate(bytes);
        packet.putInt(0, 0x4500_0000 | bytes).putInt(8, 64 << 24 | protocol << 16);
        packet.putInt(12, Endpoint.parse(source)).putInt(16, Endpoint.parse(destination));
        long sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += packet.getShort(i) & 0xFFFF;
        }
        sum = (sum & 0xFFFF) + (sum >>> 16);
        packet.putShort(10, (short) ~(sum + (sum >>> 16)));
        return packet;
    }

    @Test
    void a_run_is_the_same_each_time() {
        long[] delivered = new long[2];
        for (int i = 0; i < 2; i++) {
            StockPeer peer = new StockPeer(Profiles.LOSSY, "earliest-arrival", "tcp-sequence", 8, spraying());
            peer.time().runUntil(2 * SECOND);
            TcpFlow flow = TcpFlow.start(peer.routerHost(), peer.siteHost(), TcpOptions.defaults());
            peer.time().runUntil(Duration.ofSeconds(6).toNanos());
            delivered[i] = flow.deliveredBytes();
        }
        assertThat(delivered[0]).isEqualTo(delivered[1]).isPositive();
    }
}
