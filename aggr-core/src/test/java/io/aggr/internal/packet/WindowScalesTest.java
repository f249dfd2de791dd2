package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WindowScalesTest {

    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final byte[] SCALE_7 = {3, 3, 7, 0};

    private final WindowScales scales = new WindowScales();

    private long note(int ports, int flags, byte[] options) {
        TestPacket packet = TestPacket.tcp("10.0.0.1", "10.0.0.2", ports, flags, options, 0);
        scales.note(packet.buffer(), packet.offset(), packet.length(), packet.located(), true);
        return TcpWindow.connection(packet.buffer(), packet.offset(), packet.located(), true);
    }

    @Test
    void remembers_what_a_syn_has_announced() {
        assertThat(scales.scale(note(1, SYN, SCALE_7))).isEqualTo(7);
        assertThat(scales.scale(note(2, SYN | ACK, SCALE_7))).isEqualTo(7);
        assertThat(scales.scale(note(3, SYN, new byte[0]))).isEqualTo(TcpWindow.UNSCALED);
    }

    @Test
    void knows_nothing_of_connections_that_it_has_not_seen_open() {
        assertThat(scales.scale(0)).isEqualTo(WindowScales.UNKNOWN);
        assertThat(scales.scale(note(1, ACK, SCALE_7))).isEqualTo(WindowScales.UNKNOWN);
    }

    @Test
    void believes_the_newest_connection_of_the_same_ports() {
        note(1, SYN, SCALE_7);
        assertThat(scales.scale(note(1, SYN, new byte[0]))).isEqualTo(TcpWindow.UNSCALED);
    }

    @Test
    void still_knows_most_of_a_thousand_connections() {
        long[] connections = new long[1_000];
        for (int i = 0; i < connections.length; i++) {
            connections[i] = note(i, SYN, SCALE_7);
        }
        int known = 0;
        for (long connection : connections) {
            known += scales.scale(connection) == 7 ? 1 : 0;
        }
        assertThat(known).isGreaterThan(850);
    }
}
