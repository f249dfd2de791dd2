package io.aggr.internal.driver;

import io.aggr.LinkConfig;
import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import io.aggr.link.SourceRouteProvider.SourceRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One link that a {@link LinkKeeper} keeps open: what it was opened with, whether that still holds, and when it is opened again.
 *
 * <p><b>Threading.</b> Confined to the keeper's thread but for {@link #onFailed}, {@link #onInUse} and {@link #complaint}.
 */
final class KeptLink {

    private static final Logger LOG = LoggerFactory.getLogger(KeptLink.class);
    private static final long SECOND = 1_000_000_000;
    private static final long FIRST_RETRY_NANOS = SECOND;
    private static final long LAST_RETRY_NANOS = 4 * SECOND;

    /** A line that is down for so long gets a new socket, and from a modem that has lost its way a new mapping; and its name is looked up. */
    private static final long RENEW_AFTER_NANOS = 3 * SECOND;

    private static final long RENEW_AGAIN_NANOS = 30 * SECOND;
    private static final long RENEW_SELDOM_NANOS = 600 * SECOND;

    private final int localLink;
    private final RenewableLink link;
    private final LinkKeeper.Opener opener;
    private final LinkKeeper.Listener listener;
    private final @Nullable NameLookup name;
    private LinkConfig config;
    private @Nullable SourceRoute route;
    private LinkSite site;

    /** Whether what it was opened with was to be found in this system; a link of another kind may have addresses of its own. */
    private boolean watched;

    private boolean toldGone;
    private volatile boolean failed;
    private volatile String complaint = "";

    /** Between having a new socket and its being in use; what the old one says meanwhile counts for nothing. */
    private volatile boolean exchanging;

    /** Before it is tried again to open it. */
    private final GrowingPause retryPause = new GrowingPause(FIRST_RETRY_NANOS, LAST_RETRY_NANOS);

    /** Before a line that is still down gets another socket. */
    private final GrowingPause renewPause = new GrowingPause(RENEW_AGAIN_NANOS, RENEW_SELDOM_NANOS);

    /**
     * A link that has been opened, or could not be.
     *
     * @param localLink its number
     * @param config what it is
     * @param link the link
     * @param route its source route, owned by this from now on
     * @param name looks its far end up, or null if that has no name
     * @param waits whether it could not be opened yet
     */
    KeptLink(
            int localLink,
            LinkConfig config,
            RenewableLink link,
            @Nullable SourceRoute route,
            @Nullable NameLookup name,
            boolean waits,
            LinkKeeper.Opener opener,
            LinkKeeper.Listener listener) {
        this.localLink = localLink;
        this.config = config;
        this.link = link;
        this.route = route;
        this.name = name;
        this.opener = opener;
        this.listener = listener;
        failed = waits;
        site = opener.site(config.settings(), link);
        watched = site.isThere() && site.hasAddress();
    }

    RenewableLink link() {
        return link;
    }

    /** The configured name of the line. */
    String lineName() {
        return config.name();
    }

    /** It could not be opened at first. */
    void onRefused(String why) {
        complaint = why;
        LOG.warn("link {} cannot be opened yet: {}", link.name(), why);
    }

    /** The system has refused to send over it for good. Any thread. */
    void onFailed() {
        failed = true;
    }

    /** Its new socket is in use. Any thread. */
    void onInUse() {
        failed = false;
        exchanging = false;
    }

    /** Why it cannot be opened at present, a sentence; empty if it is open. Any thread. */
    String complaint() {
        String why = complaint;
        return failed && !why.isEmpty() ? "link " + link.name() + " cannot be opened yet: " + why : "";
    }

    /** Whether nothing is amiss, as far as the system says. */
    boolean isWell() {
        return !failed && !toldGone;
    }

    /** Something has changed that may let it be opened: no pause is worth waiting for. */
    void tryAtOnce() {
        retryPause.end();
    }

    /**
     * Looks after it.
     *
     * @param nowNanos monotonic time
     * @param downSinceNanos since when the line is down, null if it is not
     */
    void look(long nowNanos, @Nullable Long downSinceNanos) {
        if (exchanging || !(watched || failed)) {
            return;
        }
        try {
            lookOnce(nowNanos, downSinceNanos);
        } catch (IOException e) {
            retryLater(String.valueOf(e.getMessage()), nowNanos);
        } catch (RuntimeException | LinkageError e) {
            retryLater(e.toString(), nowNanos);
        }
    }

    private void lookOnce(long nowNanos, @Nullable Long downSinceNanos) throws IOException {
        LinkSite now = watched ? opener.site(config.settings(), link) : site;
        if (watched && !now.isThere()) {
            if (!toldGone) {
                toldGone = true;
                LOG.warn("link {}: its interface or address is gone", link.name());
                listener.onGone(localLink);
            }
            // As soon as it is back.
            retryPause.end();
            return;
        }
        boolean fits = isWell() && (!watched || site.stillFits(now));
        if (fits) {
            if (!site.isKnown()) {
                site = now;
            }
            retryPause.reset();
            renewIfDown(nowNanos, downSinceNanos);
        } else if (retryPause.isOver(nowNanos)) {
            if (watched && !now.hasAddress()) {
                listener.onGone(localLink);
            }
            resolveFirst();
            renew();
            renewPause.beginFirst(nowNanos);
        }
    }

    /** A line that is silent though its interface is well: perhaps the far end is elsewhere, perhaps the modem has lost its way. */
    private void renewIfDown(long nowNanos, @Nullable Long downSinceNanos) throws IOException {
        InetSocketAddress remote = config.settings().remote();
        if (remote == null || downSinceNanos == null) {
            renewPause.reset();
            return;
        }
        if (name != null && isElsewhere(name, remote)) {
            renew();
            return;
        }
        if (!renewPause.isOver(nowNanos) || nowNanos - downSinceNanos < RENEW_AFTER_NANOS) {
            return;
        }
        renewPause.begin(nowNanos);
        if (name != null) {
            name.ask();
            if (isElsewhere(name, remote)) {
                renew();
                return;
            }
        }
        InetSocketAddress local = config.settings().local();
        if (local == null || local.getPort() == 0) {
            renew();
        }
    }

    /** The name of the far end could not be resolved before. */
    private void resolveFirst() throws IOException {
        InetSocketAddress remote = config.settings().remote();
        if (remote != null && name != null && WaitingLink.isUnknown(remote)) {
            name.ask();
            if (!isElsewhere(name, remote)) {
                throw new IOException(name.host() + " cannot be resolved");
            }
        }
    }

    /** Whether the name has been looked up meanwhile and means another address: the link will lead there. */
    private boolean isElsewhere(NameLookup lookup, InetSocketAddress remote) {
        LinkSettings old = config.settings();
        boolean anyFamily = remote.getAddress().isAnyLocalAddress() && old.local() == null;
        InetAddress address = lookup.takeOther(remote.getAddress(), anyFamily);
        if (address == null) {
            return false;
        }
        LOG.info("link {}: {} is {} now", link.name(), lookup.host(), address.getHostAddress());
        config = config.withSettings(new LinkSettings(
                old.name(),
                old.local(),
                old.device(),
                old.routingTable(),
                new InetSocketAddress(address, remote.getPort())));
        return true;
    }

    private void renew() throws IOException {
        SourceRoute before = route;
        route = opener.route(config);
        if (before != null) {
            before.close();
        }
        InetSocketAddress local = config.settings().local();
        boolean samePort = local != null && local.getPort() != 0;
        if (samePort) {
            // Two sockets cannot have one port; for a moment there is none.
            link.current().close();
        }
        Link next = opener.open(config);
        exchanging = true;
        toldGone = false;
        site = opener.site(config.settings(), next);
        watched |= site.isThere() && site.hasAddress();
        retryPause.end();
        complaint = "";
        LOG.info("link {} is open again", link.name());
        listener.onRenewed(localLink, link, next);
    }

    private void retryLater(String why, long nowNanos) {
        failed = true;
        retryPause.begin(nowNanos);
        if (!why.equals(complaint)) {
            complaint = why;
            LOG.warn("link {} cannot be opened again yet: {}", link.name(), why);
        }
    }

    /** Takes its source route back. The link stays open. */
    void removeRoute() {
        SourceRoute present = route;
        if (present != null) {
            present.close();
        }
    }
}
