package io.aggr.examples.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a lab is run.
 *
 * @param addresses all addresses
 * @param daemonCommand command line of the daemon up to its subcommand, or empty if none will be started
 * @param runDirectory where configurations and output go; null for a temporary directory that goes with the lab
 * @param announceMtu whether modem and provider know a line's MTU and answer "too big", as they do; false makes too large
 *     packets vanish
 * @param seed seed of the lines' loss and jitter
 * @param hosts what the machines are like
 */
public record LabOptions(
        AddressPlan addresses,
        List<String> daemonCommand,
        @Nullable Path runDirectory,
        boolean announceMtu,
        long seed,
        HostTraits hosts) {

    /** Checks the parts and copies the list. */
    public LabOptions {
        Objects.requireNonNull(addresses, "addresses");
        Objects.requireNonNull(hosts, "hosts");
        daemonCommand = List.copyOf(daemonCommand);
    }

    /**
     * IPv4, no daemon, a temporary directory, seed 1, the usual machines.
     *
     * @return options to refine with the {@code with} methods
     */
    public static LabOptions defaults() {
        return new LabOptions(AddressPlan.ipv4(), List.of(), null, true, 1, HostTraits.USUAL);
    }

    /**
     * The same with other addresses.
     *
     * @param plan all addresses
     * @return a changed copy
     */
    public LabOptions withAddresses(AddressPlan plan) {
        return new LabOptions(plan, daemonCommand, runDirectory, announceMtu, seed, hosts);
    }

    /**
     * The same with a daemon.
     *
     * @param command command line up to the subcommand
     * @return a changed copy
     */
    public LabOptions withDaemonCommand(List<String> command) {
        return new LabOptions(addresses, command, runDirectory, announceMtu, seed, hosts);
    }

    /**
     * The same with a daemon that is a main class of this process's class path, run by the same Java.
     *
     * @param mainClass name of the class
     * @param flags flags of the virtual machine
     * @return a changed copy
     */
    public LabOptions withDaemonClass(String mainClass, String... flags) {
        List<String> command = new ArrayList<>(List.of(JavaPrograms.java()));
        command.addAll(JavaPrograms.inheritedFlags());
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        return withDaemonCommand(command);
    }

    /**
     * The same with further flags of the daemon's virtual machine.
     *
     * @param flags such as {@code -Xmx64m}; they come first, so that a flag of the same name behind them counts
     * @return a changed copy
     * @throws IllegalStateException if there is no daemon
     */
    public LabOptions withDaemonFlags(String... flags) {
        if (daemonCommand.isEmpty()) {
            throw new IllegalStateException("lab.daemon-command is not set");
        }
        List<String> command = new ArrayList<>(daemonCommand);
        command.addAll(1, List.of(flags));
        return withDaemonCommand(command);
    }

    /**
     * The same with a directory of the caller's choice, which stays.
     *
     * @param directory where configurations and output go
     * @return a changed copy
     */
    public LabOptions withRunDirectory(Path directory) {
        return new LabOptions(addresses, daemonCommand, directory, announceMtu, seed, hosts);
    }

    /**
     * The same with another way of telling an MTU.
     *
     * @param announce as described for the record
     * @return a changed copy
     */
    public LabOptions withAnnounceMtu(boolean announce) {
        return new LabOptions(addresses, daemonCommand, runDirectory, announce, seed, hosts);
    }

    /**
     * The same with another seed.
     *
     * @param newSeed seed of loss and jitter
     * @return a changed copy
     */
    public LabOptions withSeed(long newSeed) {
        return new LabOptions(addresses, daemonCommand, runDirectory, announceMtu, newSeed, hosts);
    }

    /**
     * The same with other machines.
     *
     * @param traits what they are like
     * @return a changed copy
     */
    public LabOptions withHosts(HostTraits traits) {
        return new LabOptions(addresses, daemonCommand, runDirectory, announceMtu, seed, traits);
    }
}
