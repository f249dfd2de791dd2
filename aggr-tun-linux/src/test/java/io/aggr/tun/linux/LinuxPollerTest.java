package io.aggr.tun.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.Poller;
import io.aggr.tun.linux.internal.libc.Libc;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@OnLinux
class LinuxPollerTest {

    private static final long SECOND = 1_000_000_000L;

    private static int readable() {
        return Libc.eventfd(1, Libc.O_NONBLOCK | Libc.O_CLOEXEC);
    }

    @Test
    void reports_a_readable_descriptor_until_it_is_removed() throws IOException {
        int event = readable();
        try (Poller poller = new LinuxPollerProvider().open()) {
            poller.add(event);
            poller.add(event);
            assertThat(poller.await(30 * SECOND)).isTrue();
            assertThat(poller.await(0)).isTrue();
            poller.remove(event);
            poller.remove(event);
            assertThat(poller.await(0)).isFalse();
        } finally {
            Libc.close(event);
        }
    }

    @Test
    void a_wakeup_ends_a_wait_without_a_descriptor_but_hides_none() throws IOException {
        int event = readable();
        try (Poller poller = new LinuxPollerProvider().open()) {
            poller.wakeup();
            assertThat(poller.await(30 * SECOND)).isFalse();
            poller.add(event);
            poller.wakeup();
            assertThat(poller.await(30 * SECOND)).isTrue();
        } finally {
            Libc.close(event);
        }
    }

    @Test
    void a_descriptor_that_was_closed_is_reported_once_and_forgotten() throws IOException {
        int event = readable();
        try (Poller poller = new LinuxPollerProvider().open()) {
            poller.add(event);
            Libc.close(event);
            assertThat(poller.await(30 * SECOND)).isTrue();
            assertThat(poller.await(0)).isFalse();
        }
    }
}
