package io.aggr.examples.benchmarks.hub;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Many sites of one hub, driven by one thread. */
final class Swarm implements AutoCloseable {

    private static final long START_EVERY_NANOS = 15_000_000;
    private static final long LONGEST_WAIT_NANOS = 100_000_000;

    /** More than that are not begun before some have been answered: on a busy machine they would all be late, and ask again. */
    private static final int MOST_WAITING = 20;

    private final Selector selector = Selector.open();
    private final List<Site> sites = new ArrayList<>();
    private final Thread thread = new Thread(this::run, "swarm");
    private volatile boolean closed;
    private volatile int established;

    /** Opens all lines; each site greets the hub a little later than the one before. */
    Swarm(List<String> privateKeys, String hubKey, InetSocketAddress hub, int lines) throws IOException {
        for (int i = 0; i < privateKeys.size(); i++) {
            sites.add(new Site("site-" + i, privateKeys.get(i), hubKey, hub, lines, selector));
        }
    }

    void start() {
        thread.start();
    }

    /** How many sites the hub has answered. */
    int established() {
        return established;
    }

    private void run() {
        try {
            drive();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void drive() throws IOException {
        PriorityQueue<Entry> due = new PriorityQueue<>(Comparator.comparingLong(Entry::atNanos));
        long beganNanos = System.nanoTime();
        int started = 0;
        long countedNanos = beganNanos;
        while (!closed) {
            long now = System.nanoTime();
            while (started < sites.size()
                    && now - beganNanos >= started * START_EVERY_NANOS
                    && started - established < MOST_WAITING) {
                Site site = sites.get(started++);
                site.start(now);
                due.add(new Entry(site, site.dueNanos()));
            }
            for (Entry first = due.peek(); first != null && first.atNanos() - now <= 0; first = due.peek()) {
                Site site = due.remove().site();
                if (site.dueNanos() - now <= 0) {
                    site.run(now);
                }
                due.add(new Entry(site, Math.max(site.dueNanos(), now + 1_000_000)));
            }
            Entry first = due.peek();
            long wait = first == null ? 1_000_000 : Math.min(LONGEST_WAIT_NANOS, first.atNanos() - now);
            selector.select(Swarm::receive, Math.max(1, wait / 1_000_000));
            if (now - countedNanos > 100_000_000) {
                countedNanos = now;
                established = (int) sites.stream().filter(Site::isEstablished).count();
            }
        }
    }

    private static void receive(SelectionKey key) {
        try {
            ((Site.Receiver) key.attachment()).receive(System.nanoTime());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A site and when it is looked at next; it may have been run since. */
    private record Entry(Site site, long atNanos) {}

    @Override
    public void close() throws IOException {
        closed = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sites.forEach(Site::close);
        selector.close();
    }
}
