package io.aggr.internal.driver;

import io.aggr.encap.EncapsulationTraits;
import io.aggr.encap.Encapsulator;
import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.Opener;
import io.aggr.encap.Sealer;
import io.aggr.encap.Session;
import io.aggr.spi.ProviderConfig;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the handshake of an encapsulator on a thread of its own, so that packets never wait for key agreement. To the engine it looks like a handshake
 * that runs on the sending thread: what it is asked is queued, and what comes of it is done when the sending thread next asks.
 *
 * <p>Both queues are short. What finds one full is dropped and counted; a handshake repeats itself.
 */
final class HandshakeThread implements Encapsulator, Handshake {

    private static final Logger LOG = LoggerFactory.getLogger(HandshakeThread.class);
    private static final int MOST_ASKED = 64;
    private static final int MOST_EFFECTS = 256;
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;
    private static final long COUNT_NANOS = 1_000_000_000L;
    private static final long JOIN_MILLIS = 2_000;
    private static final long CHANGE_SECONDS = 10;

    private final Encapsulator encapsulator;
    private final Handshake handshake;
    private final Runnable wakeSender;
    private final Consumer<Error> onError;
    private final Thread thread;
    private final BlockingQueue<Consumer<HandshakeOutput>> asked = new ArrayBlockingQueue<>(MOST_ASKED);
    private final Queue<Consumer<HandshakeOutput>> effects = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waitingEffects = new AtomicInteger();
    private final Map<String, AtomicLong> drops = new ConcurrentHashMap<>();
    private final Map<Integer, int[][]> lines = new ConcurrentHashMap<>();
    private final Recorder recorder = new Recorder();
    private volatile boolean running;
    private volatile boolean dropsWaiting;

    // The sending thread alone.
    private long countedNanos;

    /**
     * Prepares the thread; {@link #start} lets it run.
     *
     * @param encapsulator whose handshake it is; closed with this
     * @param threads makes the thread, given its name by {@code setName}
     * @param bond the bond's name
     * @param wakeSender lets the sending thread look; called by the handshake's thread
     * @param onError hears why the thread has ended, such as for want of memory; called by it
     */
    HandshakeThread(
            Encapsulator encapsulator,
            ThreadFactory threads,
            String bond,
            Runnable wakeSender,
            Consumer<Error> onError) {
        this.encapsulator = encapsulator;
        this.wakeSender = wakeSender;
        this.onError = onError;
        handshake = encapsulator.handshake();
        thread = threads.newThread(this::run);
        thread.setName("aggr-" + bond + "-handshake");
    }

    /** Lets the thread run. Peers that were configured before were added on the caller's thread. */
    void start() {
        running = true;
        thread.start();
    }

    private void run() {
        while (running) {
            try {
                long distance = handshake.nanosToDeadline(System.nanoTime());
                Consumer<HandshakeOutput> next =
                        asked.poll(Math.max(0, Math.min(distance, LONGEST_WAIT_NANOS)), TimeUnit.NANOSECONDS);
                if (next != null) {
                    next.accept(recorder);
                }
                long now = System.nanoTime();
                if (handshake.nanosToDeadline(now) <= 0) {
                    handshake.poll(now, recorder);
                }
                if (waitingEffects.get() > 0) {
                    wakeSender.run();
                }
            } catch (InterruptedException e) {
                // Nobody of ours does that, and without this thread the keys would run out.
                LOG.debug("somebody has interrupted {}; that stops nothing", thread.getName());
            } catch (RuntimeException e) {
                LOG.error("the handshake failed: {}", e.toString());
                LOG.debug("cause", e);
            } catch (Error e) {
                // Without this thread the bond would go on until its keys are too old, and nobody would know why.
                onError.accept(e);
                return;
            }
        }
    }

    private boolean ask(Consumer<HandshakeOutput> question, HandshakeOutput out) {
        if (asked.offer(question)) {
            return true;
        }
        out.dropped("queue-full", 1);
        return false;
    }

    @Override
    public void addPeer(int peer, String name, ProviderConfig options) {
        if (running) {
            askAndWait(() -> handshake.addPeer(peer, name, options));
        } else {
            handshake.addPeer(peer, name, options);
        }
    }

    @Override
    public void removePeer(int peer) {
        if (running) {
            askAndWait(() -> {
                handshake.removePeer(peer);
                lines.remove(peer);
            });
        } else {
            handshake.removePeer(peer);
        }
    }

    /** Changes of the configuration come seldom, and from threads that may wait. */
    private void askAndWait(Runnable question) {
        CompletableFuture<Boolean> done = new CompletableFuture<>();
        boolean queued;
        try {
            queued = asked.offer(
                    out -> {
                        try {
                            question.run();
                            done.complete(true);
                        } catch (RuntimeException e) {
                            done.completeExceptionally(e);
                        }
                    },
                    CHANGE_SECONDS,
                    TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        if (!queued) {
            throw new IllegalStateException("the handshake has no time for another peer");
        }
        Waiting.until(done, CHANGE_SECONDS, "the handshake does not answer");
    }

    @Override
    public void connect(int peer, long nowNanos, HandshakeOutput out) {
        int count = out.lines(peer);
        int[][] known = new int[count][];
        for (int i = 0; i < count; i++) {
            int line = out.line(peer, i);
            known[i] = new int[] {line, out.localLink(peer, line)};
        }
        lines.put(peer, known);
        boolean unused = ask(o -> handshake.connect(peer, System.nanoTime(), o), out);
        takeEffects(nowNanos, out);
    }

    @Override
    public void renumber(int peer, long nowNanos, HandshakeOutput out) {
        boolean unused = ask(o -> handshake.renumber(peer, System.nanoTime(), o), out);
        takeEffects(nowNanos, out);
    }

    @Override
    public void receive(ByteBuffer datagram, HandshakeSource source, long nowNanos, HandshakeOutput out) {
        byte[] bytes = new byte[datagram.remaining()];
        datagram.get(datagram.position(), bytes);
        boolean unused = ask(o -> handshake.receive(ByteBuffer.wrap(bytes), source, System.nanoTime(), o), out);
        takeEffects(nowNanos, out);
    }

    @Override
    public void poll(long nowNanos, HandshakeOutput out) {
        takeEffects(nowNanos, out);
    }

    @Override
    public long nanosToDeadline(long nowNanos) {
        boolean isDue = waitingEffects.get() > 0 || (dropsWaiting && nowNanos - countedNanos >= COUNT_NANOS);
        return isDue ? 0 : Long.MAX_VALUE;
    }

    private void takeEffects(long nowNanos, HandshakeOutput out) {
        for (Consumer<HandshakeOutput> effect = effects.poll(); effect != null; effect = effects.poll()) {
            waitingEffects.decrementAndGet();
            effect.accept(out);
        }
        if (dropsWaiting && nowNanos - countedNanos >= COUNT_NANOS) {
            countedNanos = nowNanos;
            dropsWaiting = false;
            drops.forEach((reason, count) -> {
                long some = count.getAndSet(0);
                if (some > 0) {
                    out.dropped(reason, some);
                }
            });
        }
    }

    @Override
    public EncapsulationTraits traits() {
        return encapsulator.traits();
    }

    @Override
    public Sealer sealer() {
        return encapsulator.sealer();
    }

    @Override
    public Opener opener() {
        return encapsulator.opener();
    }

    @Override
    public Handshake handshake() {
        return this;
    }

    /** Ends the thread, then the encapsulator. */
    @Override
    public void close() {
        if (running) {
            running = false;
            boolean unused = asked.offer(out -> {});
            try {
                if (thread != Thread.currentThread()) {
                    thread.join(JOIN_MILLIS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        encapsulator.close();
    }

    /** What the handshake does to the world, kept for the sending thread. Called by the handshake's thread alone. */
    private final class Recorder implements HandshakeOutput {

        @Override
        public int lines(int peer) {
            return known(peer).length;
        }

        @Override
        public int line(int peer, int index) {
            return known(peer)[index][0];
        }

        @Override
        public int localLink(int peer, int line) {
            for (int[] pair : known(peer)) {
                if (pair[0] == line) {
                    return pair[1];
                }
            }
            return -1;
        }

        private int[][] known(int peer) {
            return lines.getOrDefault(peer, new int[0][]);
        }

        private void keep(Consumer<HandshakeOutput> effect) {
            if (waitingEffects.get() < MOST_EFFECTS) {
                waitingEffects.incrementAndGet();
                effects.add(effect);
            } else {
                dropped("not-sent", 1);
            }
        }

        private ByteBuffer copy(ByteBuffer datagram) {
            ByteBuffer copy = ByteBuffer.allocate(datagram.remaining());
            copy.put(0, datagram, datagram.position(), datagram.remaining());
            return copy;
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            ByteBuffer copy = copy(datagram);
            keep(out -> out.send(peer, line, copy));
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            ByteBuffer copy = copy(datagram);
            keep(out -> out.reply(source, copy));
        }

        @Override
        public void established(Session session) {
            keep(out -> out.established(session));
        }

        @Override
        public void warn(int peer, String message) {
            keep(out -> out.warn(peer, message));
        }

        @Override
        public void dropped(String reason, long count) {
            drops.computeIfAbsent(reason, r -> new AtomicLong()).addAndGet(count);
            dropsWaiting = true;
        }
    }
}
