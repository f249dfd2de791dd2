package io.aggr.tun.openbsd.internal.udp;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import org.slf4j.LoggerFactory;

/** How long the packets of an interface may be. OpenBSD tells no MTU of a socket's route. */
@FunctionalInterface
public interface LocalMtu {

    /** The usual one, where none is known (RFC 894). */
    int USUAL_BYTES = 1500;

    /** As the JDK finds it. */
    LocalMtu SYSTEM = address -> {
        try {
            if (address.isAnyLocalAddress()) {
                return NetworkInterface.networkInterfaces()
                        .mapToInt(LocalMtu::ofUpInterface)
                        .max()
                        .orElse(0);
            }
            NetworkInterface found = NetworkInterface.getByInetAddress(address);
            return found == null ? 0 : found.getMTU();
        } catch (SocketException e) {
            LoggerFactory.getLogger(LocalMtu.class).debug("no MTU for {}: {}", address, e.getMessage());
            return 0;
        }
    };

    /**
     * The MTU of the interface with an address; for the wildcard the largest of all that are up, the loopback left out.
     *
     * @return bytes, or 0 if it is not known
     */
    int bytes(InetAddress local);

    private static int ofUpInterface(NetworkInterface each) {
        try {
            return each.isUp() && !each.isLoopback() ? each.getMTU() : 0;
        } catch (SocketException e) {
            // It has just gone.
            return 0;
        }
    }
}
