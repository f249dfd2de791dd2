package io.aggr.examples.daemon;

import io.aggr.PeerChanges;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.ConfigReader;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.config.NameResolver;
import io.aggr.examples.daemon.config.ReloadPlan;
import io.aggr.examples.daemon.rates.RatesKeeper;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the configuration file of a running daemon again and lets peers come and go accordingly. All or nothing: a file that is wrong, or that changes
 * what is fixed while the daemon runs, changes nothing.
 */
final class Reload {

    private static final Logger log = LoggerFactory.getLogger(Reload.class);

    private final DaemonOptions options;
    private final RunningBond bond;
    private final DaemonConfig started;
    private final RatesKeeper rates;

    /**
     * Prepares it.
     *
     * @param options what the daemon's command line says
     * @param bond its bond
     * @param started what it was started with
     * @param rates keeps them
     */
    Reload(DaemonOptions options, RunningBond bond, DaemonConfig started, RatesKeeper rates) {
        this.options = options;
        this.bond = bond;
        this.started = started;
        this.rates = rates;
    }

    /** Reads the file and does what it says; tells one line per change, or why there is none. */
    synchronized void run() {
        DaemonConfig read = null;
        try {
            read = new ConfigReader(
                            options.config(),
                            options.plugins(),
                            new PluginFolder(),
                            NameResolver.system(Complaints.RESOLVE_TIMEOUT))
                    .read();
            ReloadPlan plan = ReloadPlan.of(started, read, overridden());
            if (!plan.refused().isEmpty()) {
                plan.refused().forEach(line -> log.error("reload: {}", line));
                log.error("reload: nothing was changed");
                return;
            }
            // Peers that come, or begin anew, begin with what is known of their lines by now.
            bond.startRates(rates.rates());
            tell(bond.changePeers(plan.peers()));
        } catch (ConfigException e) {
            e.lines().forEach(line -> log.error("reload: {}", line));
            log.error("reload: nothing was changed");
        } catch (IllegalArgumentException | IllegalStateException e) {
            String place = read == null ? "" : read.placeOf(String.valueOf(e.getMessage())) + ": ";
            log.error("reload: {}{}", place, e.getMessage());
            log.error("reload: nothing was changed");
        }
    }

    /** Keys that the command line has the last word on: what the file says of them does not matter. */
    private Set<String> overridden() {
        Set<String> keys = new HashSet<>();
        if (options.plugins() != null) {
            keys.add("plugins");
        }
        if (options.socket() != null) {
            keys.add("status-socket");
        }
        return keys;
    }

    private static void tell(PeerChanges changes) {
        changes.removed().forEach(peer -> log.info("reload: peer {} removed", peer));
        changes.replaced().forEach(peer -> log.info("reload: peer {} changed, begins with a new session", peer));
        changes.rerouted().forEach(peer -> log.info("reload: peer {} has other allowed-ips", peer));
        changes.added().forEach(peer -> log.info("reload: peer {} added", peer));
        if (changes.isEmpty()) {
            log.info("reload: no peer has changed");
        }
    }
}
