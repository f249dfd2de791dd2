package io.aggr.internal.engine;

import java.util.function.Supplier;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages from one thread to one other. The messages are made beforehand and travel round: claimed and filled by the producer, read and
 * given back by the consumer. Nothing is allocated, nothing is locked; a full mailbox refuses, and whoever sends counts that.
 *
 * @param <M> the message, mutable, owned by whoever holds it
 */
final class Mailbox<M> {

    private final SpscVarHandleArrayQueue<M> full;
    private final SpscVarHandleArrayQueue<M> free;

    /**
     * A mailbox with a fixed number of messages.
     *
     * @param capacity how many messages there are
     * @param factory makes one
     */
    Mailbox(int capacity, Supplier<M> factory) {
        full = new SpscVarHandleArrayQueue<>(capacity);
        free = new SpscVarHandleArrayQueue<>(capacity);
        for (int i = 0; i < capacity; i++) {
            free.offer(factory.get());
        }
    }

    /** Producer: a message to fill and to {@link #post}, or null if all are under way. */
    @Nullable
    M claim() {
        return free.poll();
    }

    /** Producer: sends a claimed message. */
    void post(M message) {
        full.offer(message);
    }

    /** Consumer: the next message, or null. To be given back with {@link #recycle}. */
    @Nullable
    M poll() {
        return full.poll();
    }

    /** Consumer: gives a message back. */
    void recycle(M message) {
        free.offer(message);
    }

    /** Either: how many messages wait to be read; a hint. */
    int waiting() {
        return full.size();
    }

    /** Either: whether nothing waits to be read; a hint. */
    boolean isEmpty() {
        return full.isEmpty();
    }
}
