package io.aggr.testkit;

import io.aggr.link.Link;
import io.aggr.link.LinkFault;
import io.aggr.link.Watch;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Checks that a link keeps what {@link Link} promises, with two links that are connected over a line without loss, such as the loopback
 * interface. Takes about a second of real time.
 *
 * @since 0.1
 */
public final class LinkConformance {

    private static final long PATIENCE_NANOS = 5_000_000_000L;
    private static final long QUIET_NANOS = 20_000_000;
    private static final long PAUSE_NANOS = 100_000;
    private static final int REGION_START = 500;
    private static final int SLAB_BYTES = 300_000;
    private static final int BATCH = 64;
    private static final int DATAGRAMS = 500;

    private LinkConformance() {}

    /**
     * Checks links.
     *
     * @param pairs opens two connected links at each call
     * @throws BrokenRule if a promise is broken; it names which
     * @throws IllegalStateException if a pair cannot be opened
     */
    public static void check(LinkPair.Factory pairs) {
        with(pairs, LinkConformance::checkLimits);
        with(pairs, LinkConformance::checkDelivery);
        with(pairs, LinkConformance::checkWatch);
        with(pairs, LinkConformance::checkSmallBatch);
        with(pairs, LinkConformance::checkSmallRoom);
        with(pairs, LinkConformance::checkTooLarge);
        with(pairs, LinkConformance::checkKeeping);
        with(pairs, LinkConformance::checkClosing);
    }

    private interface Check {
        void run(Trial trial);
    }

    private static void with(LinkPair.Factory pairs, Check check) {
        LinkPair opened;
        try {
            opened = pairs.open();
        } catch (Exception e) {
            throw new IllegalStateException("no pair of links could be opened", e);
        }
        try (LinkPair pair = opened) {
            check.run(new Trial(pair));
        } catch (BrokenRule e) {
            throw e;
        } catch (RuntimeException e) {
            throw new BrokenRule(LinkRule.THROWS_NOTHING, "it threw " + e + ".", e);
        }
    }

    private static void checkLimits(Trial trial) {
        for (Link link : new Link[] {trial.caller, trial.callee}) {
            if (link.maxDatagramBytes() < 508 || link.name().isBlank()) {
                throw new BrokenRule(
                        LinkRule.LIMITS, "\"" + link.name() + "\" takes " + link.maxDatagramBytes() + " bytes.");
            }
            Watch watch = link.watch();
            if (!watch.equals(link.watch())) {
                throw new BrokenRule(LinkRule.SAME_WATCH, "a second call gave another.");
            }
        }
        if (trial.caller.overheadBytes(Link.CONFIGURED_REMOTE) < 0) {
            throw new BrokenRule(LinkRule.LIMITS, "its overhead is below zero.");
        }
        long before = System.nanoTime();
        trial.receive(trial.callee);
        if (System.nanoTime() - before > PATIENCE_NANOS) {
            throw new BrokenRule(LinkRule.NEVER_WAITS, "receiving nothing took seconds.");
        }
    }

    private static void checkDelivery(Trial trial) {
        int next = 0;
        while (next < DATAGRAMS) {
            List<byte[]> run = new ArrayList<>();
            int equal = 1 + next % 16;
            for (int i = 0; i < equal && next < DATAGRAMS; i++, next++) {
                // Runs of equal sizes, the last one shorter; and now and then a mixture.
                int size = i == equal - 1 ? 20 + next % 100 : 100 + next / 16 % 3 * 180;
                run.add(datagram(next % 5 == 0 ? size + i : size, next));
            }
            trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, run);
            List<byte[]> received = trial.receiveAll(trial.callee, run.size());
            for (int i = 0; i < run.size(); i++) {
                if (!Arrays.equals(run.get(i), received.get(i))) {
                    throw new BrokenRule(
                            LinkRule.DELIVERS,
                            "datagram " + i + " of a run of " + run.size() + " came as another or in part.");
                }
            }
        }
    }

    private static void checkWatch(Trial trial) {
        Watch watch = trial.callee.watch();
        if (watch instanceof Watch.Push push) {
            CountDownLatch ready = new CountDownLatch(1);
            push.source().onReady(ready::countDown);
            trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
            if (!await(ready)) {
                throw new BrokenRule(LinkRule.WAKES, "the action was not run.");
            }
        } else if (watch instanceof Watch.Channel channel) {
            if (channel.channel().isBlocking()) {
                throw new BrokenRule(LinkRule.NEVER_WAITS, "its channel is in blocking mode.");
            }
            try (Selector selector = Selector.open()) {
                channel.channel().register(selector, SelectionKey.OP_READ);
                trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
                if (selector.select(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS)) == 0) {
                    throw new BrokenRule(LinkRule.WAKES, "its channel did not become readable.");
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        } else {
            // A descriptor is polled by the platform's module, which tests that itself.
            trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
        }
        trial.receiveAll(trial.callee, 1);
    }

    private static boolean await(CountDownLatch latch) {
        try {
            return latch.await(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void checkSmallBatch(Trial trial) {
        List<byte[]> sent = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            sent.add(datagram(100 + i, i));
        }
        trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, sent);
        List<byte[]> received = new ArrayList<>();
        long since = System.nanoTime();
        while (received.size() < sent.size() && System.nanoTime() - since < PATIENCE_NANOS) {
            List<byte[]> some = trial.receive(trial.callee, 3, SLAB_BYTES);
            if (some.isEmpty()) {
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            received.addAll(some);
        }
        for (int i = 0; i < sent.size(); i++) {
            if (received.size() != sent.size() || !Arrays.equals(sent.get(i), received.get(i))) {
                throw new BrokenRule(
                        LinkRule.LEAVES_THE_REST,
                        "of " + sent.size() + " datagrams " + received.size()
                                + " came in batches of 3, or not in order.");
            }
        }
    }

    private static void checkSmallRoom(Trial trial) {
        trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(400, 1), datagram(50, 2)));
        long since = System.nanoTime();
        while (System.nanoTime() - since < QUIET_NANOS) {
            trial.receive(
                            trial.callee,
                            BATCH,
                            REGION_START + PacketBatch.HEADROOM_BYTES + 200 + PacketBatch.TAILROOM_BYTES)
                    .forEach(LinkConformance::checkWhole);
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        trial.receive(trial.callee).forEach(LinkConformance::checkWhole);
    }

    private static void checkWhole(byte[] received) {
        if (received.length != 400 && received.length != 50) {
            throw new BrokenRule(
                    LinkRule.WHOLE_OR_NOT, "of datagrams of 400 and 50 bytes " + received.length + " bytes came.");
        }
    }

    private static void checkTooLarge(Trial trial) {
        boolean forbids = trial.caller.forbidsFragmentation();
        byte[] large = datagram(trial.caller.maxDatagramBytes() + 1, 3);
        int sent = trial.send(trial.caller, Link.CONFIGURED_REMOTE, List.of(large));
        if (sent != 0 || trial.caller.fault() != LinkFault.TOO_LARGE) {
            throw new BrokenRule(
                    LinkRule.REFUSES_TOO_LARGE,
                    large.length + " bytes: " + sent + " sent, fault " + trial.caller.fault() + ".");
        }
        byte[] small = datagram(300, 4);
        trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(small));
        if (!Arrays.equals(trial.receiveAll(trial.callee, 1).get(0), small)) {
            throw new BrokenRule(LinkRule.REFUSES_TOO_LARGE, "something else than the next datagram came.");
        }
        if (trial.caller.forbidsFragmentation() != forbids) {
            throw new BrokenRule(
                    LinkRule.SAME_FRAGMENTATION, "it was " + forbids + " before, and is " + !forbids + ".");
        }
    }

    private static void checkKeeping(Trial trial) {
        trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
        trial.receiveAll(trial.callee, 1);
        int kept = trial.callee.keep(trial.lastRemote);
        if (!trial.callee.isKept(kept) || trial.callee.keep(kept) != kept) {
            throw new BrokenRule(LinkRule.KEEPS, "keeping " + trial.lastRemote + " gave " + kept + ".");
        }
        for (int i = 0; i < 3; i++) {
            trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100 + i, i)));
            trial.receiveAll(trial.callee, 1);
            if (trial.lastRemote != kept) {
                throw new BrokenRule(
                        LinkRule.KEEPS, "the far end kept as " + kept + " came again as " + trial.lastRemote + ".");
            }
        }
        byte[] answer = datagram(200, 9);
        trial.sendAll(trial.callee, kept, List.of(answer));
        if (!Arrays.equals(trial.receiveAll(trial.caller, 1).get(0), answer)
                || trial.lastRemote != Link.CONFIGURED_REMOTE) {
            throw new BrokenRule(LinkRule.KEEPS, "the answer came from " + trial.lastRemote + ".");
        }
        if (trial.callee.overheadBytes(kept) < 0) {
            throw new BrokenRule(LinkRule.LIMITS, "its overhead is below zero.");
        }
        trial.callee.release(kept);
        trial.sendAll(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
        trial.receiveAll(trial.callee, 1);
    }

    private static void checkClosing(Trial trial) {
        trial.caller.close();
        trial.caller.close();
        int sent = trial.send(trial.caller, Link.CONFIGURED_REMOTE, List.of(datagram(100, 1)));
        if (sent != 0 || trial.caller.fault() != LinkFault.CLOSED) {
            throw new BrokenRule(LinkRule.CLOSED, "it sent " + sent + ", fault " + trial.caller.fault() + ".");
        }
        if (!trial.receive(trial.caller).isEmpty() || trial.caller.receiveFault() != LinkFault.CLOSED) {
            throw new BrokenRule(LinkRule.CLOSED, "receiving gave fault " + trial.caller.receiveFault() + ".");
        }
    }

    private static byte[] datagram(int size, int seed) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (seed * 31 + i);
        }
        return bytes;
    }

    private static final class Trial {
        private final Link caller;
        private final Link callee;
        private final Slab slab = new Slab(SLAB_BYTES);
        private int lastRemote = Link.NO_REMOTE;

        Trial(LinkPair pair) {
            caller = pair.caller();
            callee = pair.callee();
        }

        int send(Link link, int remote, List<byte[]> datagrams) {
            PacketBatch batch = new PacketBatch(slab, BATCH);
            batch.open(0, SLAB_BYTES);
            for (byte[] each : datagrams) {
                int offset = batch.nextOffset();
                slab.buffer().put(offset, each);
                batch.add(offset, each.length);
            }
            int sent = link.send(batch, 0, datagrams.size(), remote);
            for (int i = 0; i < datagrams.size(); i++) {
                byte[] bytes = new byte[batch.length(i)];
                slab.buffer().get(batch.offset(i), bytes);
                if (!Arrays.equals(bytes, datagrams.get(i))) {
                    throw new BrokenRule(LinkRule.LEAVES_THE_BATCH, "entry " + i + " is another now.");
                }
            }
            return sent;
        }

        void sendAll(Link link, int remote, List<byte[]> datagrams) {
            int sent = 0;
            long since = System.nanoTime();
            while (sent < datagrams.size()) {
                sent += send(link, remote, datagrams.subList(sent, datagrams.size()));
                if (sent < datagrams.size()) {
                    if (!link.fault().isTransient() || System.nanoTime() - since > PATIENCE_NANOS) {
                        throw new BrokenRule(
                                LinkRule.DELIVERS,
                                "of " + datagrams.size() + " datagrams " + sent + " were sent, fault " + link.fault()
                                        + ".");
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        List<byte[]> receive(Link link) {
            return receive(link, BATCH, SLAB_BYTES);
        }

        List<byte[]> receive(Link link, int capacity, int regionEnd) {
            int end = Math.min(regionEnd, SLAB_BYTES - 500);
            for (int i = 0; i < SLAB_BYTES; i++) {
                slab.buffer().put(i, (byte) i);
            }
            PacketBatch batch = new PacketBatch(slab, capacity);
            batch.open(REGION_START, end);
            int count = link.receive(batch);
            if (count != batch.size()) {
                throw new BrokenRule(LinkRule.DELIVERS, "it says " + count + " and added " + batch.size() + ".");
            }
            for (int i = 0; i < SLAB_BYTES; i++) {
                if ((i < REGION_START || i >= end) && slab.buffer().get(i) != (byte) i) {
                    throw new BrokenRule(LinkRule.STAYS_INSIDE, "byte " + i + " of the slab has changed.");
                }
            }
            List<byte[]> result = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] bytes = new byte[batch.length(i)];
                slab.buffer().get(batch.offset(i), bytes);
                int segment = batch.segmentBytes(i) == 0 ? Math.max(1, bytes.length) : batch.segmentBytes(i);
                for (int from = 0; from == 0 || from < bytes.length; from += segment) {
                    result.add(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + segment)));
                }
                lastRemote = batch.remote(i);
            }
            return result;
        }

        List<byte[]> receiveAll(Link link, int count) {
            List<byte[]> result = new ArrayList<>();
            long since = System.nanoTime();
            while (result.size() < count) {
                List<byte[]> some = receive(link);
                result.addAll(some);
                if (some.isEmpty()) {
                    if (System.nanoTime() - since > PATIENCE_NANOS) {
                        throw new BrokenRule(
                                LinkRule.DELIVERS, "of " + count + " datagrams " + result.size() + " came.");
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
            return result;
        }
    }
}
