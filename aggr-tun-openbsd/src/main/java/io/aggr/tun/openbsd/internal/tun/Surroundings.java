package io.aggr.tun.openbsd.internal.tun;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/** What {@link TunOpener} uses besides system calls. */
public interface Surroundings {

    /** OpenBSD's own. */
    Surroundings SYSTEM = new Surroundings() {

        private final Routes routes = new RouteProgram(RouteProgram.PATH);

        @Override
        public Routes routes() {
            return routes;
        }

        @Override
        public List<InetAddress> addresses(String name) throws IOException {
            try {
                NetworkInterface found = NetworkInterface.getByName(name);
                return found == null ? List.of() : found.inetAddresses().toList();
            } catch (SocketException e) {
                throw new IOException("cannot list the addresses of " + name + ": " + e.getMessage(), e);
            }
        }
    };

    /** The routing table. */
    Routes routes();

    /**
     * The addresses of an interface.
     *
     * @param name the interface
     * @return addresses; empty if there is no such interface
     * @throws IOException if the system does not tell
     */
    List<InetAddress> addresses(String name) throws IOException;
}
