package io.aggr.examples.lab;

import java.util.Objects;

/**
 * Every address of the lab. Inside is what the two LANs and the tunnel use, outside is what the lines carry; either may
 * be IPv4 or IPv6.
 *
 * <pre>
 *  lan-a ── gate-megabit ──┬── modem1 ~~ line1 ~~┐
 *                (switch)  └── modem2 ~~ line2 ~~┴─ internet ── gate-gigabit ── lan-b
 * </pre>
 *
 * <p>With IPv4 outside, each modem has one public address, hides everything behind it and hands what comes in unasked to
 * gate-megabit (a "DMZ host"). With IPv6 outside, each modem routes a public prefix of its own and nothing is translated.
 * Gate-megabit has one interface towards all modems, with one address per line.
 *
 * @param inside version of the protocol in the LANs and the tunnel
 * @param outside version of the protocol on the lines
 */
public record AddressPlan(IpFamily inside, IpFamily outside) {

    /** Most lines that there are addresses for. */
    public static final int MAX_LINES = 8;

    /** Port on which gate-gigabit listens. */
    public static final int BOND_PORT = 5080;

    /** Checks the parts. */
    public AddressPlan {
        Objects.requireNonNull(inside, "inside");
        Objects.requireNonNull(outside, "outside");
    }

    /**
     * IPv4 everywhere, with the addresses of 2006.
     *
     * @return the plan
     */
    public static AddressPlan ipv4() {
        return new AddressPlan(IpFamily.V4, IpFamily.V4);
    }

    /**
     * IPv6 everywhere.
     *
     * @return the plan
     */
    public static AddressPlan ipv6() {
        return new AddressPlan(IpFamily.V6, IpFamily.V6);
    }

    private String in(String v4, String v6) {
        return inside == IpFamily.V4 ? v4 : v6;
    }

    private String out(String v4, String v6) {
        return outside == IpFamily.V4 ? v4 : v6;
    }

    /**
     * The network behind gate-megabit.
     *
     * @return prefix
     */
    public String lanA() {
        return in("192.168.252.0/24", "fd00:252::/64");
    }

    /**
     * The host behind gate-megabit.
     *
     * @return address
     */
    public String lanAHost() {
        return in("192.168.252.10", "fd00:252::10");
    }

    /**
     * The host behind gate-megabit that only pings.
     *
     * @return address in {@link #lanA}
     */
    public String pingHost() {
        return in("192.168.252.12", "fd00:252::12");
    }

    /**
     * Gate-megabit towards its LAN.
     *
     * @return address
     */
    public String lanAGateway() {
        return in("192.168.252.1", "fd00:252::1");
    }

    /**
     * Length of the prefix of {@link #lanA}.
     *
     * @return bits
     */
    public int lanABits() {
        return inside == IpFamily.V4 ? 24 : 64;
    }

    /**
     * The network behind gate-gigabit.
     *
     * @return prefix
     */
    public String lanB() {
        return in("10.0.0.0/8", "fd00:a::/32");
    }

    /**
     * The host behind gate-gigabit.
     *
     * @return address
     */
    public String lanBHost() {
        return in("10.1.0.10", "fd00:a:1::10");
    }

    /**
     * Gate-gigabit towards its LAN.
     *
     * @return address
     */
    public String lanBGateway() {
        return in("10.0.0.1", "fd00:a::1");
    }

    /**
     * Length of the prefix of {@link #lanB}.
     *
     * @return bits
     */
    public int lanBBits() {
        return inside == IpFamily.V4 ? 8 : 32;
    }

    /**
     * Gate-megabit's end of the tunnel.
     *
     * @return address with prefix length
     */
    public String tunnelA() {
        return in("172.16.251.1/24", "fd00:251::1/64");
    }

    /**
     * Gate-gigabit's end of the tunnel.
     *
     * @return address with prefix length
     */
    public String tunnelB() {
        return in("172.16.251.50/24", "fd00:251::50/64");
    }

    /**
     * The tunnel's own network.
     *
     * @return prefix
     */
    public String tunnelNet() {
        return in("172.16.251.0/24", "fd00:251::/64");
    }

    /**
     * Gate-megabit's address for a line.
     *
     * @param line 1 to {@link #MAX_LINES}
     * @return address
     */
    public String gateAddress(int line) {
        return out("172.16." + subnet(line) + ".100", "2001:db8:" + line + "::100");
    }

    /**
     * A modem towards gate-megabit.
     *
     * @param line 1 to {@link #MAX_LINES}
     * @return address
     */
    public String modemAddress(int line) {
        return out("172.16." + subnet(line) + ".200", "2001:db8:" + line + "::200");
    }

    /**
     * The network between gate-megabit and a modem.
     *
     * @param line 1 to {@link #MAX_LINES}
     * @return prefix
     */
    public String modemNet(int line) {
        return out("172.16." + subnet(line) + ".0/24", "2001:db8:" + line + "::/64");
    }

    /**
     * Length of the prefix of {@link #modemNet}.
     *
     * @return bits
     */
    public int modemBits() {
        return outside == IpFamily.V4 ? 24 : 64;
    }

    /**
     * A modem's address on its line, by which the Internet knows it.
     *
     * @param line 1 to {@link #MAX_LINES}
     * @param generation 0 at first; other numbers up to 9 give other addresses, as a provider does over night
     * @return address
     */
    public String lineAddress(int line, int generation) {
        return out("198.51.100." + (line + 10 * generation), "2001:db8:f" + line + "::" + (generation + 1));
    }

    /**
     * The provider's end of a line.
     *
     * @param line 1 to {@link #MAX_LINES}
     * @return address
     */
    public String providerAddress(int line) {
        return out("203.0.113." + line, "2001:db8:f" + line + "::ff");
    }

    /**
     * Gate-gigabit's public address.
     *
     * @return address
     */
    public String gigabitAddress() {
        return out("88.191.22.243", "2001:db8:22::243");
    }

    /**
     * Gate-gigabit's way to the Internet.
     *
     * @return address
     */
    public String gigabitGateway() {
        return out("88.191.22.1", "2001:db8:22::1");
    }

    /**
     * Length of the prefix of gate-gigabit's public network.
     *
     * @return bits
     */
    public int gigabitBits() {
        return outside == IpFamily.V4 ? 24 : 64;
    }

    /**
     * A host that is connected on demand.
     *
     * @param outsider {@link LabHost#ATTACKER} or {@link LabHost#NEWCOMER}
     * @return address
     */
    public String outsiderAddress(LabHost outsider) {
        return switch (outsider) {
            case ATTACKER -> out("192.0.2.66", "2001:db8:e1::66");
            case NEWCOMER -> out("192.0.2.77", "2001:db8:e1::77");
            default -> throw new IllegalArgumentException(outsider.role() + " is there from the start");
        };
    }

    /**
     * Addresses that nobody has: what is sent there is lost without a word, as most of what answers a forged source is.
     *
     * @return prefix
     */
    String nowhere() {
        return out("100.64.0.0/10", "2001:db8:dead::/48");
    }

    /**
     * The end of the tunnel of {@link LabHost#NEWCOMER}.
     *
     * @return address with prefix length
     */
    public String tunnelNewcomer() {
        return in("172.16.251.77/24", "fd00:251::77/64");
    }

    /**
     * Where a bond reaches gate-gigabit.
     *
     * @return address and port
     */
    public String bondEndpoint() {
        return withPort(gigabitAddress(), BOND_PORT);
    }

    /**
     * Where gate-gigabit listens.
     *
     * @return wildcard address and port
     */
    public String bondListen() {
        return withPort(out("0.0.0.0", "::"), BOND_PORT);
    }

    /**
     * Length of the prefix of a single address inside.
     *
     * @return 32 or 128 bits
     */
    public int insideHostBits() {
        return inside == IpFamily.V4 ? 32 : 128;
    }

    /**
     * Length of the prefix of a single address outside.
     *
     * @return 32 or 128 bits
     */
    public int outsideHostBits() {
        return outside == IpFamily.V4 ? 32 : 128;
    }

    private String withPort(String address, int port) {
        return outside == IpFamily.V4 ? address + ":" + port : "[" + address + "]:" + port;
    }

    /** 253 and 254 as in 2006; further lines get networks that nothing else uses. */
    private static int subnet(int line) {
        Objects.checkIndex(line - 1, MAX_LINES);
        return line <= 2 ? 252 + line : 240 + line;
    }
}
