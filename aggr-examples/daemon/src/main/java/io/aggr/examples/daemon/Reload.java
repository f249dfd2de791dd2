package io.aggr.examples.daemon;

import io.aggr.BondConfig;
import io.aggr.PeerChanges;
import io.aggr.examples.daemon.config.ConfigException;
import io.aggr.examples.daemon.config.ConfigReader;
import io.aggr.examples.daemon.config.DaemonConfig;
import io.aggr.examples.daemon.config.NameResolver;
import io.aggr.examples.daemon.rates.RatesKeeper;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
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
    private final @Nullable Path ratesFile;
    private final RatesKeeper rates;

    /**
     * Prepares it.
     *
     * @param options what the daemon's command line says
     * @param bond its bond
     * @param ratesFile where rates are kept, as written in the file; null if nothing is
     * @param rates keeps them
     */
    Reload(DaemonOptions options, RunningBond bond, @Nullable Path ratesFile, RatesKeeper rates) {
        this.options = options;
        this.bond = bond;
        this.ratesFile = ratesFile;
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
            List<String> fixed = fixed(bond.config(), read.bond());
            add(fixed, "bond.rates-file", Optional.ofNullable(ratesFile), Optional.ofNullable(read.ratesFile()));
            if (!fixed.isEmpty()) {
                fixed.forEach(what -> log.error("reload: {} cannot change while the daemon runs", what));
                log.error("reload: nothing was changed");
                return;
            }
            // Peers that come, or begin anew, begin with what is known of their lines by now.
            bond.startRates(rates.rates());
            tell(bond.changePeers(read.bond().peers()));
        } catch (ConfigException e) {
            e.lines().forEach(line -> log.error("reload: {}", line));
            log.error("reload: nothing was changed");
        } catch (IllegalArgumentException | IllegalStateException e) {
            log.error("reload: {}{}", place(read, String.valueOf(e.getMessage())), e.getMessage());
            log.error("reload: nothing was changed");
        }
    }

    /** Where in the file the peer stands that a message of the library begins with; the file alone if it is not there. */
    private String place(@Nullable DaemonConfig read, String message) {
        if (read == null) {
            return "";
        }
        String named = "";
        for (String name : read.peerLines().keySet()) {
            boolean begins = message.startsWith("peer " + name + " ") || message.startsWith("peer " + name + ":");
            named = begins && name.length() > named.length() ? name : named;
        }
        Integer line = read.peerLines().get(named);
        return options.config() + (line == null ? ": " : ":" + line + ": ");
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

    /** What is different and cannot follow, as it is called in the file. */
    private static List<String> fixed(BondConfig old, BondConfig next) {
        List<String> different = new ArrayList<>();
        add(different, "bond.name", old.name(), next.name());
        add(different, "bond.listen", old.listen(), next.listen());
        add(different, "tun.name", old.tun().name(), next.tun().name());
        add(different, "tun.address", old.tun().addresses(), next.tun().addresses());
        add(different, "tun.routes", old.tun().routes(), next.tun().routes());
        add(
                different,
                "tun.backend or tun.options",
                List.of(old.tunType(), old.tunOptions()),
                List.of(next.tunType(), next.tunOptions()));
        add(different, "tun.clamp-mss", old.clampMss(), next.clampMss());
        if (different.isEmpty()) {
            add(different, "tun", old.tun(), next.tun());
        }
        add(
                different,
                "the key, the cipher or the state file of [bond]",
                old.encapsulationOptions(),
                next.encapsulationOptions());
        return different;
    }

    private static void add(List<String> different, String what, Object old, Object next) {
        if (!old.equals(next)) {
            different.add(what);
        }
    }
}
