package io.aggr.encap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class EncapContractsTest {

    @Test
    void overhead_is_what_stands_around_the_plaintext() {
        assertThat(new EncapsulationTraits(10, 16, true, true).overheadBytes()).isEqualTo(26);
    }

    @Test
    void an_encapsulation_fits_into_head_room_and_tail_room() {
        new EncapsulationTraits(64, 32, true, true);
        new EncapsulationTraits(0, 0, false, false);
        for (int[] wrong : new int[][] {{65, 0}, {-1, 0}, {0, 33}, {0, -1}}) {
            assertThatThrownBy(() -> new EncapsulationTraits(wrong[0], wrong[1], true, true))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void a_result_is_used_again() {
        Opened opened = new Opened();
        opened.set(3, 7, 1L << 40, 1000, 1400);
        assertThat(opened.peer()).isEqualTo(3);
        assertThat(opened.link()).isEqualTo(7);
        assertThat(opened.counter()).isEqualTo(1L << 40);
        assertThat(opened.offset()).isEqualTo(1000);
        assertThat(opened.lengthBytes()).isEqualTo(1400);
        opened.set(4, 0, -1, 0, 0);
        assertThat(opened.counter()).isEqualTo(-1);
    }
}
