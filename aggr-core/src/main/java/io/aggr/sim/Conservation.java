package io.aggr.sim;

import io.aggr.internal.engine.EgressSnapshot;
import io.aggr.internal.engine.IngressSnapshot;
import java.util.List;
import java.util.Map;

/**
 * No packet may vanish without a count: at each place what went in came out, waits there, or was counted as dropped. Holds at any moment between
 * two events, also over restarts.
 */
final class Conservation {
    /** Drops that are not of packets on their way out, though counted there. */
    private static final List<String> NOT_OUTGOING =
            List.of("unused-frame", "too-many-lines", "frame-too-long", "mailbox-full", "refused");

    /** Datagrams of the handshake that got no answer, which are no packets either. */
    private static final String HANDSHAKE = "handshake.";

    private Conservation() {}

    /**
     * Checks the whole bond.
     *
     * @throws IllegalStateException if something is not accounted for; the message says what
     */
    static void check(SimulatedBond bond) {
        require("damaged packets at the site's host", bond.siteHost().corruptPackets(), 0);
        require("damaged packets at the hub's host", bond.hubHost().corruptPackets(), 0);
        for (SimLine line : bond.simLines()) {
            require(
                    line.name() + " down",
                    line.downStats().accountedPackets(),
                    line.downStats().offeredPackets());
            require(
                    line.name() + " up",
                    line.upStats().accountedPackets(),
                    line.upStats().offeredPackets());
        }
        checkTun("site", bond.siteTun(), bond.siteEnds());
        checkTun("hub", bond.hubTun(), bond.hubEnds());
        bond.siteEnds().forEach(Conservation::checkEnd);
        bond.hubEnds().forEach(Conservation::checkEnd);
        checkLines(bond);
    }

    private static void checkTun(String name, SimTun tun, List<SimEnd> ends) {
        long taken = 0;
        long written = 0;
        for (SimEnd end : ends) {
            taken += end.egressSnapshot().takenPackets();
            IngressSnapshot in = end.ingressSnapshot();
            written += in.flow().ownPackets() + in.peers().get(0).tunPackets();
        }
        // The device outlives those who use it, and each of them shows its count.
        written -= tun.refusedPackets();
        require(
                name + ": packets of the host",
                tun.sentPackets(),
                taken + tun.waitingPackets() + tun.queueFullPackets() + tun.tooLargePackets());
        require(name + ": packets for the host", tun.writtenPackets(), written);
    }

    private static void checkEnd(SimEnd end) {
        EgressSnapshot out = end.egressSnapshot();
        EgressSnapshot.Peer to = out.peers().get(0);
        require(
                end.name() + ": packets on their way out",
                out.takenPackets() + to.copiedPackets(),
                to.sealedPackets()
                        + to.queuedPackets()
                        + to.waitingPackets()
                        + sum(out.drops(), NOT_OUTGOING)
                        + sum(to.drops(), NOT_OUTGOING));
        long sent = out.handshakeDatagrams();
        for (EgressSnapshot.Line line : to.lines()) {
            sent += line.sentPackets();
        }
        require(end.name() + ": datagrams sent", end.sentDatagrams(), sent);

        IngressSnapshot in = end.ingressSnapshot();
        IngressSnapshot.Flow flow = in.flow();
        IngressSnapshot.Peer from = in.peers().get(0);
        require(end.name() + ": datagrams received", end.receivedDatagrams(), flow.datagrams());
        require(
                end.name() + ": datagrams on their way in",
                flow.datagrams(),
                flow.handshakeDatagrams()
                        + flow.openedDatagrams()
                        + drop(in.drops(), "over-mtu")
                        + drop(from.drops(), "too-many-lines")
                        + sumOf(in.drops(), "outer.")
                        + sumOf(in.drops(), "frame."));
        require(
                end.name() + ": packets on their way in",
                flow.packetDatagrams(),
                from.tunPackets()
                        + flow.heldPackets()
                        + drop(from.drops(), "unknown-line")
                        + drop(from.drops(), "duplicate")
                        + drop(from.drops(), "too-late")
                        + drop(from.drops(), "source")
                        + drop(from.drops(), "over-mtu")
                        + drop(from.drops(), "nested")
                        + drop(from.drops(), "own-endpoint")
                        + sumOf(in.drops(), "inner.")
                        + sumOf(in.drops(), "source."));
    }

    private static void checkLines(SimulatedBond bond) {
        long sentUp = 0;
        long receivedDown = 0;
        for (SimEnd end : bond.siteEnds()) {
            sentUp += end.sentDatagrams();
            receivedDown += end.arrivedDatagrams();
        }
        long sentDown = 0;
        long receivedUp = 0;
        for (SimEnd end : bond.hubEnds()) {
            sentDown += end.sentDatagrams();
            receivedUp += end.arrivedDatagrams();
        }
        long offeredUp = 0;
        long deliveredUp = 0;
        long offeredDown = 0;
        long deliveredDown = 0;
        for (SimLine line : bond.simLines()) {
            offeredUp += line.upStats().offeredPackets();
            deliveredUp += line.upStats().deliveredPackets();
            offeredDown += line.downStats().offeredPackets();
            deliveredDown += line.downStats().deliveredPackets();
        }
        require("datagrams of the site", offeredUp, sentUp);
        require("datagrams for the hub", deliveredUp, receivedUp);
        require("datagrams of the hub", offeredDown + bond.unroutedDatagrams(), sentDown);
        require("datagrams for the site", deliveredDown, receivedDown + bond.natRefusedDatagrams());
    }

    private static long drop(Map<String, Long> drops, String name) {
        return drops.getOrDefault(name, 0L);
    }

    private static long sum(Map<String, Long> drops, List<String> without) {
        return drops.entrySet().stream()
                .filter(entry -> !without.contains(entry.getKey()))
                .filter(entry -> !entry.getKey().startsWith(HANDSHAKE))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long sumOf(Map<String, Long> drops, String prefix) {
        return drops.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(prefix))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static void require(String what, long actual, long expected) {
        if (actual != expected) {
            throw new IllegalStateException(
                    "not accounted for: " + what + ": " + actual + ", but the counts say " + expected);
        }
    }
}
