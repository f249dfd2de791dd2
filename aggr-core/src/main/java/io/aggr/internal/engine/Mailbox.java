package io.aggr.internal.engine;

import java.util.function.Supplier;
import org.jctools.queues.varhandle.SpscVarHandleArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * Carries messages from one thread to one other. The messages travel round: claimed and filled by the producer, read and given back by the consumer.
 * One is made when all that were made before are under way, up to a bound; otherwise nothing is allocated, and nothing is locked. A full mailbox
 * refuses, and whoever sends counts that.
 *
 * @param <M> the message, mutable, owned by whoever holds it
 */
final class Mailbox<M> {

    private final SpscVarHandleArrayQueue<M> full;
    private final SpscVarHandleArrayQueue<M> free;
    private final Supplier<M> factory;

    /** How many may still be made. Belongs to the producer. */
    private int unmade;

    /**
     * An empty mailbox.
     *
     * @param capacity most messages that there may be
     * @param factory makes one
     */
    Mailbox(int capacity, Supplier<M> factory) {
        full = new SpscVarHandleArrayQueue<>(capacity);
        free = new SpscVarHandleArrayQueue<>(capacity);
        this.factory = factory;
        unmade = capacity;
    }

    /** Producer: a message to fill and to {@link #post}, or null if all are under way. */
    @Nullable
    M claim() {
        M message = free.poll();
        if (message == null && unmade > 0) {
            unmade--;
            return factory.get();
        }
        return message;
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
