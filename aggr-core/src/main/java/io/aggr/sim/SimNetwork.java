package io.aggr.sim;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What lies between the two ends of a simulated bond: the lines, the modems that translate addresses, the Internet, and the hub's address in it. */
final class SimNetwork {
    private static final String HUB_ADDRESS = "192.0.2.1";
    private static final int HUB_PORT = 5080;
    private static final int SITE_PORT = 5080;
    private static final Duration NAT_IDLE = Duration.ofSeconds(30);

    private final int outerBytes;
    private final Internet internet;
    private final DatagramPort hubPort;
    private final List<SimLine> lines = new ArrayList<>();
    private final List<Nat> nats = new ArrayList<>();

    /** One for each line if it carries nothing but packets. */
    private final List<BareWire> wires = new ArrayList<>();

    private int siteStarts;

    /**
     * Builds it.
     *
     * @param bare whether each line carries a tunnel of its own
     * @param outerBytes headers outside of what the encapsulation makes
     */
    SimNetwork(VirtualTime time, LineSet set, boolean bare, int outerBytes, SeededRandom random) {
        this.outerBytes = outerBytes;
        internet = new Internet(time, outerBytes);
        for (LineSpec spec : set.lines()) {
            SimLine line = new SimLine(time, spec, random.nextLong());
            lines.add(line);
            String modem = "198.51.100." + lines.size();
            nats.add(new Nat(modem, NAT_IDLE));
            if (bare) {
                wires.add(new BareWire(line, modem, HUB_ADDRESS));
            }
        }
        hubPort = internet.host(HUB_ADDRESS, HUB_PORT);
    }

    /** Sockets of a site that starts, one for each line. Another process gets other ports, and from the modems other mappings. */
    List<SimLink> siteLinks() {
        int port = SITE_PORT + siteStarts++;
        List<SimLink> links = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            links.add(wires.isEmpty() ? behindModem(i, port) : wires.get(i).newNearLink());
        }
        return links;
    }

    private SimLink behindModem(int index, int port) {
        SimLine line = lines.get(index);
        DatagramPort behind = internet.behind(line, nats.get(index), "192.168." + (index + 1) + ".2", port);
        return new SimLink(line.name(), behind, outerBytes, hubPort.localAddress());
    }

    /** Sockets of a hub that starts: the one on which it listens, or one for each bare tunnel. */
    List<SimLink> hubLinks() {
        return wires.isEmpty()
                ? List.of(new SimLink("listen", hubPort, outerBytes, Endpoint.NONE))
                : wires.stream().map(BareWire::newFarLink).toList();
    }

    /** In the order of the line set. */
    List<SimLine> lines() {
        return lines;
    }

    SimLine line(String name) {
        return lines.get(index(name));
    }

    /** The modem of a line. */
    Nat modem(String name) {
        return nats.get(index(name));
    }

    private int index(String name) {
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).name().equals(name)) {
                return i;
            }
        }
        throw new IllegalArgumentException("no line " + name + "; lines are "
                + lines.stream().map(SimLine::name).toList());
    }

    long unroutedDatagrams() {
        return internet.unroutedDatagrams();
    }

    long natRefusedDatagrams() {
        return nats.stream().mapToLong(Nat::refusedDatagrams).sum();
    }
}
