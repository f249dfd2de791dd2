package io.aggr.tun.linux.internal.libc;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.linux.OnLinux;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@OnLinux
class DescriptorTest {

    private static Descriptor open() {
        return new Descriptor(Libc.eventfd(0, Libc.O_NONBLOCK | Libc.O_CLOEXEC));
    }

    private static boolean isOpen(Descriptor descriptor) {
        return Files.exists(Path.of("/proc/self/fd/" + descriptor.number()));
    }

    @Test
    void closes_at_once_when_nobody_is_inside() {
        Descriptor descriptor = open();
        descriptor.close(() -> {
            throw new AssertionError("nobody to wake");
        });

        assertThat(isOpen(descriptor)).isFalse();
        assertThat(descriptor.isClosed()).isTrue();
        assertThat(descriptor.acquire()).isFalse();
    }

    @Test
    void stays_open_until_the_last_user_has_left() throws Exception {
        Descriptor descriptor = open();
        assertThat(descriptor.acquire()).isTrue();
        assertThat(descriptor.acquire()).isTrue();
        CountDownLatch woken = new CountDownLatch(1);
        CompletableFuture<Void> closing = CompletableFuture.runAsync(() -> descriptor.close(woken::countDown));
        assertThat(woken.await(10, TimeUnit.SECONDS)).isTrue();

        assertThat(descriptor.acquire()).isFalse();
        descriptor.release();
        assertThat(isOpen(descriptor)).isTrue();
        descriptor.release();
        closing.get(10, TimeUnit.SECONDS);
        assertThat(isOpen(descriptor)).isFalse();
    }

    @Test
    void closing_twice_closes_the_number_once() {
        Descriptor descriptor = open();
        descriptor.close(() -> {});
        Descriptor next = open();
        assertThat(next.number()).as("the kernel gives the lowest free number").isEqualTo(descriptor.number());

        descriptor.close(() -> {});
        assertThat(isOpen(next)).isTrue();
        next.close(() -> {});
    }
}
