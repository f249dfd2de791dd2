package io.aggr.examples.daemon.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Finds the addresses of hosts.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface NameResolver {

    /** Most lookups that go on at a time. */
    int MAX_AT_ONCE = 16;

    /**
     * What became of one name.
     *
     * @param addresses what was found, best first; empty if nothing was
     * @param failure why nothing was found; empty if something was
     * @since 0.1
     */
    record Answer(List<InetAddress> addresses, String failure) {
        /** Copies the list. */
        public Answer {
            addresses = List.copyOf(addresses);
        }

        static Answer failed(String why) {
            return new Answer(List.of(), why);
        }
    }

    /**
     * Looks up all names.
     *
     * @param hosts the names
     * @return one answer for each
     */
    Map<String, Answer> resolve(Set<String> hosts);

    /**
     * The resolver of the operating system.
     *
     * @param timeout how long all lookups together may take
     * @return a resolver that asks for several names at a time
     */
    static NameResolver system(Duration timeout) {
        return hosts -> {
            long deadlineNanos = System.nanoTime() + timeout.toNanos();
            Map<String, CompletableFuture<Answer>> lookups = new LinkedHashMap<>();
            for (String host : hosts) {
                CompletableFuture<Answer> lookup = new CompletableFuture<>();
                lookups.put(host, lookup);
                if (lookups.size() > MAX_AT_ONCE) {
                    lookup.complete(Answer.failed("more than " + MAX_AT_ONCE + " different names; use addresses"));
                    continue;
                }
                // A lookup cannot be interrupted. Daemon threads let the program end while one hangs.
                Thread thread = new Thread(() -> lookup.complete(lookUp(host)), "aggr-resolve-" + host);
                thread.setDaemon(true);
                thread.start();
            }
            Map<String, Answer> answers = new LinkedHashMap<>();
            lookups.forEach((host, lookup) -> answers.put(host, await(lookup, deadlineNanos, timeout)));
            return answers;
        };
    }

    private static Answer lookUp(String host) {
        try {
            return new Answer(List.of(InetAddress.getAllByName(host)), "");
        } catch (UnknownHostException e) {
            return Answer.failed("the name cannot be resolved to an address");
        }
    }

    private static Answer await(CompletableFuture<Answer> lookup, long deadlineNanos, Duration timeout) {
        try {
            return lookup.get(Math.max(0, deadlineNanos - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return Answer.failed("no answer from the name service within " + timeout.toSeconds() + " s");
        } catch (ExecutionException | CompletionException e) {
            return Answer.failed("the lookup failed: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Answer.failed("the lookup was interrupted");
        }
    }
}
