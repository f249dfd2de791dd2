package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Namespaces;
import io.aggr.examples.lab.netns.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts, cables and routes of the lab; a {@link Modem} for each line. The lines themselves are not part of it: they are put in by {@link
 * #attachLine}.
 */
final class Topology {

    static final String LAN_A = "lan-a";
    static final String GATE_MEGABIT = "gate-megabit";
    static final String SWITCH = "switch";
    static final String INTERNET = "internet";
    static final String GATE_GIGABIT = "gate-gigabit";
    static final String LAN_B = "lan-b";

    private final Namespaces namespaces;
    private final AddressPlan plan;
    private final int lines;
    private final HostTraits hosts;
    private final List<Modem> modems = new ArrayList<>();

    Topology(Namespaces namespaces, AddressPlan plan, int lines, HostTraits hosts) {
        if (lines < 1 || lines > AddressPlan.MAX_LINES) {
            throw new IllegalArgumentException("lines must be 1.." + AddressPlan.MAX_LINES + ", got " + lines);
        }
        this.namespaces = namespaces;
        this.plan = plan;
        this.lines = lines;
        this.hosts = hosts;
        for (int line = 1; line <= lines; line++) {
            modems.add(new Modem(namespaces, plan, line));
        }
    }

    /** The modem of a line, 1 and up. */
    Modem modem(int line) {
        return modems.get(line - 1);
    }

    /** Makes everything but the lines. */
    void build() throws IOException {
        List<String> roles = new ArrayList<>(List.of(LAN_A, GATE_MEGABIT, SWITCH, INTERNET, GATE_GIGABIT, LAN_B));
        modems.forEach(modem -> roles.add(modem.role()));
        namespaces.add(roles);
        for (String role : roles) {
            namespaces.sysctl(role, kernelSettings(role));
            namespaces.ip(role, "link set lo up\n");
        }
        connect();
        address();
        for (Modem modem : modems) {
            modem.translate();
        }
    }

    private List<String> kernelSettings(String role) {
        boolean ipv6 = (plan.inside() == IpFamily.V6 || plan.outside() == IpFamily.V6) && !role.equals(SWITCH);
        List<String> settings = new ArrayList<>(List.of(
                "net/ipv4/ip_forward=1",
                "net/ipv4/conf/all/rp_filter=0",
                "net/ipv4/conf/default/rp_filter=0",
                "net/ipv4/conf/all/send_redirects=0",
                "net/ipv4/conf/default/send_redirects=0",
                // What one connection has learned must not help the next: runs are compared with each other.
                "net/ipv4/tcp_no_metrics_save=1",
                "net/ipv6/conf/all/disable_ipv6=" + (ipv6 ? 0 : 1),
                "net/ipv6/conf/default/disable_ipv6=" + (ipv6 ? 0 : 1)));
        if (hosts.ecn() && (role.equals(LAN_A) || role.equals(LAN_B))) {
            settings.add("net/ipv4/tcp_ecn=1");
        }
        if (ipv6) {
            settings.addAll(List.of(
                    // No packet but those of the measurement: no duplicate detection, no router solicitation.
                    "net/ipv6/conf/default/accept_dad=0",
                    "net/ipv6/conf/all/accept_dad=0",
                    "net/ipv6/conf/default/router_solicitations=0",
                    "net/ipv6/conf/all/router_solicitations=0",
                    "net/ipv6/conf/default/accept_ra=0",
                    "net/ipv6/conf/all/forwarding=1"));
        }
        return settings;
    }

    private void connect() throws IOException {
        StringBuilder cables = new StringBuilder();
        cable(cables, LAN_A, "eth0", GATE_MEGABIT, "lan0");
        if (!hosts.ownInterfaces()) {
            cable(cables, GATE_MEGABIT, "wan0", SWITCH, "port0");
        }
        cable(cables, INTERNET, "gig0", GATE_GIGABIT, "wan0");
        cable(cables, GATE_GIGABIT, "lan0", LAN_B, "eth0");
        for (int line = 1; line <= lines; line++) {
            cable(cables, modem(line).role(), "lan0", SWITCH, "port" + line);
            if (hosts.ownInterfaces()) {
                cable(cables, GATE_MEGABIT, hosts.gateDevice(line), SWITCH, "gate" + line);
            }
        }
        namespaces.ip(SWITCH, cables.toString());

        StringBuilder bridge = new StringBuilder("link add br0 type bridge stp_state 0\nlink set br0 up\n");
        for (int line = 1; line <= lines; line++) {
            plugIn(bridge, "port" + line);
            if (hosts.ownInterfaces()) {
                plugIn(bridge, "gate" + line);
            }
        }
        if (!hosts.ownInterfaces()) {
            plugIn(bridge, "port0");
        }
        namespaces.ip(SWITCH, bridge.toString());
    }

    private static void plugIn(StringBuilder batch, String port) {
        batch.append("link set ").append(port).append(" master br0\n");
        batch.append("link set ").append(port).append(" up\n");
    }

    private void cable(StringBuilder batch, String roleA, String nameA, String roleB, String nameB) {
        batch.append("link add ").append(nameA).append(" netns ").append(namespaces.name(roleA));
        batch.append(" type veth peer name ").append(nameB);
        batch.append(" netns ").append(namespaces.name(roleB)).append('\n');
    }

    private void address() throws IOException {
        // The congestion control is a property of the hosts' routes: a namespace may not choose one that the machine
        // does not have as its default, a route may.
        String congestion = " congctl " + hosts.congestionName() + "\n";
        namespaces.ip(
                LAN_A,
                up("eth0", plan.lanAHost(), plan.lanABits()) + "route add "
                        + plan.inside().everything() + " via " + plan.lanAGateway() + congestion);
        namespaces.ip(
                LAN_B,
                up("eth0", plan.lanBHost(), plan.lanBBits()) + "route add "
                        + plan.inside().everything() + " via " + plan.lanBGateway() + congestion);
        StringBuilder gate = new StringBuilder(up("lan0", plan.lanAGateway(), plan.lanABits()));
        gate.append("route add ").append(plan.pingHost()).append("/").append(plan.insideHostBits());
        gate.append(" via ").append(plan.lanAHost()).append('\n');
        for (int line = 1; line <= lines; line++) {
            gate.append(up(hosts.gateDevice(line), plan.gateAddress(line), plan.modemBits()));
        }
        gate.append(firstWay());
        namespaces.ip(GATE_MEGABIT, gate.toString());
        namespaces.ip(
                GATE_GIGABIT,
                up("wan0", plan.gigabitAddress(), plan.gigabitBits())
                        + up("lan0", plan.lanBGateway(), plan.lanBBits())
                        + "route add " + plan.outside().everything() + " via " + plan.gigabitGateway() + "\n");
        namespaces.ip(INTERNET, up("gig0", plan.gigabitGateway(), plan.gigabitBits()));
        for (int line = 1; line <= lines; line++) {
            namespaces.ip(modem(line).role(), up("lan0", plan.modemAddress(line), plan.modemBits()));
        }
    }

    /** The way to the other end that nobody has chosen a line for. */
    private String firstWay() {
        return "route replace " + host(plan.gigabitAddress()) + " via " + plan.modemAddress(1) + "\n";
    }

    /** Connects a new host to gate-gigabit, as a neighbour in the data centre is: by a cable and no line. */
    void connect(String role, String address) throws IOException {
        if (plan.outside() == IpFamily.V6) {
            throw new IllegalArgumentException("connect needs IPv4 on the lines");
        }
        namespaces.add(List.of(role));
        namespaces.sysctl(role, kernelSettings(role));
        StringBuilder cable = new StringBuilder();
        cable(cable, role, "eth0", GATE_GIGABIT, role);
        namespaces.ip(SWITCH, cable.toString());
        namespaces.ip(
                GATE_GIGABIT,
                "link set " + role + " up\nroute add " + host(address) + " dev " + role + " src "
                        + plan.gigabitAddress() + "\n");
        namespaces.ip(
                role,
                "link set lo up\naddr add " + host(address) + " dev eth0\nlink set eth0 up\nroute add "
                        + host(plan.gigabitAddress()) + " dev eth0\nroute add default via " + plan.gigabitAddress()
                        + "\n");
        namespaces.ip(INTERNET, "route replace blackhole " + plan.nowhere() + "\n");
    }

    /** Lets what a connected host sends get lost on its cable, so that the host itself does not notice; or takes that back. */
    void silence(String role, boolean on) throws IOException {
        namespaces.ip(
                role,
                on
                        ? "neigh replace " + plan.gigabitAddress()
                                + " lladdr 02:00:00:00:00:01 dev eth0 nud permanent\n"
                        : "neigh del " + plan.gigabitAddress() + " dev eth0\n");
    }

    /** Takes gate-megabit's interface towards a modem away, with its address and all routes through it. */
    void detach(int line) throws IOException {
        if (!hosts.ownInterfaces()) {
            throw new IllegalArgumentException("detach needs a lab in which each line has an interface of its own");
        }
        namespaces.ip(GATE_MEGABIT, "link del " + hosts.gateDevice(line) + "\n");
    }

    /** Takes {@link #detach} back: an interface of the same name and address. */
    void attach(int line) throws IOException {
        StringBuilder cable = new StringBuilder();
        cable(cable, GATE_MEGABIT, hosts.gateDevice(line), SWITCH, "gate" + line);
        plugIn(cable, "gate" + line);
        namespaces.ip(SWITCH, cable.toString());
        namespaces.ip(
                GATE_MEGABIT,
                up(hosts.gateDevice(line), plan.gateAddress(line), plan.modemBits()) + (line == 1 ? firstWay() : ""));
    }

    private static String up(String device, String address, int bits) {
        return "addr add " + address + "/" + bits + " dev " + device + "\nlink set " + device + " up\n";
    }

    /**
     * Takes the two ends of a line, which the caller has opened in its own namespace, to where they belong.
     *
     * @param line 1 and up
     * @param modemDevice name of the end that goes to the modem
     * @param internetDevice name of the end that goes to the Internet
     * @param mtuBytes what both ends believe
     */
    void attachLine(int line, String modemDevice, String internetDevice, int mtuBytes) throws IOException {
        move(modemDevice, modem(line).role(), Modem.LINE, mtuBytes);
        move(internetDevice, INTERNET, "line" + line, mtuBytes);
        modem(line).useLine();
        String device = " dev line" + line + "\n";
        StringBuilder back = new StringBuilder("addr add " + host(plan.providerAddress(line)) + device);
        back.append("route add ").append(modem(line).address()).append(device);
        if (plan.outside() == IpFamily.V6) {
            back.append("route add ").append(plan.modemNet(line)).append(device);
        }
        namespaces.ip(INTERNET, back.toString());
    }

    private String host(String address) {
        return address + "/" + plan.outsideHostBits();
    }

    /** Gives a device of this process to a namespace; nothing is sent by it before it is there and up. */
    private void move(String device, String role, String newName, int mtuBytes) throws IOException {
        Programs.check("ip", "link", "set", "dev", device, "netns", namespaces.name(role), "name", newName);
        namespaces.ip(
                role,
                "link set " + newName + " mtu " + mtuBytes + " txqueuelen 5000 addrgenmode none multicast off\n"
                        + "link set " + newName + " up\n");
    }

    /** Puts the host that only pings beside the host of LAN A. */
    void attachPingHost(String device, int mtuBytes) throws IOException {
        move(device, LAN_A, "ping0", mtuBytes);
        namespaces.ip(LAN_A, "route add " + plan.pingHost() + "/" + plan.insideHostBits() + " dev ping0\n");
    }

    /** Gives a line another public address, as some providers do once a day; the modem forgets all translations. */
    void renumber(int line) throws IOException {
        String old = modem(line).address();
        modem(line).renumber();
        namespaces.ip(
                INTERNET, "route del " + old + "\nroute add " + modem(line).address() + " dev line" + line + "\n");
    }

    /** Routes LAN A to LAN B through one line alone, without a bond. */
    void routePlain(int line) throws IOException {
        if (plan.inside() != plan.outside()) {
            throw new IllegalArgumentException("a bare line carries " + plan.outside() + ", the LANs speak "
                    + plan.inside() + ": only a tunnel joins them");
        }
        namespaces.ip(GATE_MEGABIT, "route replace " + plan.lanB() + " via " + plan.modemAddress(line) + "\n");
        namespaces.ip(modem(line).role(), "route replace " + plan.lanA() + " via " + plan.gateAddress(line) + "\n");
        StringBuilder internet =
                new StringBuilder("route replace " + plan.lanB() + " via " + plan.gigabitAddress() + "\n");
        if (plan.outside() == IpFamily.V6) {
            // Nothing hides the LAN here, so the way back has to be known.
            internet.append("route replace ")
                    .append(plan.lanA())
                    .append(" dev line")
                    .append(line)
                    .append('\n');
        }
        namespaces.ip(INTERNET, internet.toString());
    }

    /** Takes {@link #routePlain} back: only a tunnel joins the LANs. Nothing to do is no error. */
    void unroutePlain() throws IOException {
        for (String role : List.of(GATE_MEGABIT, INTERNET)) {
            Programs.run("", List.of("ip", "-n", namespaces.name(role), "route", "del", plan.lanB()));
        }
        Programs.run("", List.of("ip", "-n", namespaces.name(INTERNET), "route", "del", plan.lanA()));
    }

    /** Packets that the system dropped at the entrance of a line because the emulator did not fetch them in time. */
    long droppedAtEntrance(int line) throws IOException {
        return transmitDrops(modem(line).role(), Modem.LINE) + transmitDrops(INTERNET, "line" + line);
    }

    private long transmitDrops(String role, String device) throws IOException {
        String text = Programs.check("ip", "-n", namespaces.name(role), "-s", "link", "show", device);
        // The line below "TX: bytes packets errors dropped ..." holds the numbers in that order.
        List<String> rows = text.lines().map(String::strip).toList();
        for (int i = 0; i + 1 < rows.size(); i++) {
            if (rows.get(i).startsWith("TX:")) {
                return Long.parseLong(rows.get(i + 1).split(" +", -1)[3]);
            }
        }
        throw new IOException("no counters of " + device + " in: " + text);
    }
}
