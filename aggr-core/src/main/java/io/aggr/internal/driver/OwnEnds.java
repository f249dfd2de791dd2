package io.aggr.internal.driver;

import io.aggr.link.Link;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;

/** Where the sockets of a bond can be reached on this machine. */
final class OwnEnds {

    private OwnEnds() {}

    /**
     * The addresses and ports of some links. A link that listens everywhere has all addresses of the machine.
     *
     * @param links open links
     * @return addresses and ports, none of them a wildcard
     */
    static List<InetSocketAddress> of(List<? extends Link> links) {
        List<InetSocketAddress> ends = new ArrayList<>();
        for (Link link : links) {
            if (link.localAddress() instanceof InetSocketAddress local && local.getAddress() != null) {
                if (local.getAddress().isAnyLocalAddress()) {
                    for (InetAddress address : addresses()) {
                        ends.add(new InetSocketAddress(address, local.getPort()));
                    }
                } else {
                    ends.add(local);
                }
            }
        }
        return ends;
    }

    private static List<InetAddress> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .toList();
        } catch (SocketException e) {
            // A machine that does not say which addresses it has: then only those that were configured are known.
            return List.of();
        }
    }
}
