package io.aggr.examples.lab;

import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;
import java.util.Objects;

/**
 * A bond between the two gates, and the configurations of the two daemons that make it.
 *
 * @param encapsulation {@code noise}, {@code plain} or {@code ipip}
 * @param scheduler name of a scheduler; it is used by both gates
 * @param overheadBytes what the encapsulation adds to each inner packet, outer IP header included
 * @param seeded whether the daemons are told the lines' rates; without, they find them out
 * @param peerLines further lines of TOML for both {@code [[peer]]} tables, may be empty
 */
public record LabBond(String encapsulation, String scheduler, int overheadBytes, boolean seeded, String peerLines) {

    /** What a bond is made with unless told otherwise. */
    public static final String DEFAULT_ENCAPSULATION = "noise";

    private static final String IPIP = "ipip";
    private static final int LINE_MTU_BYTES = 1500;
    private static final int NOISE_OVERHEAD_BYTES = 43;
    private static final int PLAIN_OVERHEAD_BYTES = 27;

    /** Checks the parts. */
    public LabBond {
        Objects.requireNonNull(encapsulation, "encapsulation");
        Objects.requireNonNull(scheduler, "scheduler");
        Objects.requireNonNull(peerLines, "peerLines");
        if (overheadBytes < 20 || overheadBytes > 200) {
            throw new IllegalArgumentException("bond.overhead must be 20..200 bytes, got " + overheadBytes);
        }
    }

    /**
     * A bond with the encapsulation of a name, earliest arrival, no seeds.
     *
     * @param encapsulation name of one that the lab can configure
     * @param plan addresses of the lab
     * @return the bond
     * @throws IllegalArgumentException if the lab cannot write a configuration for it
     */
    public static LabBond named(String encapsulation, AddressPlan plan) {
        return switch (encapsulation) {
            case "plain" -> plain(plan);
            case "noise" -> noise(plan);
            case IPIP -> ipip(plan);
            default ->
                throw new IllegalArgumentException(
                        "the lab makes bonds with plain, noise or ipip, not with \"" + encapsulation + "\"");
        };
    }

    /**
     * Encrypted, earliest arrival, no seeds.
     *
     * @param plan addresses of the lab
     * @return the bond
     */
    public static LabBond noise(AddressPlan plan) {
        return new LabBond(
                "noise",
                "earliest-arrival",
                NOISE_OVERHEAD_BYTES + plan.outside().headerBytes(),
                false,
                "");
    }

    /**
     * The same without encryption and authentication.
     *
     * @param plan addresses of the lab
     * @return the bond
     */
    public static LabBond plain(AddressPlan plan) {
        return new LabBond(
                "plain",
                "earliest-arrival",
                PLAIN_OVERHEAD_BYTES + plan.outside().headerBytes(),
                false,
                "");
    }

    /**
     * Bare IP-in-IP, earliest arrival; the rates are always told, since nobody can find them.
     *
     * @param plan addresses of the lab, IPv4 inside and outside
     * @return the bond
     * @throws IllegalArgumentException if one of the two is IPv6
     */
    public static LabBond ipip(AddressPlan plan) {
        if (plan.inside() != IpFamily.V4 || plan.outside() != IpFamily.V4) {
            throw new IllegalArgumentException("ipip carries IPv4 in IPv4 alone");
        }
        return new LabBond(IPIP, "earliest-arrival", plan.outside().headerBytes(), true, "");
    }

    /**
     * The same with another scheduler.
     *
     * @param name of a scheduler
     * @return a changed copy
     */
    public LabBond withScheduler(String name) {
        return new LabBond(encapsulation, name, overheadBytes, seeded, peerLines);
    }

    /**
     * The same, with or without the lines' rates in the configuration.
     *
     * @param tell whether the daemons are told; with bare IP-in-IP they always are
     * @return a changed copy
     */
    public LabBond withSeeds(boolean tell) {
        return new LabBond(encapsulation, scheduler, overheadBytes, tell || encapsulation.equals(IPIP), peerLines);
    }

    /**
     * The same with further settings of the peer.
     *
     * @param toml lines for both {@code [[peer]]} tables
     * @return a changed copy
     */
    public LabBond withPeerLines(String toml) {
        return new LabBond(encapsulation, scheduler, overheadBytes, seeded, toml);
    }

    /**
     * MTU of the tunnel: what the encapsulation leaves of a line's 1500 bytes.
     *
     * @return bytes
     */
    public int tunMtuBytes() {
        return LINE_MTU_BYTES - overheadBytes;
    }

    /**
     * Payload of a full TCP segment through the tunnel, as a share of the packet that a line carries.
     *
     * @param plan addresses of the lab
     * @return 0 to 1
     */
    public double payloadShare(AddressPlan plan) {
        return (tunMtuBytes() - Traffic.tcpHeaderBytes(plan.inside())) / (double) LINE_MTU_BYTES;
    }

    /**
     * Both configurations.
     *
     * @param megabit of gate-megabit, behind the lines
     * @param gigabit of gate-gigabit, which listens
     */
    public record Texts(String megabit, String gigabit) {}

    /**
     * Writes both configurations, with fresh keys.
     *
     * @param plan addresses of the lab
     * @param lines the lines
     * @param keys writes a private key into a file and answers its path
     * @return the texts
     * @throws java.io.IOException if a key cannot be written
     */
    public Texts texts(AddressPlan plan, LineSet lines, KeyFile keys) throws java.io.IOException {
        if (encapsulation.equals(IPIP)) {
            return new IpipTexts(this, plan, lines).write();
        }
        LabKeys megabitKeys = LabKeys.generate();
        LabKeys gigabitKeys = LabKeys.generate();
        StringBuilder megabit = new StringBuilder();
        bond(megabit, keys, "megabit", megabitKeys, "");
        tun(megabit, plan.tunnelA(), plan.lanB());
        peer(megabit, "gigabit", gigabitKeys, plan.lanB(), plan.tunnelB());
        for (int i = 0; i < lines.lines().size(); i++) {
            link(megabit, plan, lines.lines().get(i), i + 1);
        }
        StringBuilder gigabit = new StringBuilder();
        bond(gigabit, keys, "gigabit", gigabitKeys, "listen = [\"" + plan.bondListen() + "\"]\n");
        tun(gigabit, plan.tunnelB(), plan.lanA());
        peer(gigabit, "megabit", megabitKeys, plan.lanA(), plan.tunnelA());
        return new Texts(megabit.toString(), gigabit.toString());
    }

    /** Where private keys go. */
    @FunctionalInterface
    public interface KeyFile {
        /**
         * Writes a private key into a file that others cannot read.
         *
         * @param name for the file
         * @param base64 the key
         * @return path of the file
         * @throws java.io.IOException if it cannot be written
         */
        String write(String name, String base64) throws java.io.IOException;
    }

    /**
     * Where a gate's daemon tells its status.
     *
     * @param gate {@code megabit} or {@code gigabit}
     * @return path of the socket, from where the configuration is
     */
    public static String statusSocket(String gate) {
        return gate + ".sock";
    }

    private boolean isPlain() {
        return encapsulation.equals("plain");
    }

    private void bond(StringBuilder text, KeyFile files, String name, LabKeys keys, String more)
            throws java.io.IOException {
        text.append("[bond]\n");
        if (!isPlain()) {
            text.append("private-key-file = \"")
                    .append(files.write(name + ".key", keys.privateKey()))
                    .append("\"\n");
        }
        // Both daemons see the same files, so each needs a socket of its own; a relative path begins where the file is.
        text.append("status-socket = \"").append(statusSocket(name)).append("\"\n");
        text.append(more).append('\n');
    }

    private void tun(StringBuilder text, String address, String route) {
        text.append("[tun]\nname = \"aggr0\"\naddress = [\"").append(address);
        text.append("\"]\nroutes = [\"").append(route);
        text.append("\"]\nmtu = ").append(tunMtuBytes()).append("\n\n");
    }

    private void peer(StringBuilder text, String name, LabKeys keys, String network, String tunnelAddress) {
        text.append("[[peer]]\nname = \"").append(name).append("\"\n");
        if (isPlain()) {
            text.append("encapsulation = \"plain\"\naccept-no-authentication = true\nid = 1\n");
        } else {
            text.append("public-key = \"").append(keys.publicKey()).append("\"\n");
        }
        String host = tunnelAddress.substring(0, tunnelAddress.indexOf('/'));
        text.append("allowed-ips = [\"").append(network).append("\", \"");
        text.append(host).append(host.contains(":") ? "/128" : "/32").append("\"]\n");
        text.append("scheduler = \"").append(scheduler).append("\"\n");
        text.append(peerLines).append(peerLines.isEmpty() || peerLines.endsWith("\n") ? "\n" : "\n\n");
    }

    private void link(StringBuilder text, AddressPlan plan, LineSpec line, int number) {
        text.append("[[peer.link]]\nname = \"").append(line.name()).append("\"\n");
        text.append("local = \"").append(plan.gateAddress(number)).append("\"\n");
        text.append("gateway = \"").append(plan.modemAddress(number)).append("\"\n");
        text.append("remote = \"").append(plan.bondEndpoint()).append("\"\n");
        if (seeded) {
            text.append("down = \"").append(line.down().rateBitsPerSecond()).append(" bit/s\"\n");
            text.append("max-down = \"").append(line.down().rateBitsPerSecond()).append(" bit/s\"\n");
            text.append("up = \"").append(line.up().rateBitsPerSecond()).append(" bit/s\"\n");
            text.append("max-up = \"").append(line.up().rateBitsPerSecond()).append(" bit/s\"\n");
        }
        text.append('\n');
    }
}
