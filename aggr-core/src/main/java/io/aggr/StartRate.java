package io.aggr;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Where the search for the rate of a line begins: what the line was found to carry away from this end at another time, such as in an earlier life of the
 * program. It is a start and not the truth, and a rate in the configuration of either end wins.
 *
 * <p>Above all metered lines need it: they are not measured by trains of packets, which cost money, and begin slowly otherwise. What one bond has found,
 * the next one can begin with:
 *
 * <pre>{@code
 * List<StartRate> found = StartRate.of(bond.stats());
 * bond.close();
 * Bond next = Bond.builder(config).startRates(found).start();
 * }</pre>
 *
 * <p>Each end knows its own direction alone, so both should keep what they have found. The end that learns its lines from the peer knows them by the
 * names that the peer tells.
 *
 * @param peer name of the peer, as in the configuration of this end
 * @param link name of the line, as in {@link BondStats.LinkStats#name}
 * @param bitsPerSecond bits of IP packets per second away from this end, headers included; 8 kbit/s to 1 Tbit/s
 * @since 0.1
 */
public record StartRate(String peer, String link, long bitsPerSecond) {

    /** The least that a line can begin with, bit/s. */
    public static final long MIN_BITS_PER_SECOND = 8_000;

    /** The most that a line can begin with, bit/s. */
    public static final long MAX_BITS_PER_SECOND = 1_000_000_000_000L;

    /**
     * Checks the parts.
     *
     * @throws IllegalArgumentException if the rate is out of range; the message names peer and line
     */
    public StartRate {
        Objects.requireNonNull(peer, "peer");
        Objects.requireNonNull(link, "link");
        if (bitsPerSecond < MIN_BITS_PER_SECOND || bitsPerSecond > MAX_BITS_PER_SECOND) {
            throw new IllegalArgumentException("start rate of link " + link + " of peer " + peer
                    + " must be 8 kbit/s to 1 Tbit/s, got " + bitsPerSecond + " bit/s");
        }
    }

    /**
     * What a bond has found of its lines.
     *
     * @param stats a picture of the bond; the one after its end serves too
     * @return one entry for each line of which something was found since the bond was started
     */
    public static List<StartRate> of(BondStats stats) {
        List<StartRate> rates = new ArrayList<>();
        for (BondStats.PeerStats peer : stats.peers()) {
            for (BondStats.LinkStats link : peer.links()) {
                if (link.foundBitsPerSecond() > 0) {
                    long bounded =
                            Math.min(MAX_BITS_PER_SECOND, Math.max(MIN_BITS_PER_SECOND, link.foundBitsPerSecond()));
                    rates.add(new StartRate(peer.name(), link.name(), bounded));
                }
            }
        }
        return rates;
    }
}
