package io.aggr.examples.daemon.config;

import io.aggr.BondConfig;
import io.aggr.Providers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is good.
 *
 * @param bond what to start
 * @param providers the plugins that it may use
 * @param statusSocket where to answer for the status; null for the usual place
 * @param ratesFile where to keep the rates that lines are found to carry; null for the place that a service manager gives, if there is one
 * @param peerLines in which line of the file each peer begins, by name
 * @param doubts what is good but cannot be done yet, such as names that cannot be resolved; a sentence each
 * @since 0.1
 */
public record DaemonConfig(
        BondConfig bond,
        Providers providers,
        @Nullable Path statusSocket,
        @Nullable Path ratesFile,
        Map<String, Integer> peerLines,
        List<String> doubts) {

    /** Copies the collections. */
    public DaemonConfig {
        peerLines = Map.copyOf(peerLines);
        doubts = List.copyOf(doubts);
    }
}
