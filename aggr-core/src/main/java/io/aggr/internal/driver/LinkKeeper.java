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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the links of a bond open: says at once when an interface or an address is gone, opens a link again when its interface is there anew or has
 * another address, and looks a far end's name up again while its line is down. All that may take its time, so it has a thread of its own;
 * the look-ups, which may take a minute, have another each.
 *
 * <p><b>Threading.</b> {@link #onLinkFailed}, {@link #onLineState} and {@link #onNetworkChange} may be called by any thread and return at once.
 */
final class LinkKeeper implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LinkKeeper.class);
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1_000 * MILLI;
    private static final long LOOK_NANOS = SECOND;
    private static final long QUIET_LOOK_NANOS = 5 * SECOND;
    private static final long FIRST_RETRY_NANOS = SECOND;
    private static final long LAST_RETRY_NANOS = 4 * SECOND;

    /** A line that is down for so long gets a new socket, and from a modem that has lost its way a new mapping; and its name is looked up. */
    private static final long RENEW_AFTER_NANOS = 3 * SECOND;

    private static final long RENEW_AGAIN_NANOS = 30 * SECOND;
    private static final long RENEW_SELDOM_NANOS = 600 * SECOND;

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

    private static final class Entry {
        private final int localLink;
        private final RenewableLink link;
        private final @Nullable NameLookup name;
        private LinkConfig config;
        private @Nullable SourceRoute route;
        private LinkSite site;

        /** Whether what it was opened with was to be found in this system; a link of another kind may have addresses of its own. */
        private boolean watched;

        private boolean toldGone;
        private volatile boolean failed;

        /** Between having a new socket and its being in use; what the old one says meanwhile counts for nothing. */
        private volatile boolean exchanging;

        private long retryNanos = FIRST_RETRY_NANOS;
        private long notBeforeNanos;
        private boolean waiting;
        private volatile String complaint = "";

        /** Whether a line that is down has to wait until {@link #renewNotBeforeNanos} before it gets another socket. */
        private boolean renewWaits;

        private long renewNotBeforeNanos;
        private long renewAgainNanos = RENEW_AGAIN_NANOS;

        Entry(
                int localLink,
                LinkConfig config,
                RenewableLink link,
                @Nullable SourceRoute route,
                LinkSite site,
                @Nullable NameLookup name) {
            this.localLink = localLink;
            this.config = config;
            this.link = link;
            this.route = route;
            this.site = site;
            watched = site.isThere() && site.hasAddress();
            this.name = name;
        }
    }

    private final Opener opener;
    private final Listener listener;
    private final Executor lookups;
    private final List<Entry> entries = new ArrayList<>();
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
            Entry entry = add(config, first, route, unknown);
            route = null;
            return entry.link;
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
            Entry entry = add(config, new WaitingLink(config.settings().name()), null, true);
            entry.complaint = String.valueOf(e.getMessage());
            LOG.warn("link {} cannot be opened yet: {}", entry.link.name(), entry.complaint);
            return entry.link;
        }
    }

    private Entry add(LinkConfig config, Link first, @Nullable SourceRoute route, boolean waits) {
        RenewableLink link = new RenewableLink(first);
        String host = nameOf(config.settings().remote());
        NameLookup name = host == null ? null : new NameLookup(host, opener::resolve, lookups, this::onNetworkChange);
        LinkSite site = opener.site(config.settings(), link);
        Entry entry = new Entry(entries.size(), config, link, route, site, name);
        entry.failed = waits;
        entries.add(entry);
        return entry;
    }

    /** Why links cannot be opened at present, a sentence each. Any thread. */
    List<String> complaints() {
        List<String> sentences = new ArrayList<>();
        for (Entry entry : entries) {
            String complaint = entry.complaint;
            if (entry.failed && !complaint.isEmpty()) {
                sentences.add("link " + entry.link.name() + " cannot be opened yet: " + complaint);
            }
        }
        return sentences;
    }

    /** Begins to watch; with a monitor if the platform has one. */
    void start(@Nullable NetworkMonitor newMonitor) {
        monitor = newMonitor;
        thread.start();
    }

    /** The system has refused to send over a link for good. */
    void onLinkFailed(int localLink) {
        entries.get(localLink).failed = true;
        signal();
    }

    /** The new socket of a link is in use. */
    void onInUse(int localLink) {
        Entry entry = entries.get(localLink);
        entry.failed = false;
        entry.exchanging = false;
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
        for (Entry entry : entries) {
            entry.waiting &= !tryAtOnce;
            if (!entry.exchanging && (entry.watched || entry.failed)) {
                look(entry, nowNanos);
            }
        }
    }

    /** Nothing is amiss, and the system will say when that changes. */
    private boolean isQuiet() {
        return monitor != null && downLines.isEmpty() && entries.stream().noneMatch(e -> e.failed || e.toldGone);
    }

    private void look(Entry entry, long nowNanos) {
        try {
            lookOnce(entry, nowNanos);
        } catch (IOException e) {
            retryLater(entry, String.valueOf(e.getMessage()), nowNanos);
        } catch (RuntimeException | LinkageError e) {
            retryLater(entry, e.toString(), nowNanos);
        }
    }

    private void lookOnce(Entry entry, long nowNanos) throws IOException {
        LinkSite now = entry.watched ? opener.site(entry.config.settings(), entry.link) : entry.site;
        if (entry.watched && !now.isThere()) {
            if (!entry.toldGone) {
                entry.toldGone = true;
                LOG.warn("link {}: its interface or address is gone", entry.link.name());
                listener.onGone(entry.localLink);
            }
            // As soon as it is back.
            entry.waiting = false;
            return;
        }
        boolean fits = !entry.toldGone && !entry.failed && (!entry.watched || entry.site.stillFits(now));
        if (fits) {
            if (!entry.site.isKnown()) {
                entry.site = now;
            }
            entry.retryNanos = FIRST_RETRY_NANOS;
            entry.waiting = false;
            renewIfDown(entry, nowNanos);
        } else if (!entry.waiting || nowNanos - entry.notBeforeNanos >= 0) {
            if (entry.watched && !now.hasAddress()) {
                listener.onGone(entry.localLink);
            }
            resolveFirst(entry);
            renew(entry);
            entry.renewWaits = true;
            entry.renewNotBeforeNanos = nowNanos + RENEW_AGAIN_NANOS;
        }
    }

    /** A line that is silent though its interface is well: perhaps the far end is elsewhere, perhaps the modem has lost its way. */
    private void renewIfDown(Entry entry, long nowNanos) throws IOException {
        InetSocketAddress remote = entry.config.settings().remote();
        Long downSince = downLines.get(entry.config.name());
        if (remote == null || downSince == null) {
            entry.renewWaits = false;
            entry.renewAgainNanos = RENEW_AGAIN_NANOS;
            return;
        }
        if (entry.name != null && isElsewhere(entry, entry.name, remote)) {
            renew(entry);
            return;
        }
        boolean tooSoon = entry.renewWaits && nowNanos - entry.renewNotBeforeNanos < 0;
        if (tooSoon || nowNanos - downSince < RENEW_AFTER_NANOS) {
            return;
        }
        entry.renewWaits = true;
        entry.renewNotBeforeNanos = nowNanos + entry.renewAgainNanos;
        entry.renewAgainNanos = Math.min(RENEW_SELDOM_NANOS, 2 * entry.renewAgainNanos);
        if (entry.name != null) {
            entry.name.ask();
            if (isElsewhere(entry, entry.name, remote)) {
                renew(entry);
                return;
            }
        }
        InetSocketAddress local = entry.config.settings().local();
        if (local == null || local.getPort() == 0) {
            renew(entry);
        }
    }

    /** The name of the far end could not be resolved before. */
    private static void resolveFirst(Entry entry) throws IOException {
        InetSocketAddress remote = entry.config.settings().remote();
        if (remote != null && entry.name != null && WaitingLink.isUnknown(remote)) {
            entry.name.ask();
            if (!isElsewhere(entry, entry.name, remote)) {
                throw new IOException(entry.name.host() + " cannot be resolved");
            }
        }
    }

    /** Whether the name has been looked up meanwhile and means another address: the link will lead there. */
    private static boolean isElsewhere(Entry entry, NameLookup name, InetSocketAddress remote) {
        InetAddress[] addresses = name.takeAnswer();
        if (addresses == null) {
            return false;
        }
        InetAddress before = remote.getAddress();
        boolean anyFamily =
                before.isAnyLocalAddress() && entry.config.settings().local() == null;
        InetAddress first = null;
        for (InetAddress address : addresses) {
            if (address.equals(before)) {
                return false;
            }
            boolean fits = anyFamily || address.getAddress().length == before.getAddress().length;
            if (first == null && fits && !address.isAnyLocalAddress()) {
                first = address;
            }
        }
        if (first == null) {
            return false;
        }
        LOG.info("link {}: {} is {} now", entry.link.name(), name.host(), first.getHostAddress());
        LinkSettings old = entry.config.settings();
        entry.config = entry.config.withSettings(new LinkSettings(
                old.name(),
                old.local(),
                old.device(),
                old.routingTable(),
                new InetSocketAddress(first, remote.getPort())));
        return true;
    }

    private static @Nullable String nameOf(@Nullable InetSocketAddress remote) {
        if (remote == null) {
            return null;
        }
        String host = remote.getHostString();
        return host.equals(remote.getAddress().getHostAddress()) ? null : host;
    }

    private void renew(Entry entry) throws IOException {
        SourceRoute route = opener.route(entry.config);
        SourceRoute before = entry.route;
        entry.route = route;
        if (before != null) {
            before.close();
        }
        InetSocketAddress local = entry.config.settings().local();
        boolean samePort = local != null && local.getPort() != 0;
        if (samePort) {
            // Two sockets cannot have one port; for a moment there is none.
            entry.link.current().close();
        }
        Link next = opener.open(entry.config);
        entry.exchanging = true;
        entry.toldGone = false;
        entry.site = opener.site(entry.config.settings(), next);
        entry.watched |= entry.site.isThere() && entry.site.hasAddress();
        entry.waiting = false;
        entry.complaint = "";
        LOG.info("link {} is open again", entry.link.name());
        listener.onRenewed(entry.localLink, entry.link, next);
    }

    private static void retryLater(Entry entry, String complaint, long nowNanos) {
        entry.failed = true;
        entry.waiting = true;
        entry.notBeforeNanos = nowNanos + entry.retryNanos;
        entry.retryNanos = Math.min(LAST_RETRY_NANOS, 2 * entry.retryNanos);
        if (!complaint.equals(entry.complaint)) {
            entry.complaint = complaint;
            LOG.warn("link {} cannot be opened again yet: {}", entry.link.name(), complaint);
        }
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
        for (Entry entry : entries) {
            SourceRoute route = entry.route;
            if (route != null) {
                route.close();
            }
        }
    }
}
