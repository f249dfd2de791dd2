package io.aggr.tun.linux.internal.route;

import io.aggr.link.SourceRouteProvider.SourceRoute;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Installs source routes and shares them among those who ask for the same one: several links may leave from one address through one gateway,
 * and the route has to stay until the last of them is closed.
 */
public final class SourceRouting {

    // The kernel's tables belong to the whole process, as does this record of what the process has put into them.
    // Providers are made anew
    // for each bond and could not know of each other's routes.
    private static final Map<Source, Shared> INSTALLED = new HashMap<>();

    private SourceRouting() {}

    /**
     * A source address in a network namespace.
     *
     * @param namespace the namespace of the thread that installs; a process may use several
     * @param local the address
     */
    private record Source(String namespace, InetAddress local) {}

    /** An installed route and how many use it. */
    private static final class Shared {

        final InstalledRoute route;
        int users = 1;

        Shared(InstalledRoute route) {
            this.route = route;
        }
    }

    /**
     * Installs a route, or repairs the one that is there and shares it.
     *
     * @throws IOException if the system refuses, or if the address has another gateway already
     */
    public static SourceRoute install(InetAddress local, InetAddress gateway, @Nullable String device)
            throws IOException {
        Source source = new Source(namespace(), local);
        synchronized (INSTALLED) {
            Shared shared = INSTALLED.get(source);
            if (shared == null) {
                shared = new Shared(InstalledRoute.install(local, gateway, device));
                INSTALLED.put(source, shared);
            } else {
                if (!shared.route.leadsTo(gateway)) {
                    throw new IOException("source route from " + local.getHostAddress() + " via "
                            + gateway.getHostAddress() + ": what is sent from this address goes " + shared.route
                            + " already");
                }
                shared.route.repair(device);
                shared.users++;
            }
        }
        AtomicBoolean isClosed = new AtomicBoolean();
        return () -> {
            if (isClosed.compareAndSet(false, true)) {
                leave(source);
            }
        };
    }

    private static void leave(Source source) {
        synchronized (INSTALLED) {
            Shared shared = INSTALLED.get(source);
            if (shared != null && --shared.users == 0) {
                INSTALLED.remove(source);
                shared.route.remove();
            }
        }
    }

    private static String namespace() throws IOException {
        return Files.readSymbolicLink(Path.of("/proc/thread-self/ns/net")).toString();
    }
}
