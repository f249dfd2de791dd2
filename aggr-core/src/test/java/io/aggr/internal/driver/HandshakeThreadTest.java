package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.anyLong;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** What the thread of a handshake does when it cannot go on. */
@Isolated
class HandshakeThreadTest {

    private final Handshake handshake = mock(Handshake.class);
    private final Encapsulator encapsulator = mock(Encapsulator.class);
    private final CompletableFuture<Error> heard = new CompletableFuture<>();

    private HandshakeThread thread() {
        when(encapsulator.handshake()).thenReturn(handshake);
        return new HandshakeThread(encapsulator, Thread::new, "test", () -> {}, heard::complete);
    }

    @Test
    void row_58_says_that_it_has_no_memory_instead_of_letting_the_keys_run_out() throws Exception {
        OutOfMemoryError error = new OutOfMemoryError("as a test wants it");
        when(handshake.nanosToDeadline(anyLong())).thenThrow(error);
        try (HandshakeThread thread = thread()) {
            thread.start();
            assertThat(heard.get(10, TimeUnit.SECONDS)).isSameAs(error);
        }
        verify(encapsulator).close();
    }

    @Test
    void goes_on_after_an_exception() throws Exception {
        OutOfMemoryError last = new OutOfMemoryError("as a test wants it");
        when(handshake.nanosToDeadline(anyLong()))
                .thenThrow(new IllegalStateException("as a test wants it"))
                .thenReturn(0L)
                .thenThrow(last);
        try (HandshakeThread thread = thread()) {
            thread.start();
            assertThat(heard.get(10, TimeUnit.SECONDS)).isSameAs(last);
        }
    }
}
