package io.aggr.tun.openbsd.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.LinkFault;
import io.aggr.tun.openbsd.internal.libc.Errno;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole table, for every error number there is. */
class LinkFaultsTest {

    private static Map<Integer, LinkFault> onSend() {
        Map<Integer, LinkFault> table = new HashMap<>();
        table.put(Errno.EAGAIN, LinkFault.WOULD_BLOCK);
        table.put(Errno.ENOBUFS, LinkFault.NO_BUFFERS);
        table.put(Errno.ENOMEM, LinkFault.NO_BUFFERS);
        table.put(Errno.EMSGSIZE, LinkFault.TOO_LARGE);
        table.put(Errno.ENETUNREACH, LinkFault.UNREACHABLE);
        table.put(Errno.EHOSTUNREACH, LinkFault.UNREACHABLE);
        table.put(Errno.ENETDOWN, LinkFault.UNREACHABLE);
        table.put(Errno.EHOSTDOWN, LinkFault.UNREACHABLE);
        table.put(Errno.EADDRNOTAVAIL, LinkFault.DEVICE_GONE);
        table.put(Errno.ENXIO, LinkFault.DEVICE_GONE);
        table.put(Errno.ENODEV, LinkFault.DEVICE_GONE);
        table.put(Errno.ECONNREFUSED, LinkFault.REFUSED);
        table.put(Errno.EACCES, LinkFault.DENIED);
        table.put(Errno.EPERM, LinkFault.DENIED);
        table.put(Errno.EBADF, LinkFault.CLOSED);
        table.put(Errno.EPIPE, LinkFault.CLOSED);
        table.put(Errno.ESHUTDOWN, LinkFault.CLOSED);
        return table;
    }

    @Test
    void errors_of_a_send_mean_what_the_table_says_and_all_others_nothing_special() {
        Map<Integer, LinkFault> table = onSend();
        for (int errno = 0; errno < 256; errno++) {
            assertThat(LinkFaults.onSend(errno))
                    .as(Errno.describe(errno))
                    .isEqualTo(table.getOrDefault(errno, LinkFault.OTHER));
        }
    }

    @Test
    void errors_of_a_receive_that_an_icmp_message_can_cause_are_but_hints() {
        Map<Integer, LinkFault> table = onSend();
        for (int hint : new int[] {
            Errno.ENETUNREACH, Errno.EHOSTUNREACH, Errno.EHOSTDOWN, Errno.EACCES, Errno.EPERM, Errno.EMSGSIZE
        }) {
            table.put(hint, LinkFault.REFUSED);
        }
        for (int errno = 0; errno < 256; errno++) {
            assertThat(LinkFaults.onReceive(errno))
                    .as(Errno.describe(errno))
                    .isEqualTo(table.getOrDefault(errno, LinkFault.OTHER));
        }
    }
}
