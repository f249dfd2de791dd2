package io.aggr.tun.openbsd;

import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.internal.tun.Routes;
import io.aggr.tun.openbsd.internal.tun.Surroundings;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Routes that are only written down. */
final class FakeSurroundings implements Surroundings, Routes {

    final List<String> routes = new ArrayList<>();
    private final FakeOpenBsd kernel;
    private String refused = "";

    FakeSurroundings(FakeOpenBsd kernel) {
        this.kernel = kernel;
    }

    /** From now on this network cannot be routed. */
    void refuse(String network) {
        refused = network;
    }

    @Override
    public Routes routes() {
        return this;
    }

    @Override
    public void add(Route route) throws IOException {
        if (route.network().toString().equals(refused)) {
            throw new IOException("route add " + route.network() + ": File exists");
        }
        routes.add(text(route));
    }

    @Override
    public void delete(Route route) {
        routes.remove(text(route));
    }

    private static String text(Route route) {
        return route.network()
                + (route.isOwn() ? " -iface " : " ")
                + route.gateway().getHostAddress();
    }

    @Override
    public List<InetAddress> addresses(String name) {
        return kernel.addresses(name);
    }
}
