package io.aggr.tun.linux.internal.ipip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class FarEndFilterTest {

    private static final int OWN = 0xC633_6401;
    private static final int OTHER = 0xC633_6402;
    private static final int THIRD = 0xC633_6403;
    private static final int STRANGER = 0x0808_0808;

    /** Runs a program as bpf(4) describes the machine, as far as these programs use it. */
    private static boolean accepts(int source, int[] others, boolean strangers) {
        ByteBuffer program = ByteBuffer.allocate((others.length + 5) * 8).order(ByteOrder.nativeOrder());
        int length = FarEndFilter.write(program, OWN, others, strangers);
        int accumulator = 0;
        for (int at = 0; at < length; at++) {
            int operand = program.getInt(at * 8 + 4);
            switch (program.getShort(at * 8)) {
                case 0x20 -> {
                    assertThat(operand).isEqualTo(12);
                    accumulator = source;
                }
                case 0x15 -> at += accumulator == operand ? program.get(at * 8 + 2) : program.get(at * 8 + 3);
                case 0x06 -> {
                    return operand != 0;
                }
                default -> throw new AssertionError("instruction " + program.getShort(at * 8));
            }
        }
        throw new AssertionError("the program has no end");
    }

    @Test
    void lets_its_own_far_end_through() {
        assertThat(accepts(OWN, new int[0], false)).isTrue();
        assertThat(accepts(OWN, new int[] {OTHER, THIRD}, false)).isTrue();
    }

    @Test
    void leaves_other_tunnels_to_their_own_sockets() {
        for (boolean strangers : new boolean[] {false, true}) {
            assertThat(accepts(OTHER, new int[] {OTHER, THIRD}, strangers)).isFalse();
            assertThat(accepts(THIRD, new int[] {OTHER, THIRD}, strangers)).isFalse();
        }
    }

    @Test
    void sees_strangers_where_it_is_the_one_to_count_them() {
        assertThat(accepts(STRANGER, new int[] {OTHER}, true)).isTrue();
        assertThat(accepts(STRANGER, new int[] {OTHER}, false)).isFalse();
        assertThat(accepts(STRANGER, new int[0], true)).isTrue();
    }
}
