package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.Namespaces;
import io.aggr.examples.lab.netns.Programs;
import java.io.IOException;
import java.util.List;

/**
 * The modem of one line: it hides the gate behind the line's address, hands over to it what comes unasked, and loses its line, its address or its
 * mappings when it is told to. With IPv6 it hides nothing.
 */
final class Modem {

    /** Its interface to the line. */
    static final String LINE = "line";

    /** Ports that it gives after {@link #remap}, a range each time: none is one that a host chooses itself. */
    private static final int FIRST_REMAPPED_PORT = 10_000;

    private static final int PORTS_IN_RANGE = 1_000;
    private static final int PORT_RANGES = 20;

    private final Namespaces namespaces;
    private final AddressPlan plan;
    private final int line;
    private int generation;
    private int portRange;

    Modem(Namespaces namespaces, AddressPlan plan, int line) {
        this.namespaces = namespaces;
        this.plan = plan;
        this.line = line;
    }

    static String role(int line) {
        return "modem" + line;
    }

    String role() {
        return role(line);
    }

    /** The line's address at present, with the length of its prefix. */
    String address() {
        return plan.lineAddress(line, generation) + "/" + plan.outsideHostBits();
    }

    /** Hides, and hands over what comes unasked. */
    void translate() throws IOException {
        if (plan.outside() == IpFamily.V6) {
            return;
        }
        String rules = "table ip lab {\n"
                + "  chain postrouting {\n"
                + "    type nat hook postrouting priority 100; policy accept;\n"
                + "    oifname \"" + LINE + "\" masquerade\n"
                + "  }\n"
                + "  chain prerouting {\n"
                + "    type nat hook prerouting priority -100; policy accept;\n"
                + "  }\n"
                + "}\n";
        nft(rules + handOver());
    }

    /**
     * The rule by which it hands over what comes unasked. Only for its present address: what is still on its way to the address before would
     * begin a translation that gives the answers the old address for good.
     */
    private String handOver() {
        return "flush chain ip lab prerouting\nadd rule ip lab prerouting iifname \"" + LINE + "\" ip daddr "
                + plan.lineAddress(line, generation) + " dnat to " + plan.gateAddress(line) + "\n";
    }

    private void nft(String rules) throws IOException {
        String nft = Programs.find("nft").map(Object::toString).orElse("nft");
        Programs.check(rules, namespaces.exec(role(), List.of(nft, "-f", "-")));
    }

    /** Its line is there: takes the address and sends everything over it. */
    void useLine() throws IOException {
        namespaces.ip(role(), addAddress() + "route add " + wayOut());
    }

    // A plain address without a peer: the kernel forgets the translations of a masquerading interface only for such a
    // one when it is taken away.
    private String addAddress() {
        return "addr add " + address() + " dev " + LINE + "\n";
    }

    private String wayOut() {
        return plan.outside().everything() + " dev " + LINE + "\n";
    }

    /** Takes the route to the line: it answers "unreachable" to whoever sends. */
    void unplug() throws IOException {
        namespaces.ip(role(), "route replace unreachable " + plan.outside().everything() + "\n");
    }

    /** Takes {@link #unplug} back. */
    void plug() throws IOException {
        namespaces.ip(role(), "route replace " + wayOut());
    }

    /** Takes another address, and forgets all translations. */
    void renumber() throws IOException {
        requireTranslation("renumber");
        String old = address();
        generation = (generation + 1) % 10;
        nft(handOver());
        exchangeAddress(old);
    }

    /**
     * Forgets all translations and gives other ports from now on, as a modem does that was started anew. The address is taken away and given back,
     * since that is when a kernel forgets what it has translated to it.
     */
    void remap() throws IOException {
        requireTranslation("remap");
        portRange++;
        int first = FIRST_REMAPPED_PORT + portRange % PORT_RANGES * PORTS_IN_RANGE;
        // Nothing that comes unasked is handed over any more either: it would begin a translation with the old port.
        nft("flush chain ip lab prerouting\nflush chain ip lab postrouting\nadd rule ip lab postrouting oifname \""
                + LINE
                + "\" meta l4proto { tcp, udp } masquerade to :" + first + "-" + (first + PORTS_IN_RANGE - 1)
                + "\nadd rule ip lab postrouting oifname \"" + LINE + "\" masquerade\n");
        exchangeAddress(address());
    }

    private void requireTranslation(String event) {
        if (plan.outside() == IpFamily.V6) {
            throw new IllegalArgumentException(event + " needs IPv4 on the lines: with IPv6 nothing is translated");
        }
    }

    private void exchangeAddress(String old) throws IOException {
        namespaces.ip(role(), "addr del " + old + " dev " + LINE + "\n" + addAddress() + "route replace " + wayOut());
    }
}
