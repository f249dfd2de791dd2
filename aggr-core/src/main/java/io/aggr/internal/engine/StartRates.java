package io.aggr.internal.engine;

import io.aggr.StartRate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What lines carried at another time, by the names of peer and line, for lines that become known from now on.
 *
 * <p>Confined to the thread that sends.
 */
final class StartRates {

    private Map<String, Map<String, Long>> rates = Map.of();

    /** Forgets what was known, and knows this. Of two entries for one line the later one holds. */
    void replace(List<StartRate> next) {
        Map<String, Map<String, Long>> byPeer = new HashMap<>();
        for (StartRate rate : next) {
            byPeer.computeIfAbsent(rate.peer(), name -> new HashMap<>()).put(rate.link(), rate.bitsPerSecond());
        }
        rates = byPeer;
    }

    /** A line's rate, bit/s; 0 if nothing is known. */
    long of(String peer, String line) {
        Long rate = rates.getOrDefault(peer, Map.of()).get(line);
        return rate == null ? 0 : rate;
    }
}
