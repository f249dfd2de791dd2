package io.aggr.tun.linux.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkFault;
import io.aggr.tun.linux.internal.libc.Errno;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LinkFaultsTest {

    @ParameterizedTest
    @CsvSource({
        "11, WOULD_BLOCK", "105, NO_BUFFERS", "12, NO_BUFFERS", "90, TOO_LARGE", "101, UNREACHABLE", "113, UNREACHABLE",
        "100, UNREACHABLE", "19, DEVICE_GONE", "99, DEVICE_GONE", "22, DEVICE_GONE", "111, REFUSED", "1, DENIED",
        "13, DENIED", "9, CLOSED", "32, CLOSED", "5, OTHER"
    })
    void row_56_a_send_error_has_one_meaning(int errno, LinkFault fault) {
        assertThat(LinkFaults.onSend(errno)).isEqualTo(fault);
    }

    @ParameterizedTest
    @ValueSource(ints = {Errno.ECONNREFUSED, Errno.EHOSTUNREACH, Errno.ENETUNREACH, Errno.EACCES, Errno.ENOPROTOOPT})
    void what_icmp_says_to_a_receiver_never_takes_a_link_down(int errno) {
        assertThat(LinkFaults.onReceive(errno)).isEqualTo(LinkFault.REFUSED);
    }

    @Test
    void a_closed_socket_is_told_apart_when_receiving() {
        assertThat(LinkFaults.onReceive(Errno.EBADF)).isEqualTo(LinkFault.CLOSED);
        assertThat(LinkFaults.onReceive(Errno.EIO)).isEqualTo(LinkFault.OTHER);
    }
}
