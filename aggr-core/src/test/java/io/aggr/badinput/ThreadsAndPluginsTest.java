package io.aggr.badinput;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.Bond;
import io.aggr.BondListener;
import io.aggr.BondStats;
import io.aggr.Keys;
import io.aggr.internal.schedule.EarliestArrivalScheduler;
import io.aggr.link.LinkState;
import io.aggr.reorder.ArrivedPacket;
import io.aggr.reorder.Release;
import io.aggr.reorder.ReorderBuffer;
import io.aggr.schedule.LinkSet;
import io.aggr.schedule.LinkView;
import io.aggr.schedule.OutgoingPacket;
import io.aggr.schedule.Picks;
import io.aggr.schedule.Scheduler;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Rows 47, 57 to 59, 69 to 71, 79 and 81 of docs/bad-inputs.md, with real threads and sockets. */
@Isolated
@Timeout(60)
class ThreadsAndPluginsTest {

    private static final BondListener NOBODY = new BondListener() {};

    /** Does its work, and what else a test wants. */
    private abstract static class Odd implements Scheduler {
        private final Scheduler work = new EarliestArrivalScheduler();

        abstract void oddity();

        @Override
        public void select(OutgoingPacket packet, LinkSet links, long nowNanos, Picks picks) {
            oddity();
            work.select(packet, links, nowNanos, picks);
        }

        @Override
        public void onLinkState(LinkView link, LinkState previous, long nowNanos) {
            work.onLinkState(link, previous, nowNanos);
        }
    }

    private static Scheduler odd(Runnable oddity) {
        return new Odd() {
            @Override
            void oddity() {
                oddity.run();
            }
        };
    }

    @Test
    void row_47_a_tun_that_is_gone_ends_the_bond_once_and_leaves_no_thread_behind() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, NOBODY)) {
            pair.up();
            assertThat(pair.carries(1)).isTrue();
            pair.breakSiteTun("read on aggr0: EBADFD, the device was deleted");
            for (String role : new String[] {"egress", "ingress"}) {
                for (Thread thread : pair.siteThreads) {
                    if (thread.getName().endsWith(role)) {
                        thread.join(5_000);
                        assertThat(thread.isAlive()).as(role).isFalse();
                    }
                }
            }
            assertThat(pair.site.isRunning()).isFalse();
            assertThat(pair.failure()).contains("EBADFD");
            assertThat(pair.hasFailed()).as("a second time").isFalse();
        }
    }

    @Test
    void row_58_a_bond_lives_with_thirty_megabytes_also_while_garbage_comes_in() throws Exception {
        assertThat(run("", LittleMemory.class, "-Xmx30m", "-XX:+ExitOnOutOfMemoryError"))
                .contains("all came through");
    }

    /** Runs a program in a process of its own. Returns all that it has printed. */
    private static String run(String input, Class<?> program, String... flags) throws Exception {
        return run(List.of(), input, program, flags);
    }

    private static String run(List<String> before, String input, Class<?> program, String... flags) throws Exception {
        ChildProcess.Result result = ChildProcess.run(before, input, program, flags);
        assertThat(result.exitCode()).as(result.said()).isZero();
        return result.said();
    }

    @Test
    void row_81_no_secret_is_printed_whatever_goes_wrong_and_however_much_is_logged() throws Exception {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            secrets.add(Keys.newPrivateKey());
        }
        String said =
                run(String.join("\n", secrets) + "\n", Canary.class, "-Dorg.slf4j.simpleLogger.defaultLogLevel=trace");
        assertThat(said).contains("the canary is dead", "preshared key", "new association with hub");
        for (String secret : secrets) {
            byte[] bytes = Base64.getDecoder().decode(secret);
            String hex = HexFormat.of().formatHex(bytes);
            // Not even a part of it.
            assertThat(said)
                    .doesNotContain(secret.substring(2, 12), secret.substring(20, 30))
                    .doesNotContainIgnoringCase(hex.substring(0, 12))
                    .doesNotContainIgnoringCase(hex.substring(40, 52))
                    .doesNotContain(Arrays.toString(bytes).substring(1, 30));
        }
    }

    @Test
    void row_57_running_lines_go_on_while_all_descriptors_are_in_use_and_one_has_to_be_opened_again() throws Exception {
        assertThat(run(List.of("sh", "-c", "ulimit -n 120 && exec \"$@\"", "sh"), "", FewDescriptors.class, "-Xmx64m"))
                .contains("all came through");
    }

    @Test
    void row_58_a_thread_that_runs_out_of_memory_ends_the_bond_and_says_so() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(
                () -> odd(() -> {
                    throw new OutOfMemoryError("as a test wants it");
                }),
                NOBODY)) {
            pair.up();
            assertThat(pair.carries(1)).isFalse();
            assertThat(pair.site.isRunning()).isFalse();
            assertThat(pair.failure()).contains("OutOfMemoryError");
        }
    }

    @Test
    void row_03_a_bond_counts_what_is_longer_than_its_buffer() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, NOBODY);
                DatagramSocket stranger = new DatagramSocket()) {
            pair.up();
            for (int i = 0; i < 5; i++) {
                stranger.send(new DatagramPacket(new byte[60_000], 60_000, pair.address));
                // One socket receives all: what comes behind has been received after it.
                assertThat(pair.carries(i)).isTrue();
            }
            assertThat(pair.hub.stats().drops()).containsEntry("outer.oversized", 5L);
        }
    }

    @Test
    void row_59_a_plugin_that_interrupts_its_thread_stops_nothing() throws Exception {
        try (LoopbackPair pair =
                new LoopbackPair(() -> odd(() -> Thread.currentThread().interrupt()), NOBODY)) {
            pair.up();
            assertThat(pair.carries(1)).isTrue();
            assertThat(pair.carries(2)).isTrue();
            assertThat(pair.event("plugin-interrupted")).isPositive();
            assertThat(pair.hasFailed()).isFalse();
        }
    }

    @Test
    void row_59_threads_that_somebody_interrupts_go_on() throws Exception {
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, NOBODY)) {
            pair.up();
            for (String role : new String[] {"egress", "ingress", "handshake", "links", "watch"}) {
                Thread thread = pair.siteThread(role);
                for (int i = 0; i < 20; i++) {
                    thread.interrupt();
                    assertThat(pair.carries(i)).as(role).isTrue();
                }
                assertThat(thread.isAlive()).as(role).isTrue();
            }
            assertThat(pair.hasFailed()).isFalse();
            assertThat(pair.site.isRunning()).isTrue();
        }
    }

    @Test
    void row_69_a_scheduler_that_never_comes_back_is_outlived() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);
        AtomicReference<Thread> hanging = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        try (LoopbackPair pair = new LoopbackPair(
                () -> odd(() -> {
                    if (calls.incrementAndGet() == 5) {
                        hanging.set(Thread.currentThread());
                        awaitUninterruptibly(forEver);
                    }
                }),
                NOBODY)) {
            pair.up();
            for (int i = 0; i < 20; i++) {
                assertThat(pair.carries(i)).as("packet " + i).isTrue();
            }
            assertThat(pair.event("scheduler-hung")).isEqualTo(1);
            assertThat(pair.site.isRunning()).isTrue();
            assertThat(pair.siteThread("egress")).isNotSameAs(hanging.get());
            BondStats stats = pair.site.stats();
            assertThat(stats.problems()).anyMatch(problem -> problem.contains("under-test"));
            forEver.countDown();
            hanging.get().join(5_000);
            assertThat(hanging.get().isAlive()).as("it has come back, and ends").isFalse();
            assertThat(pair.carries(99)).isTrue();
            assertThat(pair.hasFailed()).isFalse();
        }
    }

    @Test
    void row_69_a_reorder_buffer_that_never_comes_back_is_outlived() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);
        AtomicReference<Thread> hanging = new AtomicReference<>();
        AtomicInteger calls = new AtomicInteger();
        List<String> warnings = new CopyOnWriteArrayList<>();
        BondListener listener = new BondListener() {
            @Override
            public void onWarning(String message) {
                warnings.add(message);
            }
        };
        IntFunction<ReorderBuffer> buffers = capacity -> new PassesAll() {
            @Override
            public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                if (calls.incrementAndGet() == 5) {
                    hanging.set(Thread.currentThread());
                    awaitUninterruptibly(forEver);
                }
                super.offer(packet, nowNanos, out);
            }
        };
        try (LoopbackPair pair = LoopbackPair.reordering(buffers, listener)) {
            pair.up();
            for (int i = 0; i < 20; i++) {
                assertThat(pair.carriesBack(i)).as("packet " + i).isTrue();
                assertThat(pair.carries(i)).as("packet " + i + " the other way").isTrue();
            }
            assertThat(pair.event("reorder-hung")).isEqualTo(1);
            assertThat(pair.event("reorder-replaced")).isEqualTo(1);
            assertThat(pair.siteThread("ingress")).isNotSameAs(hanging.get());
            assertThat(pair.site.stats().problems()).anyMatch(problem -> problem.contains("under-test"));
            forEver.countDown();
            hanging.get().join(5_000);
            assertThat(hanging.get().isAlive()).as("it has come back, and ends").isFalse();
            assertThat(pair.carriesBack(99)).isTrue();
            assertThat(pair.hasFailed()).isFalse();
        }
        assertThat(warnings)
                .filteredOn(warning -> warning.contains("under-test"))
                .hasSize(1);
    }

    @Test
    void row_70_a_reorder_buffer_may_ask_for_statistics_and_close_the_bond() throws Exception {
        AtomicReference<Bond> site = new AtomicReference<>();
        CompletableFuture<BondStats> asked = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        IntFunction<ReorderBuffer> buffers = capacity -> new PassesAll() {
            @Override
            public void offer(ArrivedPacket packet, long nowNanos, Release out) {
                super.offer(packet, nowNanos, out);
                Bond bond = site.get();
                if (bond != null && closed.getCount() > 0) {
                    asked.complete(bond.stats());
                    bond.close();
                    closed.countDown();
                }
            }
        };
        try (LoopbackPair pair = LoopbackPair.reordering(buffers, NOBODY)) {
            pair.up();
            site.set(pair.site);
            assertThat(pair.carriesBack(1)).isIn(true, false);
            assertThat(asked.get(10, TimeUnit.SECONDS).peers()).hasSize(1);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            for (Thread thread : pair.siteThreads) {
                thread.join(5_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        boolean done = false;
        while (!done) {
            try {
                latch.await();
                done = true;
            } catch (InterruptedException e) {
                Thread.interrupted();
            }
        }
    }

    @Test
    void row_70_a_plugin_may_ask_for_statistics_and_close_the_bond() throws Exception {
        AtomicReference<Bond> site = new AtomicReference<>();
        CompletableFuture<BondStats> asked = new CompletableFuture<>();
        CountDownLatch closed = new CountDownLatch(1);
        try (LoopbackPair pair = new LoopbackPair(
                () -> odd(() -> {
                    Bond bond = site.get();
                    if (bond != null && closed.getCount() > 0) {
                        asked.complete(bond.stats());
                        bond.close();
                        closed.countDown();
                    }
                }),
                NOBODY)) {
            pair.up();
            site.set(pair.site);
            assertThat(pair.carries(1)).isIn(true, false);
            assertThat(asked.get(10, TimeUnit.SECONDS).peers()).hasSize(1);
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            for (Thread thread : pair.siteThreads) {
                thread.join(5_000);
                assertThat(thread.isAlive()).as(thread.getName()).isFalse();
            }
        }
    }

    @Test
    void row_71_a_listener_that_throws_or_never_comes_back_stops_nobody() throws Exception {
        CountDownLatch forEver = new CountDownLatch(1);
        AtomicInteger heard = new AtomicInteger();
        try (LoopbackPair pair = new LoopbackPair(EarliestArrivalScheduler::new, new BondListener() {
            @Override
            public void onLinkState(String peer, String link, LinkState previous, LinkState state) {
                if (heard.incrementAndGet() > 3) {
                    awaitUninterruptibly(forEver);
                }
                throw new IllegalStateException("as a test wants it");
            }
        })) {
            pair.up();
            for (int i = 0; i < 5; i++) {
                assertThat(pair.carries(i)).isTrue();
            }
            assertThat(pair.hasFailed()).isFalse();
        } finally {
            forEver.countDown();
        }
    }

    @Test
    void row_79_a_line_whose_name_is_found_later_comes_up_beside_the_others() throws Exception {
        // A name without an address, as after a lookup that has failed.
        InetAddress unknown = InetAddress.getByAddress("localhost", new byte[4]);
        try (LoopbackPair pair = new LoopbackPair(
                EarliestArrivalScheduler::new, NOBODY, address -> new InetSocketAddress(unknown, address.getPort()))) {
            pair.up();
            assertThat(pair.carries(1)).isTrue();
            assertThat(pair.site.stats().peers().get(0).links())
                    .allMatch(link -> link.state() == LinkState.UP)
                    .hasSize(2);
        }
    }
}
