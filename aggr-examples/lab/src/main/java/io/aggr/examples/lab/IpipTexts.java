package io.aggr.examples.lab;

import io.aggr.sim.LineSet;
import io.aggr.sim.LineSpec;

/**
 * Configurations of two daemons that speak bare IP-in-IP, as the two gates of 2006 did with gif(4): both list a tunnel per line by its outer
 * addresses, of which the modem's stand for gate-megabit's, and know what the lines carry. Each tunnel has inner addresses of its own, so that a far
 * end that knows nothing of the lines answers over the one that was asked.
 */
final class IpipTexts {

    private static final int FIRST_FAR_HOST = 50;

    private final LabBond bond;
    private final AddressPlan plan;
    private final LineSet lines;

    IpipTexts(LabBond bond, AddressPlan plan, LineSet lines) {
        this.bond = bond;
        this.plan = plan;
        this.lines = lines;
    }

    /** Gate-megabit's inner address on a line. */
    static String innerMegabit(int line) {
        return "172.16.251." + line;
    }

    /** Gate-gigabit's inner address on a line. */
    static String innerGigabit(int line) {
        return "172.16.251." + (FIRST_FAR_HOST + line - 1);
    }

    LabBond.Texts write() {
        StringBuilder megabit = new StringBuilder("[bond]\nstatus-socket = \"megabit.sock\"\n\n");
        StringBuilder gigabit = new StringBuilder("[bond]\nstatus-socket = \"gigabit.sock\"\n\n");
        tun(megabit, plan.tunnelA(), plan.lanB());
        tun(gigabit, plan.tunnelB(), plan.lanA());
        peer(megabit, "gigabit", plan.lanB(), plan.tunnelB());
        peer(gigabit, "megabit", plan.lanA(), plan.tunnelA());
        for (int line = 1; line <= lines.lines().size(); line++) {
            LineSpec spec = lines.lines().get(line - 1);
            String down = rate(spec.down().rateBitsPerSecond());
            String up = rate(spec.up().rateBitsPerSecond());
            link(megabit, spec.name(), plan.gateAddress(line), plan.gigabitAddress(), down, up);
            megabit.append("gateway = \"").append(plan.modemAddress(line)).append("\"\n");
            inner(megabit, innerMegabit(line), innerGigabit(line));
            link(gigabit, spec.name(), plan.gigabitAddress(), plan.lineAddress(line, 0), up, down);
            inner(gigabit, innerGigabit(line), innerMegabit(line));
        }
        return new LabBond.Texts(megabit.toString(), gigabit.toString());
    }

    private static String rate(long bitsPerSecond) {
        return bitsPerSecond + " bit/s";
    }

    private void tun(StringBuilder text, String address, String route) {
        text.append("[tun]\nname = \"aggr0\"\naddress = [\"").append(address);
        text.append("\"]\nroutes = [\"").append(route);
        text.append("\"]\nmtu = ").append(bond.tunMtuBytes()).append("\n\n");
    }

    private void peer(StringBuilder text, String name, String network, String tunnelAddress) {
        text.append("[[peer]]\nname = \"").append(name).append("\"\n");
        text.append("encapsulation = \"ipip\"\naccept-no-authentication = true\n");
        String host = tunnelAddress.substring(0, tunnelAddress.indexOf('/'));
        text.append("allowed-ips = [\"")
                .append(network)
                .append("\", \"")
                .append(host)
                .append("/32\"]\n");
        text.append("scheduler = \"").append(bond.scheduler()).append("\"\n");
        String more = bond.peerLines();
        text.append(more).append(more.isEmpty() || more.endsWith("\n") ? "\n" : "\n\n");
    }

    private static void link(StringBuilder text, String name, String local, String remote, String down, String up) {
        text.append("[[peer.link]]\nname = \"").append(name).append("\"\n");
        text.append("local = \"")
                .append(local)
                .append("\"\nremote = \"")
                .append(remote)
                .append("\"\n");
        text.append("down = \"").append(down).append("\"\nup = \"").append(up).append("\"\n");
    }

    private static void inner(StringBuilder text, String near, String far) {
        text.append("inner = \"")
                .append(near)
                .append("\"\ninner-remote = \"")
                .append(far)
                .append("\"\n\n");
    }
}
