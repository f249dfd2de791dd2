package io.aggr.examples.lab;

import io.aggr.sim.CongestionAlgorithm;
import java.util.Locale;
import java.util.Objects;

/**
 * What the machines of a lab are like where that is a choice.
 *
 * @param congestion congestion control of the hosts' TCP
 * @param ecn whether their TCP asks for explicit congestion notification (RFC 3168)
 * @param ownInterfaces whether gate-megabit has one interface for each line, named {@code wan1} and so on, so that one can go away; otherwise all
 *     lines share {@code wan0}
 */
public record HostTraits(CongestionAlgorithm congestion, boolean ecn, boolean ownInterfaces) {

    /** CUBIC without ECN, one interface for all lines. */
    public static final HostTraits USUAL = new HostTraits(CongestionAlgorithm.CUBIC, false, false);

    /** Checks the parts. */
    public HostTraits {
        Objects.requireNonNull(congestion, "congestion");
    }

    /** What the kernel calls the congestion control. */
    String congestionName() {
        return congestion.name().toLowerCase(Locale.ROOT);
    }

    /** Gate-megabit's interface towards a line's modem. */
    String gateDevice(int line) {
        return ownInterfaces ? "wan" + line : "wan0";
    }
}
