package io.aggr.internal.driver;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Looks the name of a far end up beside the thread that asks: a resolver that does not answer may take a minute to say so, and no link must wait
 * for that. One look-up at a time.
 *
 * <p>Confined to one thread but for what the look-up itself runs on.
 */
final class NameLookup {

    /** Finds the addresses of a host, however long that takes. */
    @FunctionalInterface
    interface Resolver {
        /** The addresses of a host. */
        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    private final String host;
    private final Resolver resolver;
    private final Executor executor;
    private final Runnable onAnswer;
    private final AtomicReference<InetAddress @Nullable []> answer = new AtomicReference<>();
    private volatile boolean running;

    /**
     * A name that has not been looked up yet.
     *
     * @param host the name
     * @param resolver finds its addresses
     * @param executor what the look-up runs on
     * @param onAnswer run, there, when {@link #takeOther} has something
     */
    NameLookup(String host, Resolver resolver, Executor executor, Runnable onAnswer) {
        this.host = host;
        this.resolver = resolver;
        this.executor = executor;
        this.onAnswer = onAnswer;
    }

    String host() {
        return host;
    }

    /** Looks the name up, unless that is still going on. */
    void ask() {
        if (!running) {
            running = true;
            try {
                executor.execute(this::lookUp);
            } catch (RuntimeException | OutOfMemoryError e) {
                // No thread to be had now. It is asked again while the line is down.
                running = false;
            }
        }
    }

    private void lookUp() {
        try {
            answer.set(resolver.resolve(host));
            onAnswer.run();
        } catch (UnknownHostException e) {
            // It is asked again while the line is down.
        } finally {
            running = false;
        }
    }

    /**
     * Takes what was found since this was asked last.
     *
     * @param before the address that the name had
     * @param anyFamily whether an address of another family will do as well
     * @return the first address that will do, null if nothing was found or the name means the old one still
     */
    @Nullable
    InetAddress takeOther(InetAddress before, boolean anyFamily) {
        InetAddress[] addresses = answer.getAndSet(null);
        if (addresses == null) {
            return null;
        }
        InetAddress first = null;
        for (InetAddress address : addresses) {
            if (address.equals(before)) {
                return null;
            }
            boolean fits = anyFamily || address.getAddress().length == before.getAddress().length;
            if (first == null && fits && !address.isAnyLocalAddress()) {
                first = address;
            }
        }
        return first;
    }
}
