package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What comes over a line of bare IP-in-IP, which anybody can forge who knows the outer addresses. */
class BareTunnelFuzzTest {

    private static final int MOST_PACKETS = 64;

    /** Each packet stands behind a byte for its line and two for its length. */
    @FuzzTest
    void no_packets_of_a_line_stop_it_or_reach_the_tun_if_they_are_none(byte[] said) throws IOException {
        BareBench bench = new BareBench();
        ByteBuffer rest = ByteBuffer.wrap(said);
        for (int i = 0; i < MOST_PACKETS && rest.remaining() >= 3; i++) {
            int line = rest.get() & 1;
            byte[] packet = new byte[Math.min(rest.getShort() & 0x7FF, rest.remaining())];
            rest.get(packet);
            bench.links.get(line).incoming.add(packet);
            bench.runFor(1);
        }
        bench.runFor(200);
        assertThat(bench.tun.written).allMatch(packet -> packet.length >= 20 && packet.length <= TestTun.MTU_BYTES);
        int before = bench.tun.written.size();
        bench.links.get(0).incoming.add(EngineBench.packet(100));
        bench.runFor(500);
        assertThat(bench.tun.written).hasSizeGreaterThan(before);
    }
}
