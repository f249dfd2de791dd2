package io.aggr.internal.driver;

import io.aggr.internal.engine.Egress;
import io.aggr.internal.engine.EgressSnapshot;
import io.aggr.internal.engine.Engine;
import io.aggr.internal.engine.Ingress;
import io.aggr.internal.engine.IngressSnapshot;
import io.aggr.internal.engine.PeerSettings;
import io.aggr.internal.engine.PluginWatch;
import io.aggr.link.Link;
import io.aggr.link.Watch;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs an engine on two threads in real time: one waits for the TUN and for deadlines and sends, the other waits over all links and receives.
 * Neither is ever interrupted, since an interrupt would close the channels.
 */
public final class BondDriver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(BondDriver.class);
    private static final long LONGEST_WAIT_NANOS = 1_000_000_000L;
    private static final long HELD_UP_NANOS = 5_000_000;
    private static final int MAX_ROUNDS = 4;

    /** Half of what one call may fetch: there may be more at once. */
    private static final int MANY_DATAGRAMS = 16;

    private static final long JOIN_MILLIS = 2_000;

    private final Egress egress;
    private final Ingress ingress;
    private final TunDevice tun;
    private final List<Link> links;
    private final IngressWaiter waiter;
    private final Consumer<String> onFailure;
    private final Errands egressErrands;
    private final Errands ingressErrands;
    private final ThreadFactory threads;
    private final String name;
    private final PluginSupervisor supervisor;
    private volatile Thread egressThread;
    private volatile Thread ingressThread;
    private volatile boolean running = true;
    private volatile boolean interruptTold;

    /**
     * Prepares the threads; {@link #start} lets them run.
     *
     * @param engine what they run
     * @param tun the engine's TUN
     * @param links the engine's links
     * @param waiter waits over the links; owned by the driver from now on
     * @param threads makes the two threads, given their names by {@code setName}
     * @param name the bond's name
     * @param onFailure hears a sentence if a thread has to give up
     */
    BondDriver(
            Engine engine,
            TunDevice tun,
            List<Link> links,
            IngressWaiter waiter,
            ThreadFactory threads,
            String name,
            Consumer<String> onFailure) {
        this.egress = engine.egress();
        this.ingress = engine.ingress();
        this.tun = tun;
        this.links = links;
        this.waiter = waiter;
        egressErrands = new Errands(tun::wakeup);
        ingressErrands = new Errands(waiter::wakeup);
        this.onFailure = onFailure;
        this.threads = threads;
        this.name = name;
        egressThread = newSender();
        ingressThread = newReceiver(false);
        List<PluginSupervisor.Ward> wards = new ArrayList<>();
        egress.schedulerWatches().forEach(watch -> wards.add(new PluginSupervisor.Ward(watch, this::replaceSender)));
        ingress.reorderWatches().forEach(watch -> wards.add(new PluginSupervisor.Ward(watch, this::replaceReceiver)));
        supervisor = new PluginSupervisor(
                wards, threads, name, error -> fail("the thread that watches plugins failed: " + error, error));
    }

    private Thread newSender() {
        Thread thread = threads.newThread(this::runEgress);
        thread.setName("aggr-" + name + "-egress");
        return thread;
    }

    /** The sending thread hangs in a plugin and has lost its work; should it come back, it ends. */
    private void replaceSender() {
        if (running) {
            Thread next = newSender();
            egressThread = next;
            startInPlace(next);
        }
    }

    private Thread newReceiver(boolean takesOver) {
        Thread thread = threads.newThread(() -> runIngress(takesOver));
        thread.setName("aggr-" + name + "-ingress");
        return thread;
    }

    /** The receiving thread hangs in a plugin and has lost its work; should it come back, it ends. */
    private void replaceReceiver() {
        if (running) {
            Thread next = newReceiver(true);
            ingressThread = next;
            startInPlace(next);
        }
    }

    private void startInPlace(Thread next) {
        try {
            next.start();
        } catch (OutOfMemoryError e) {
            fail("a plugin hangs, and there is no thread to go on without it", e);
        }
    }

    /** Starts both threads. */
    void start() {
        egress.start(System.nanoTime());
        ingressThread.start();
        egressThread.start();
        supervisor.start();
    }

    private void runEgress() {
        try {
            while (running) {
                noticeInterrupt();
                int read = 0;
                if (egress.wantsPackets()) {
                    read = tun.read(egress.openBatch());
                    egress.takePackets(System.nanoTime());
                }
                long distance = egress.run(System.nanoTime());
                egressErrands.run();
                if (read == 0 || distance > 0) {
                    tun.await(Math.min(distance, LONGEST_WAIT_NANOS), egress.wantsPackets());
                }
            }
        } catch (PluginWatch.TakenOver e) {
            LOG.info("a scheduler that was given up has come back; its thread ends");
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            fail("the sending thread failed: " + e, e);
        }
    }

    private void runIngress(boolean takesOver) {
        FloodPause flood = new FloodPause();
        try {
            if (takesOver) {
                ingress.takeOver(System.nanoTime());
            }
            while (running) {
                noticeInterrupt();
                boolean more = false;
                boolean isFull = false;
                long nowNanos = System.nanoTime();
                long beganNanos;
                int rounds = 0;
                do {
                    beganNanos = nowNanos;
                    for (int i = 0; i < links.size(); i++) {
                        int count = ingress.receive(i, System.nanoTime());
                        more |= count > 1 || (count == 1 && mustBeEmptied(links.get(i)));
                        isFull |= count >= MANY_DATAGRAMS;
                    }
                    nowNanos = System.nanoTime();
                    // Held up between two lines: what has come over the first one meanwhile must be read before a
                    // report
                    // calls it silent.
                } while (nowNanos - beganNanos > HELD_UP_NANOS && ++rounds < MAX_ROUNDS);
                long distance = ingress.run(nowNanos);
                ingressErrands.run();
                long pauseNanos = isFull ? 0 : flood.nanos(ingress.uselessDatagrams(), nowNanos);
                if (pauseNanos > 0) {
                    LockSupport.parkNanos(Math.min(pauseNanos, distance));
                } else if (!more) {
                    waiter.await(Math.min(distance, LONGEST_WAIT_NANOS));
                }
            }
        } catch (PluginWatch.TakenOver e) {
            LOG.info("a reorder buffer that was given up has come back; its thread ends");
        } catch (IOException e) {
            fail(String.valueOf(e.getMessage()), e);
        } catch (RuntimeException | Error e) {
            fail("the receiving thread failed: " + e, e);
        }
    }

    /**
     * Whether a link tells only of what comes after it has answered that there is nothing. Others go on telling of what is left, so a single datagram
     * needs no second look.
     */
    private static boolean mustBeEmptied(Link link) {
        return link.watch() instanceof Watch.Push;
    }

    /** An interrupt means nothing to these threads, and left alone it would close the channels that they use. */
    private void noticeInterrupt() {
        if (Thread.interrupted() && running && !interruptTold) {
            interruptTold = true;
            LOG.warn(
                    "somebody has interrupted {}; that stops nothing",
                    Thread.currentThread().getName());
        }
    }

    /**
     * The bond cannot go on; it says so once. Any thread.
     *
     * @param message a sentence
     * @param cause what has happened
     */
    void fail(String message, Throwable cause) {
        if (running) {
            running = false;
            LOG.error("bond stops: {}", message);
            LOG.debug("cause", cause);
            wakeIngress();
            wakeEgress();
            onFailure.accept(message);
        }
    }

    /**
     * A link cannot be used, as far as the system says. Any thread.
     *
     * @param localLink its number
     */
    void onLinkGone(int localLink) {
        egressErrands.add(() -> egress.onLinkGone(localLink, System.nanoTime()));
    }

    /**
     * A link gets another socket. Any thread.
     *
     * @param localLink its number
     * @param link the link
     * @param next its new socket, owned by the link from now on
     * @param inUse called when it is in use
     */
    void onLinkRenewed(int localLink, RenewableLink link, Link next, Runnable inUse) {
        ingressErrands.add(() -> {
            boolean elsewhere = !isSameHost(link.localAddress(), next.localAddress());
            waiter.exchange(link, next);
            egressErrands.add(() -> {
                inUse.run();
                egress.onLinkRenewed(localLink, elsewhere, System.nanoTime());
            });
        });
    }

    private static boolean isSameHost(@Nullable SocketAddress one, @Nullable SocketAddress other) {
        return one instanceof InetSocketAddress a
                && other instanceof InetSocketAddress b
                && a.getAddress().equals(b.getAddress());
    }

    /** Lets the receiving thread look at its mail. */
    void wakeIngress() {
        waiter.wakeup();
    }

    /** Lets the sending thread look at its mail. */
    void wakeEgress() {
        tun.wakeup();
    }

    /**
     * The way out, for {@link #onEgress}.
     *
     * @return always the same
     */
    Egress egress() {
        return egress;
    }

    /**
     * The way in, for {@link #onIngress}.
     *
     * @return always the same
     */
    Ingress ingress() {
        return ingress;
    }

    /** A peer without lines is there from now on. The thread that sends. */
    void addSender(PeerSettings peer) {
        egress.addPeer(peer);
        supervisor.lookAfter(new PluginSupervisor.Ward(egress.schedulerWatch(peer.index()), this::replaceSender));
    }

    /** A peer is not there any more. The thread that sends. */
    void removeSender(int number) {
        PluginWatch watch = egress.removePeer(number, System.nanoTime());
        if (watch != null) {
            supervisor.forget(watch);
        }
    }

    /** A peer is there from now on. The thread that receives. */
    void addReceiver(PeerSettings peer) {
        ingress.addPeer(peer);
        supervisor.lookAfter(new PluginSupervisor.Ward(ingress.reorderWatch(peer.index()), this::replaceReceiver));
    }

    /** A peer is not there any more. The thread that receives. */
    void removeReceiver(int number) {
        PluginWatch watch = ingress.removePeer(number);
        if (watch != null) {
            supervisor.forget(watch);
        }
    }

    /** Refuses callers that could not wait for the two threads, or would wait in vain. */
    void requireChangeable() {
        if (isOwnThread()) {
            throw new IllegalStateException("a plugin cannot change the peers of the bond that it works for");
        }
        if (!running) {
            throw new IllegalStateException("the bond does not run");
        }
    }

    /** Has the thread that sends do something, and waits until it is done. */
    void onEgress(Runnable task) {
        egressErrands.addAndWait(task);
    }

    /** Has the thread that receives do something, and waits until it is done. */
    void onIngress(Runnable task) {
        ingressErrands.addAndWait(task);
    }

    /**
     * Whether both threads work.
     *
     * @return false after a failure or {@link #close}
     */
    public boolean isRunning() {
        return running;
    }

    /**
     * Asks the sending thread for its picture.
     *
     * @return the picture
     */
    public EgressSnapshot egressSnapshot() {
        return egressErrands.ask(egress::snapshot, egressThread);
    }

    /**
     * Asks the receiving thread for its picture.
     *
     * @return the picture
     */
    public IngressSnapshot ingressSnapshot() {
        return ingressErrands.ask(ingress::snapshot, ingressThread);
    }

    /**
     * Whether the caller is one of the threads that {@link #close} waits for.
     *
     * @return true inside plugins that move packets
     */
    boolean isOwnThread() {
        Thread caller = Thread.currentThread();
        return caller == egressThread || caller == ingressThread;
    }

    @Override
    public void close() {
        running = false;
        supervisor.close();
        wakeEgress();
        wakeIngress();
        join(egressThread);
        join(ingressThread);
        if (!ingressThread.isAlive()) {
            // Sockets that were to be exchanged are closed with their links.
            ingressErrands.run();
            Thread last = threads.newThread(ingress::close);
            last.setName("aggr-" + name + "-ingress");
            last.start();
            join(last);
        }
        if (!egressThread.isAlive()) {
            // A plugin that does not let itself be closed must not keep the rest open.
            Thread last = threads.newThread(() -> egress.close(System.nanoTime()));
            last.setName("aggr-" + name + "-egress");
            last.start();
            join(last);
        }
        waiter.close();
    }

    private static void join(Thread thread) {
        if (thread == Thread.currentThread() || thread.getState() == Thread.State.NEW) {
            return;
        }
        try {
            thread.join(JOIN_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
