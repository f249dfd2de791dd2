package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.link.Poller;
import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Memory;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@OnLinux
class OpenBsdPollerTest {

    private static final long SECOND = 1_000_000_000L;

    private final FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);

    private Poller poller() throws IOException {
        return new OpenBsdPollerProvider(kernel.platform()).open();
    }

    /** A pipe with a byte in it. */
    private int readable() {
        Memory pipe = new Memory(8);
        kernel.pipe2(pipe.address(), Abi.O_NONBLOCK);
        kernel.write(pipe.bytes().getInt(4), pipe.address(), 1);
        return pipe.bytes().getInt(0);
    }

    @Test
    void reports_a_readable_descriptor_until_it_is_removed() throws IOException {
        int pipe = readable();
        try (Poller poller = poller()) {
            poller.add(pipe);
            poller.add(pipe);
            assertThat(poller.await(30 * SECOND)).isTrue();
            assertThat(poller.await(0)).isTrue();
            poller.remove(pipe);
            poller.remove(pipe);
            assertThat(poller.await(0)).isFalse();
        }
    }

    @Test
    void a_wakeup_ends_one_wait_and_hides_no_descriptor() throws IOException {
        try (Poller poller = poller()) {
            poller.wakeup();
            poller.wakeup();
            assertThat(poller.await(30 * SECOND)).isFalse();
            poller.add(readable());
            poller.wakeup();
            assertThat(poller.await(30 * SECOND)).isTrue();
        }
    }

    @Test
    void every_one_of_many_wakeups_from_another_thread_ends_a_wait() throws Exception {
        try (Poller poller = poller()) {
            int rounds = 2_000;
            CompletableFuture<Void> waiter = CompletableFuture.runAsync(() -> {
                try {
                    for (int i = 0; i < rounds; i++) {
                        poller.await(30 * SECOND);
                    }
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            while (!waiter.isDone()) {
                poller.wakeup();
                Thread.onSpinWait();
            }
            waiter.get(1, TimeUnit.SECONDS);
        }
    }

    @Test
    void more_descriptors_than_the_first_table_holds_are_all_watched() throws IOException {
        try (Poller poller = poller()) {
            Memory pipe = new Memory(8);
            for (int i = 0; i < 20; i++) {
                kernel.pipe2(pipe.address(), Abi.O_NONBLOCK);
                poller.add(pipe.bytes().getInt(0));
            }
            assertThat(poller.await(0)).isFalse();
            kernel.write(pipe.bytes().getInt(4), pipe.address(), 1);
            assertThat(poller.await(30 * SECOND)).isTrue();
            poller.remove(pipe.bytes().getInt(0));
            assertThat(poller.await(0)).isFalse();
        }
    }

    @Test
    void a_descriptor_that_was_closed_is_reported_once_and_forgotten() throws IOException {
        int pipe = readable();
        try (Poller poller = poller()) {
            poller.add(pipe);
            kernel.close(pipe);
            assertThat(poller.await(30 * SECOND)).isTrue();
            assertThat(poller.await(0)).isFalse();
        }
    }

    @Test
    void close_ends_a_wait() throws Exception {
        Poller poller = poller();
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Boolean> waiting = CompletableFuture.supplyAsync(() -> {
            started.countDown();
            try {
                return poller.await(30 * SECOND);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        started.await();
        poller.close();
        poller.close();
        poller.wakeup();
        assertThat(waiting.get(10, TimeUnit.SECONDS)).isFalse();
        assertThat(poller.await(30 * SECOND)).isFalse();
        assertThat(kernel.openDescriptors()).isZero();
    }
}
