package io.aggr.internal.driver;

import io.aggr.link.LinkFault;
import java.io.IOException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.nio.channels.ClosedChannelException;

/**
 * What an exception of a JDK socket means. The JDK passes the system's error on as text only, so the text decides; what is not recognised is
 * {@link LinkFault#OTHER}.
 */
final class SocketFaults {

    private SocketFaults() {}

    static LinkFault of(IOException e) {
        if (e instanceof PortUnreachableException) {
            return LinkFault.REFUSED;
        }
        if (e instanceof ClosedChannelException) {
            return LinkFault.CLOSED;
        }
        if (e instanceof NoRouteToHostException) {
            return LinkFault.UNREACHABLE;
        }
        String text = String.valueOf(e.getMessage());
        if (text.contains("too long")) {
            return LinkFault.TOO_LARGE;
        }
        if (text.contains("Connection refused")) {
            return LinkFault.REFUSED;
        }
        if (text.contains("unreachable") || text.contains("No route") || text.contains("Host is down")) {
            return LinkFault.UNREACHABLE;
        }
        if (text.contains("not permitted") || text.contains("denied")) {
            return LinkFault.DENIED;
        }
        if (text.contains("buffer space") || text.contains("Cannot allocate memory")) {
            return LinkFault.NO_BUFFERS;
        }
        // Invalid is what Linux calls a source address that this machine has no more.
        if (text.contains("Invalid argument")
                || text.contains("No such device")
                || text.contains("Cannot assign")
                || text.contains("Network is down")) {
            return LinkFault.DEVICE_GONE;
        }
        return LinkFault.OTHER;
    }
}
