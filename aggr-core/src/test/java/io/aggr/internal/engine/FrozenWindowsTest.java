package io.aggr.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.internal.packet.TcpWindow;
import io.aggr.internal.packet.TransportHeader;
import io.aggr.internal.packet.WindowScales;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FrozenWindowsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final long START = -5 * SECOND;
    private static final int SYN = 0x02;
    private static final int ACK = 0x10;
    private static final int SCALE = 7;

    private final WindowScales scales = new WindowScales();
    private final FrozenWindows windows = new FrozenWindows(scales);

    /** A segment that comes in: from 10.2.0.1:5001 to 10.1.0.1 and a port of its own. */
    private static ByteBuffer segment(int port, int flags, int acknowledgement, int window) {
        ByteBuffer packet = ByteBuffer.allocate(44);
        packet.put(0, (byte) 0x45).putShort(2, (short) 44).put(8, (byte) 64).put(9, (byte) 6);
        packet.putInt(12, 0x0A02_0001).putInt(16, 0x0A01_0001);
        packet.putShort(20, (short) 5001).putShort(22, (short) port).putInt(28, acknowledgement);
        packet.put(32, (byte) 0x60).put(33, (byte) flags).putShort(34, (short) window);
        return packet.putInt(40, 1 << 24 | 3 << 16 | 3 << 8 | SCALE);
    }

    private static int located(ByteBuffer packet) {
        return TransportHeader.locate(packet, 0, packet.capacity());
    }

    private static long connection(int port) {
        ByteBuffer packet = segment(port, ACK, 0, 0);
        return TcpWindow.connection(packet, 0, located(packet), false);
    }

    private long windowBytes(int port, int acknowledgement, long nowNanos) {
        ByteBuffer packet = segment(port, ACK, acknowledgement, 50_000);
        windows.apply(packet, 0, packet.capacity(), located(packet), nowNanos);
        return (long) (packet.getShort(34) & 0xFFFF) << SCALE;
    }

    private static final long GRANTED = 50_000L << SCALE;

    @BeforeEach
    void connections_have_opened() {
        for (int port = 1; port <= 3; port++) {
            ByteBuffer packet = segment(port, SYN | ACK, 0, 0);
            scales.note(packet, 0, packet.capacity(), located(packet), false);
        }
    }

    @Test
    void grants_what_was_under_way_and_no_more() {
        windows.freeze(connection(1), 300_000, 0);
        assertThat(windowBytes(1, 100_000, START)).isBetween(200_000L, 200_128L);
        assertThat(windowBytes(1, 250_000, START + SECOND)).as("measured once").isBetween(200_000L, 200_128L);
    }

    @Test
    void grants_no_less_than_the_lines_and_the_queue_hold() {
        windows.freeze(connection(1), 101_000, 150_000);
        assertThat(windowBytes(1, 100_000, START))
                .as("what was seen last was sent again")
                .isBetween(150_000L, 150_128L);
    }

    @Test
    void counts_across_the_end_of_the_sequence_numbers() {
        windows.freeze(connection(1), 50_000, 0);
        assertThat(windowBytes(1, -150_000, START)).isBetween(200_000L, 200_128L);
    }

    @Test
    void leaves_other_connections_alone() {
        windows.freeze(connection(1), 300_000, 0);
        assertThat(windowBytes(2, 100_000, START)).isEqualTo(GRANTED);
    }

    @Test
    void leaves_a_connection_alone_whose_scale_is_not_known() {
        windows.freeze(connection(9), 300_000, 0);
        assertThat(windowBytes(9, 100_000, START)).isEqualTo(GRANTED);
        assertThat(windows.isEmpty()).isTrue();
    }

    @Test
    void leaves_an_acknowledgement_alone_that_cannot_be_of_what_was_sent() {
        windows.freeze(connection(1), 300_000, 0);
        assertThat(windowBytes(1, 300_000, START)).as("nothing under way").isEqualTo(GRANTED);
        assertThat(windowBytes(1, 300_001, START)).as("of later data").isEqualTo(GRANTED);
        assertThat(windowBytes(1, 100_000, START)).isLessThan(GRANTED);
    }

    @Test
    void leaves_anything_else_alone() {
        windows.freeze(connection(1), 300_000, 0);
        ByteBuffer syn = segment(1, SYN | ACK, 100_000, 50_000);
        assertThat(windows.apply(syn, 0, syn.capacity(), located(syn), START)).isFalse();
        ByteBuffer datagram = segment(1, ACK, 100_000, 50_000).put(9, (byte) 17);
        assertThat(windows.apply(datagram, 0, datagram.capacity(), located(datagram), START))
                .isFalse();
    }

    @Test
    void lets_go_little_by_little() {
        windows.freeze(connection(1), 300_000, 0);
        windowBytes(1, 100_000, START);
        windows.thaw(START);
        assertThat(windowBytes(1, 100_000, START)).isBetween(200_000L, 200_128L);
        assertThat(windowBytes(1, 100_000, START + SECOND)).isBetween(300_000L, 300_128L);
        assertThat(windowBytes(1, 100_000, START + 7 * SECOND)).isBetween(900_000L, 900_128L);
        assertThat(windowBytes(1, 100_000, START + 8 * SECOND)).isEqualTo(GRANTED);
        assertThat(windows.isEmpty()).isTrue();
    }

    @Test
    void lets_one_go_at_once() {
        for (int port = 1; port <= 3; port++) {
            windows.freeze(connection(port), 300_000, 0);
            windowBytes(port, 100_000, START);
        }
        windows.release(connection(1));
        windows.release(connection(1));
        assertThat(windowBytes(1, 100_000, START)).isEqualTo(GRANTED);
        assertThat(windowBytes(2, 100_000, START)).isLessThan(GRANTED);
        assertThat(windowBytes(3, 100_000, START)).isLessThan(GRANTED);
    }

    @Test
    void a_new_outage_begins_anew() {
        windows.freeze(connection(1), 300_000, 0);
        windows.freeze(connection(2), 300_000, 0);
        windowBytes(1, 100_000, START);
        windowBytes(2, 100_000, START);
        windows.thaw(START);
        windows.freeze(connection(1), 400_000, 0);
        assertThat(windowBytes(1, 100_000, START + SECOND)).isBetween(300_000L, 300_128L);
        assertThat(windowBytes(2, 100_000, START + SECOND)).isEqualTo(GRANTED);
    }

    @Test
    void has_room_for_so_many_and_leaves_the_rest_alone() {
        for (int i = 0; i < FrozenWindows.CONNECTIONS; i++) {
            windows.freeze(connection(1), 300_000, 0);
        }
        windows.freeze(connection(2), 300_000, 0);
        assertThat(windowBytes(2, 100_000, START)).isEqualTo(GRANTED);
    }
}
