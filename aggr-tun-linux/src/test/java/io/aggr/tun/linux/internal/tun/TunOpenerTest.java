package io.aggr.tun.linux.internal.tun;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.linux.OnLinux;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import org.junit.jupiter.api.Test;

@OnLinux
class TunOpenerTest {

    @Test
    void the_longest_name_fits_the_request_with_its_end() {
        NativeMemory request = TunOpener.interfaceRequest("fifteen-letters");

        assertThat(request.buffer().capacity()).isEqualTo(40);
        assertThat(request.buffer().get(15)).isZero();
        assertThat(request.buffer().getShort(16)).isEqualTo((short) 0x1001);
        assertThat(TunOpener.nameIn(request)).isEqualTo("fifteen-letters");
    }
}
