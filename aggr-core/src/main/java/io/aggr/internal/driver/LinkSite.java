package io.aggr.internal.driver;

import io.aggr.link.Link;
import io.aggr.link.LinkSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.jspecify.annotations.Nullable;

/**
 * Where a link stands in the system at present: on which interface, and whether the address that it sends from is still there.
 *
 * @param isThere whether its interface is up and has the address that the settings ask for
 * @param interfaceIndex the interface's number, which a new one of the same name does not share; 0 if any will do, -1 if the system does not say
 * @param hasAddress whether the address that the open socket sends from belongs to this machine
 */
record LinkSite(boolean isThere, int interfaceIndex, boolean hasAddress) {

    private static final LinkSite GONE = new LinkSite(false, 0, false);
    private static final int UNKNOWN = -1;
    private static final LinkSite UNTOLD = new LinkSite(true, UNKNOWN, true);

    /** Looks. */
    static LinkSite of(LinkSettings settings, Link link) {
        try {
            return look(settings, link);
        } catch (SocketException e) {
            // The system does not say, for instance since this process has no descriptor left to ask with. What is
            // wrong shows
            // when something is sent.
            return UNTOLD;
        }
    }

    private static LinkSite look(LinkSettings settings, Link link) throws SocketException {
        InetSocketAddress local = settings.local();
        InetAddress own = local == null || local.getAddress().isAnyLocalAddress() ? null : local.getAddress();
        InetAddress source = sourceOf(link);
        String device = settings.device();
        if (device == null && own == null) {
            return new LinkSite(true, 0, isPresent(source));
        }
        NetworkInterface home =
                device != null ? NetworkInterface.getByName(device) : NetworkInterface.getByInetAddress(own);
        if (home == null || !home.isUp()) {
            return GONE;
        }
        if (own != null) {
            return isPresent(own) ? new LinkSite(true, home.getIndex(), true) : GONE;
        }
        // The system takes one of the interface's addresses, or, if it has none, one of another interface, where no
        // answer would arrive.
        boolean isAny = source == null || source.isAnyLocalAddress();
        boolean any = home.inetAddresses().anyMatch(a -> isAny || isSameKind(a, source));
        boolean same = isAny || home.inetAddresses().anyMatch(a -> a.equals(source));
        return any ? new LinkSite(true, home.getIndex(), same) : GONE;
    }

    private static boolean isSameKind(InetAddress one, @Nullable InetAddress other) {
        return other != null
                && one.getAddress().length == other.getAddress().length
                && one.isLinkLocalAddress() == other.isLinkLocalAddress();
    }

    private static @Nullable InetAddress sourceOf(Link link) {
        return link.localAddress() instanceof InetSocketAddress own ? own.getAddress() : null;
    }

    private static boolean isPresent(@Nullable InetAddress address) throws SocketException {
        return address == null
                || address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || NetworkInterface.getByInetAddress(address) != null;
    }

    /** Whether the system has said which interface this is. */
    boolean isKnown() {
        return interfaceIndex != UNKNOWN;
    }

    /** Whether a socket that was opened here still fits, now that this is how things are. What is not known is no reason to open another. */
    boolean stillFits(LinkSite now) {
        boolean same = now.interfaceIndex == interfaceIndex || !isKnown() || !now.isKnown();
        return now.isThere && now.hasAddress && same;
    }
}
