package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Programs;
import io.aggr.examples.lab.netns.Sandbox;
import io.aggr.spi.Availability;
import io.aggr.tun.TunProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/** Finds out whether a lab can be built on this machine. */
final class LabAvailability {

    private static final Path TUN = Path.of("/dev/net/tun");

    private LabAvailability() {}

    static Availability find() {
        String os = System.getProperty("os.name");
        if (!os.equals("Linux")) {
            return Availability.no("the lab needs Linux, this is " + os);
        }
        if (Programs.find("ip").isEmpty()) {
            return Availability.no("the lab needs the program ip; install iproute2");
        }
        if (Programs.find("nft").isEmpty()) {
            return Availability.no("the lab needs the program nft; install nftables");
        }
        if (!Files.exists(TUN)) {
            return Availability.no("there is no " + TUN
                    + "; load the module tun (modprobe tun), or pass the device into" + " the container");
        }
        if (!Files.isReadable(TUN) || !Files.isWritable(TUN)) {
            return Availability.no(
                    "this user may not open " + TUN + "; run as root, or have root do chmod 0666 " + TUN);
        }
        Optional<TunProvider> provider = provider();
        if (provider.isEmpty()) {
            return Availability.no("the module aggr-tun-linux is not on the class path");
        }
        Availability devices = provider.get().availability();
        if (!devices.usable()) {
            return devices;
        }
        return Sandbox.isNeeded() ? ordinaryUser() : root();
    }

    private static Availability ordinaryUser() {
        String obstacle = Sandbox.obstacle();
        return obstacle.isEmpty()
                ? Availability.AVAILABLE
                : Availability.no("this user may not make namespaces (" + obstacle + "); run as root");
    }

    private static Availability root() {
        String probe = "aggrlab-" + ProcessHandle.current().pid() + "-probe";
        try {
            Programs.Outcome outcome = Programs.run("", List.of("ip", "netns", "add", probe));
            if (!outcome.isGood()) {
                return Availability.no("root may not make namespaces here (" + outcome.output()
                        + "); a container needs CAP_SYS_ADMIN and CAP_NET_ADMIN");
            }
            Programs.run("", List.of("ip", "netns", "delete", probe));
            return Availability.AVAILABLE;
        } catch (IOException e) {
            return Availability.no("ip netns add: " + e.getMessage());
        }
    }

    /** The TUN devices of Linux, if their module is there. */
    static Optional<TunProvider> provider() {
        return ServiceLoader.load(TunProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(candidate -> candidate.name().equals("linux"))
                .findFirst();
    }
}
