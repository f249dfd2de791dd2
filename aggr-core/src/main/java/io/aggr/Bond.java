package io.aggr;

import io.aggr.internal.driver.BondCheck;
import io.aggr.internal.driver.RunningBond;
import io.aggr.tun.TunDevice;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/**
 * The local end of a bond: takes packets from a TUN device, or from the program itself, and carries them to its peers over several lines at once.
 *
 * <pre>{@code
 * BondConfig config = BondConfig.of(
 *         "home",
 *         TunSettings.named("aggr0").withAddresses("172.16.251.1/24").withRoutes("10.0.0.0/8"),
 *         PeerConfig.plain("office", 42)
 *                 .withAllowedIps("10.0.0.0/8", "172.16.251.50/32")
 *                 .withLinks(
 *                         LinkConfig.udp("dsl", officeAddress).withRates(LinkRates.of(4_000_000, 800_000)),
 *                         LinkConfig.udp("lte", officeAddress).withRates(LinkRates.of(20_000_000, 5_000_000))));
 * try (Bond bond = Bond.builder(config).start()) {
 *     System.out.println(bond.stats());
 * }
 * }</pre>
 *
 * <p>Peers come and go while a bond runs: {@link #addPeer}, {@link #removePeer}, {@link #changePeers}.
 *
 * <p><b>Threading.</b> All methods are safe from any thread. Two threads carry the packets, one more the listener's events; all are daemon
 * threads unless the caller's factory says otherwise.
 *
 * @since 0.1
 */
public final class Bond implements AutoCloseable {

    private final RunningBond running;

    private Bond(RunningBond running) {
        this.running = running;
    }

    /**
     * Starts to describe how a bond is run.
     *
     * @param config what it is
     * @return a builder with the defaults: all providers that the class loader knows, no listener
     */
    public static Builder builder(BondConfig config) {
        return new Builder(config);
    }

    /**
     * Starts a bond.
     *
     * @param config what it is
     * @param providers the plugins that it may use
     * @param listener hears what happens
     * @return a running bond
     * @throws IOException if the system refuses something; one sentence says what. Nothing stays behind
     * @throws IllegalArgumentException as {@link #check}
     */
    public static Bond start(BondConfig config, Providers providers, BondListener listener) throws IOException {
        return builder(config).providers(providers).listener(listener).start();
    }

    /**
     * Checks whether a bond could be started, as far as that can be told without touching anything: that all plugins exist, can be used here and
     * take their options.
     *
     * @param config what it is
     * @param providers the plugins that it may use
     * @throws IllegalArgumentException if not; the message names the place and the rule
     */
    public static void check(BondConfig config, Providers providers) {
        BondCheck.check(config, providers, true);
    }

    /**
     * Takes in another peer while the bond runs: one that comes to us. Other peers do not notice. Returns when the peer may come.
     *
     * <p>Not to be called by a plugin that moves packets, such as a scheduler: its thread would have to wait for itself. A {@link BondListener} may.
     *
     * @param peer who it is; without links, since sockets are opened when a bond starts
     * @throws IllegalArgumentException if the peer cannot be: its name, its key or one of its networks belongs to another peer, a plugin does not exist,
     *     or it has links of its own; the message names the peer and the rule. Nothing has changed then
     * @throws IllegalStateException if the bond does not run, or a plugin calls
     */
    public void addPeer(PeerConfig peer) {
        running.peers().add(Objects.requireNonNull(peer, "peer"));
    }

    /**
     * Takes a peer out while the bond runs. It is told; its sessions and keys are wiped, and what waits for it is dropped and counted as {@code
     * peer-removed}. Other peers do not notice. Returns when nothing is left of it.
     *
     * @param name the peer's name
     * @throws IllegalArgumentException if there is no such peer, if it is the last one, or if it has links, which are closed when a bond stops
     * @throws IllegalStateException if the bond does not run, or a plugin calls; see {@link #addPeer}
     */
    public void removePeer(String name) {
        running.peers().remove(Objects.requireNonNull(name, "name"));
    }

    /**
     * Changes the peers of the running bond into these: takes out who is not among them, takes in who is new, and replaces those whose settings are
     * others. Where only the networks are others the session stays. All is checked before anything is done.
     *
     * @param peers all peers that there shall be, at least one
     * @return what was done
     * @throws IllegalArgumentException if the peers do not go together, or one with links would have to be added, removed or replaced; the message
     *     names the peer and the rule. Nothing has changed then
     * @throws IllegalStateException if the bond does not run, or a plugin calls; see {@link #addPeer}
     */
    public PeerChanges changePeers(List<PeerConfig> peers) {
        return running.peers().change(Objects.requireNonNull(peers, "peers"));
    }

    /**
     * Says what lines carried at another time, while the bond runs. It holds for lines that become known from now on, such as those of peers that are
     * added, and takes the place of what was said before; lines that are there go on with what they have found. Names that belong to no line do no harm.
     *
     * @param rates where the search for the rates begins
     * @throws IllegalStateException if the bond does not run, or a plugin calls; see {@link #addPeer}
     */
    public void startRates(List<StartRate> rates) {
        running.startRates(rates);
    }

    /**
     * What the bond is at present.
     *
     * @return what it was started with, with the peers of this moment
     */
    public BondConfig config() {
        return running.peers().config();
    }

    /**
     * What the bond is doing.
     *
     * @return a picture of this moment; of the last one after {@link #close}
     */
    public BondStats stats() {
        return running.stats();
    }

    /**
     * Whether the bond carries packets.
     *
     * @return false after {@link #close}, or when the TUN device has gone
     */
    public boolean isRunning() {
        return running.isRunning();
    }

    /**
     * Tells the peers, stops the threads, closes links and TUN device, and takes back what was configured. Idempotent; returns when the threads
     * are gone.
     */
    @Override
    public void close() {
        running.close();
    }

    /**
     * How a bond is run. Not safe for several threads.
     *
     * @since 0.1
     */
    public static final class Builder {

        private final BondConfig config;
        private @Nullable Providers providers;
        private BondListener listener = new BondListener() {};
        private @Nullable TunDevice tun;
        private List<StartRate> startRates = List.of();
        private ThreadFactory threads = Builder::daemon;
        private boolean started;

        private Builder(BondConfig config) {
            this.config = Objects.requireNonNull(config, "config");
        }

        private static Thread daemon(Runnable work) {
            Thread thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        }

        /**
         * Sets the plugins that may be used.
         *
         * @param newProviders what was discovered or put together
         * @return this builder
         */
        public Builder providers(Providers newProviders) {
            providers = Objects.requireNonNull(newProviders, "newProviders");
            return this;
        }

        /**
         * Sets who hears what happens.
         *
         * @param newListener called on a thread of its own
         * @return this builder
         */
        public Builder listener(BondListener newListener) {
            listener = Objects.requireNonNull(newListener, "newListener");
            return this;
        }

        /**
         * Uses a device of the program's instead of opening one; see {@link PacketChannel#device}. The bond closes it.
         *
         * @param device an open device
         * @return this builder
         */
        public Builder tun(TunDevice device) {
            tun = Objects.requireNonNull(device, "device");
            return this;
        }

        /**
         * Sets what lines carried at another time, which {@link StartRate#of} has kept. Nothing unless told otherwise.
         *
         * @param rates where the search for the rates of lines without configured ones begins; names that belong to no line do no harm
         * @return this builder
         */
        public Builder startRates(List<StartRate> rates) {
            startRates = List.copyOf(rates);
            return this;
        }

        /**
         * Sets who makes the threads. Their names are set by the bond.
         *
         * @param factory makes threads that are not started
         * @return this builder
         */
        public Builder threads(ThreadFactory factory) {
            threads = Objects.requireNonNull(factory, "factory");
            return this;
        }

        /**
         * Starts the bond.
         *
         * @return a running bond
         * @throws IOException if the system refuses something; one sentence says what. Nothing stays behind; a device of the program's is closed
         * @throws IllegalArgumentException as {@link Bond#check}
         * @throws IllegalStateException if this builder has started a bond: device and sockets would be those of two. That bond goes on
         */
        public Bond start() throws IOException {
            if (started) {
                throw new IllegalStateException("a builder starts a bond once; another bond needs another builder");
            }
            Providers chosen = providers != null ? providers : Providers.discover();
            Bond bond = new Bond(RunningBond.start(config, chosen, listener, tun, startRates, threads));
            started = true;
            return bond;
        }
    }
}
