package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** A peer is taken out while packets of it and for it wait. */
class PeerRemovalTest {

    private final EngineBench bench = new EngineBench();

    @Test
    void what_waits_in_either_direction_is_dropped_and_counted() {
        for (int i = 0; i < 10; i++) {
            bench.tun.incoming.add(EngineBench.packet("10.1.0.1", "10.2.0.9", 100));
            bench.run();
        }
        byte[] frame = EngineBench.frame(2, EngineBench.packet(100));
        frame[8] = 1;
        bench.arrive(1, frame);
        assertThat(bench.ingress.snapshot().flow().heldPackets()).isEqualTo(1);

        bench.egress.removePeer(0, bench.nowNanos);
        bench.ingress.removePeer(0);

        assertThat(bench.egress.snapshot().drops()).containsEntry("tun.peer-removed", 10L);
        assertThat(bench.ingress.snapshot().drops()).containsEntry("peer-removed", 1L);
        assertThat(bench.ingress.snapshot().flow().heldPackets()).isZero();
        assertThat(bench.egress.snapshot().peers()).isEmpty();
        assertThat(bench.ingress.snapshot().peers()).isEmpty();
    }

    @Test
    void the_peer_is_told() {
        bench.bringUp();
        bench.links.forEach(link -> link.sent.clear());
        bench.egress.removePeer(0, bench.nowNanos);
        FrameCursor frames = new FrameCursor();
        for (TestLink link : bench.links) {
            int closes = 0;
            for (byte[] sent : link.sent) {
                ByteBuffer datagram = ByteBuffer.wrap(sent);
                frames.begin(datagram, TestEncapsulator.HEADER_BYTES, sent.length - TestEncapsulator.HEADER_BYTES);
                while (frames.next()) {
                    closes += frames.type() == FrameType.CLOSE ? 1 : 0;
                }
            }
            assertThat(closes).isEqualTo(1);
        }
    }

    @Test
    void what_still_comes_of_it_is_counted_and_harms_nobody() {
        bench.egress.removePeer(0, bench.nowNanos);
        bench.ingress.removePeer(0);
        bench.arrive(1, 1, EngineBench.packet(100));
        bench.run();
        assertThat(bench.ingress.snapshot().drops()).containsEntry("no-peer", 1L);
        assertThat(bench.tun.written).isEmpty();
        assertThat(bench.egress.run(bench.nowNanos)).isPositive();
    }
}
