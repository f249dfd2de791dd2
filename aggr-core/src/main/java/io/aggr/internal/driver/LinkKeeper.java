package io.aggr.internal.driver;

import io.aggr.LinkConfig;
import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.link.LinkState;
import io.aggr.link.NetworkMonitorProvider.NetworkMonitor;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the links of a bond open, each a {@link KeptLink}: says at once when an interface or an address is gone, opens a link again when its
 * interface is there anew or has another address, and looks a far end's name up again while its line is down. All that may take its time, so it has
 * a thread of its own; the look-ups, which may take a minute, have another each.
 *
 * <p><b>Threading.</b> {@link #onLinkFailed}, {@link #onLineState} and {@link #onNetworkChange} may be called by any thread and return at once.
 */
final class LinkKeeper implements AutoCloseable {

    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long LOOK_NANOS = SECOND;
    private static final long QUIET_LOOK_NANOS = 5 * SECOND;

    /** Opens what a link needs. */
    interface Opener {
        /** Opens a socket. */
        Link open(LinkConfig config) throws IOException;

        /** Makes or repairs the source route of a link; null if it has none. */
        @Nullable
        SourceRoute route(LinkConfig config) throws IOException;

        /** Where a link stands in the system at present. */
        default LinkSite site(LinkSettings settings, Link link) {
            return LinkSite.of(settings, link);
        }

        /** The addresses of a host. */
        default InetAddress[] resolve(String host) throws UnknownHostException {
            return InetAddress.getAllByName(host);
        }
    }

    /** Hears what has become of links. */
    interface Listener {
        /** A link cannot be used. */
        void onGone(int localLink);

        /** A link has to use another socket. The old one is to be closed when nobody waits for it any more. */
        void onRenewed(int localLink, RenewableLink link, Link next);

        /** The keeper's thread has ended, such as for want of memory. */
        void onError(Error error);
    }

    private final Opener opener;
    private final Listener listener;
    private final Executor lookups;
    private final List<KeptLink> links = new ArrayList<>();
    private final Map<String, Long> downLines = new ConcurrentHashMap<>();
    private final Object lock = new Object();
    private final Thread thread;
    private @Nullable NetworkMonitor monitor;
    private boolean signalled;
    private volatile boolean changed;
    private volatile boolean closed;

    LinkKeeper(Opener opener, Listener listener, ThreadFactory threads, String name) {
        this(opener, listener, threads, name, task -> {
            Thread resolver = threads.newThread(task);
            resolver.setName("aggr-" + name + "-names");
            resolver.setDaemon(true);
            resolver.start();
        });
    }

    /** With something else than threads of their own to look names up on. */
    LinkKeeper(Opener opener, Listener listener, ThreadFactory threads, String name, Executor lookups) {
        this.opener = opener;
        this.listener = listener;
        this.lookups = lookups;
        thread = threads.newThread(this::run);
        thread.setName("aggr-" + name + "-links");
    }

    /**
     * Opens a link. Before {@link #start}. A far end with a name and the wildcard address is looked up when the keeper runs, as often as it takes.
     *
     * @return the link, to be closed by the caller
     */
    RenewableLink open(LinkConfig config) throws IOException {
        SourceRoute route = opener.route(config);
        try {
            boolean unknown = WaitingLink.isUnknown(config.settings().remote());
            Link first = unknown ? new WaitingLink(config.settings().name()) : opener.open(config);
            KeptLink kept = add(config, first, route, unknown);
            route = null;
            return kept.link();
        } finally {
            if (route != null) {
                route.close();
            }
        }
    }

    /**
     * Opens a link, or lets it wait until that is possible: its interface may appear later. Before {@link #start}.
     *
     * @param onRefused hears why the link has to wait, if it has to
     * @return the link, to be closed by the caller
     */
    RenewableLink openOrWait(LinkConfig config, Consumer<IOException> onRefused) {
        try {
            return open(config);
        } catch (IOException e) {
            onRefused.accept(e);
            KeptLink kept = add(config, new WaitingLink(config.settings().name()), null, true);
            kept.onRefused(String.valueOf(e.getMessage()));
            return kept.link();
        }
    }

    private KeptLink add(LinkConfig config, Link first, @Nullable SourceRoute route, boolean waits) {
        String host = nameOf(config.settings().remote());
        NameLookup name = host == null ? null : new NameLookup(host, opener::resolve, lookups, this::onNetworkChange);
        KeptLink kept =
                new KeptLink(links.size(), config, new RenewableLink(first), route, name, waits, opener, listener);
        links.add(kept);
        return kept;
    }

    private static @Nullable String nameOf(@Nullable InetSocketAddress remote) {
        if (remote == null) {
            return null;
        }
        String host = remote.getHostString();
        return host.equals(remote.getAddress().getHostAddress()) ? null : host;
    }

    /** Why links cannot be opened at present, a sentence each. Any thread. */
    List<String> complaints() {
        return links.stream()
                .map(KeptLink::complaint)
                .filter(why -> !why.isEmpty())
                .toList();
    }

    /** Begins to watch; with a monitor if the platform has one. */
    void start(@Nullable NetworkMonitor newMonitor) {
        monitor = newMonitor;
        thread.start();
    }

    /** The system has refused to send over a link for good. */
    void onLinkFailed(int localLink) {
        links.get(localLink).onFailed();
        signal();
    }

    /** The new socket of a link is in use. */
    void onInUse(int localLink) {
        links.get(localLink).onInUse();
    }

    /** A line has another state. */
    void onLineState(String line, LinkState state, long nowNanos) {
        if (state == LinkState.UP) {
            downLines.remove(line);
        } else if (state == LinkState.DOWN) {
            downLines.putIfAbsent(line, nowNanos);
        }
    }

    /** Interfaces or addresses have changed. */
    void onNetworkChange() {
        changed = true;
        signal();
    }

    private void signal() {
        synchronized (lock) {
            signalled = true;
            lock.notifyAll();
        }
    }

    private void run() {
        while (!closed) {
            try {
                synchronized (lock) {
                    if (!signalled) {
                        lock.wait((isQuiet() ? QUIET_LOOK_NANOS : LOOK_NANOS) / MILLI);
                    }
                    signalled = false;
                }
            } catch (InterruptedException e) {
                // Nobody interrupts this thread on purpose; it ends with the keeper.
                Thread.interrupted();
            }
            try {
                if (!closed) {
                    look(System.nanoTime());
                }
            } catch (Error e) {
                // No link would be opened again any more.
                listener.onError(e);
                return;
            }
        }
    }

    /** Looks after all links. The keeper's thread. */
    void look(long nowNanos) {
        boolean tryAtOnce = changed;
        changed = false;
        for (KeptLink link : links) {
            if (tryAtOnce) {
                link.tryAtOnce();
            }
            link.look(nowNanos, downLines.get(link.lineName()));
        }
    }

    /** Nothing is amiss, and the system will say when that changes. */
    private boolean isQuiet() {
        return monitor != null && downLines.isEmpty() && links.stream().allMatch(KeptLink::isWell);
    }

    /** Stops watching. The links stay open. */
    void stop() {
        closed = true;
        NetworkMonitor present = monitor;
        if (present != null) {
            present.close();
        }
        signal();
        if (thread.getState() != Thread.State.NEW && thread != Thread.currentThread()) {
            try {
                thread.join(2_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes the source routes back, after all links are closed. */
    @Override
    public void close() {
        stop();
        links.forEach(KeptLink::removeRoute);
    }
}
