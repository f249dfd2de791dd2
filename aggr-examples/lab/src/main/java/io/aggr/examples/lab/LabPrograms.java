package io.aggr.examples.lab;

import io.aggr.examples.lab.netns.ChildProcess;
import io.aggr.examples.lab.netns.Namespaces;
import io.aggr.examples.lab.netns.Programs;
import io.aggr.examples.lab.netns.Realtime;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs that run on the hosts of a lab, the daemons among them, and the files that they need.
 *
 * <p><b>Threading.</b> Any thread.
 */
final class LabPrograms implements AutoCloseable {

    private static final String DAEMON_THREADS = "aggr-";

    private final Namespaces namespaces;
    private final Path runDirectory;
    private final List<String> daemonCommand;
    private final List<ChildProcess> children = new ArrayList<>();
    private final List<ChildProcess> daemons = new ArrayList<>();
    private volatile boolean daemonsRaised = true;

    /** Programs of a lab; see {@link LabOptions} for the command. */
    LabPrograms(Namespaces namespaces, Path runDirectory, List<String> daemonCommand) {
        this.namespaces = namespaces;
        this.runDirectory = runDirectory;
        this.daemonCommand = daemonCommand;
    }

    /** Starts a program; see {@link Lab#run}. */
    ChildProcess run(LabHost host, String label, List<String> command) throws IOException {
        ChildProcess child = ChildProcess.start(label, namespaces.exec(host.role(), command), runDirectory);
        synchronized (children) {
            children.add(child);
        }
        return child;
    }

    /** Runs a short program to its end and returns what it printed. */
    String check(LabHost host, String... command) throws IOException {
        return Programs.check("", namespaces.exec(host.role(), List.of(command)));
    }

    /** Starts the daemon on a router; see {@link Lab#startDaemon}. */
    ChildProcess startDaemon(LabHost host, String configText) throws IOException {
        if (daemonCommand.isEmpty()) {
            throw new IllegalStateException("lab.daemon-command is not set");
        }
        Path config = writePrivate(host.role() + ".toml", configText);
        List<String> command = new ArrayList<>(daemonCommand);
        command.addAll(List.of("run", "--config", config.toString()));
        ChildProcess daemon = run(host, host.role() + "-daemon", command);
        synchronized (children) {
            daemons.add(daemon);
        }
        return daemon;
    }

    /**
     * Puts the daemons' packet threads before all ordinary programs, as an operator's service manager does, so that what else this machine has
     * to do does not count. They run after the emulator's.
     */
    void raiseDaemons() {
        List<ChildProcess> alive;
        synchronized (children) {
            daemons.removeIf(daemon -> !daemon.isAlive());
            alive = List.copyOf(daemons);
        }
        daemonsRaised = alive.stream()
                .allMatch(daemon -> Realtime.raise(daemon.pid(), name -> name.startsWith(DAEMON_THREADS)));
    }

    /** Whether the system has let us do that. */
    boolean areDaemonsRaised() {
        return daemonsRaised;
    }

    /** Writes a file that others cannot read; see {@link Lab#writePrivate}. */
    Path writePrivate(String name, String text) throws IOException {
        Path file = runDirectory.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text, StandardCharsets.UTF_8);
    }

    /** Throws if a program has failed. */
    void checkHealth() throws IOException {
        synchronized (children) {
            for (ChildProcess child : children) {
                if (child.hasFailed()) {
                    throw new IOException(child.label() + " has ended: " + child.lastErrors());
                }
            }
        }
    }

    /** What the programs have to complain about, each behind its label; empty if nothing. */
    String lastWords() {
        StringBuilder words = new StringBuilder();
        synchronized (children) {
            for (ChildProcess child : children) {
                String errors = child.lastErrors();
                if (!errors.isBlank()) {
                    words.append('\n').append(child.label()).append(":\n").append(errors);
                }
            }
        }
        return words.toString();
    }

    /** Ends all programs. Idempotent; never throws. */
    @Override
    public void close() {
        List<ChildProcess> running;
        synchronized (children) {
            running = List.copyOf(children);
            children.clear();
        }
        running.forEach(ChildProcess::terminate);
        running.forEach(ChildProcess::close);
    }
}
