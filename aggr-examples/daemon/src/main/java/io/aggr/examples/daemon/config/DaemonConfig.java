package io.aggr.examples.daemon.config;

import io.aggr.BondConfig;
import io.aggr.PeerConfig;
import io.aggr.Providers;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A configuration file that is good.
 *
 * @param bond what to start
 * @param providers the plugins that it may use
 * @param plugins the folder with plugins that the file names; null for none
 * @param statusSocket where to answer for the status; null for the usual place
 * @param ratesFile where to keep the rates that lines are found to carry; null for the place that a service manager gives, if there is one
 * @param doubts what is good but cannot be done yet, such as names that cannot be resolved; a sentence each
 * @param places where its keys stand
 * @since 0.1
 */
public record DaemonConfig(
        BondConfig bond,
        Providers providers,
        @Nullable Path plugins,
        @Nullable Path statusSocket,
        @Nullable Path ratesFile,
        List<String> doubts,
        Places places) {

    /** Copies the collections. */
    public DaemonConfig {
        doubts = List.copyOf(doubts);
    }

    /**
     * Where the peer stands that a message of the library begins with.
     *
     * @param message {@code peer NAME ...} or {@code peer NAME: ...}, or anything else
     * @return file and line of the peer's table; the top of the file if the message names none
     */
    public String placeOf(String message) {
        String named = "";
        for (PeerConfig peer : bond.peers()) {
            String begin = "peer " + peer.name();
            boolean begins = message.startsWith(begin + " ") || message.startsWith(begin + ":");
            named = begins && begin.length() > named.length() ? begin : named;
        }
        return places.of(named);
    }
}
