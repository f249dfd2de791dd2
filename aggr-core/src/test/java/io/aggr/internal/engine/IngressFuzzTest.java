package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;

/** What a peer may say with correct keys. */
class IngressFuzzTest {

    private static final int MOST_DATAGRAMS = 64;

    /** Each datagram stands behind a byte for its line and two for its length. */
    @FuzzTest
    void no_frames_of_a_peer_stop_its_packets_or_those_of_ours(byte[] said) {
        EngineBench bench = new EngineBench();
        bench.bringUp();
        ByteBuffer rest = ByteBuffer.wrap(said);
        for (int i = 0; i < MOST_DATAGRAMS && rest.remaining() >= 3; i++) {
            int line = rest.get() & 3;
            byte[] plaintext = new byte[Math.min(rest.getShort() & 0x7FF, rest.remaining())];
            rest.get(plaintext);
            bench.arrive(line, plaintext);
            bench.runFor(EngineBench.MILLI);
        }
        bench.runFor(200 * EngineBench.MILLI);
        assertThat(bench.tun.written).allMatch(packet -> packet.length <= TestTun.MTU_BYTES);
        assertThat(bench.drops().values()).allMatch(count -> count >= 0);
        assertThat(bench.outDrops().values()).allMatch(count -> count >= 0);
    }
}
