package io.aggr.examples.lab.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The named network namespaces of one lab. Each name carries the id of the process that made it, so that labs do not
 * meet and what a killed one left behind is found by the next.
 *
 * <p><b>Threading.</b> Any thread; {@link #close} may come from a shutdown hook.
 */
public final class Namespaces implements AutoCloseable {

    private static final Path DIRECTORY = Path.of("/run/netns");
    private static final String PREFIX = "aggrlab-";
    private static final Pattern OURS = Pattern.compile(PREFIX + "([0-9]+)-.+");

    private final long owner;
    private final List<String> made = Collections.synchronizedList(new ArrayList<>());

    /** Names for namespaces of this process; makes none yet. */
    public Namespaces() {
        this(ProcessHandle.current().pid());
    }

    Namespaces(long owner) {
        this.owner = owner;
    }

    /**
     * Full name of a namespace.
     *
     * @param role what it is in the lab, such as {@code lan-a}
     * @return the name that {@code ip netns} knows
     */
    public String name(String role) {
        return PREFIX + owner + "-" + role;
    }

    /**
     * Makes empty namespaces.
     *
     * @param roles what they are in the lab
     * @throws IOException if the system refuses; those made so far are removed by {@link #close}
     */
    public void add(List<String> roles) throws IOException {
        for (String role : roles) {
            made.add(name(role));
            Programs.check("ip", "netns", "add", name(role));
        }
    }

    /**
     * Runs lines of {@code ip -batch}.
     *
     * @param role the namespace in which they run
     * @param lines commands without the leading {@code ip}
     * @throws IOException if one fails
     */
    public void ip(String role, String lines) throws IOException {
        if (!lines.isBlank()) {
            Programs.check(lines, List.of("ip", "-n", name(role), "-batch", "-"));
        }
    }

    /**
     * Sets kernel parameters of a namespace.
     *
     * @param role the namespace
     * @param settings lines of the form {@code net/ipv4/ip_forward=1}; what this kernel does not have is left out
     * @throws IOException if one is refused
     */
    public void sysctl(String role, List<String> settings) throws IOException {
        StringBuilder script = new StringBuilder();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            String file = "/proc/sys/" + setting.substring(0, equals);
            script.append("[ ! -e ").append(file).append(" ] || echo ");
            script.append(setting.substring(equals + 1)).append(" > ").append(file);
            script.append(" || { echo ").append(file).append("; exit 1; }\n");
        }
        Programs.check(script.toString(), exec(role, List.of("sh", "-s")));
    }

    /**
     * Command line that runs a program in a namespace.
     *
     * @param role the namespace
     * @param command name and arguments
     * @return the same behind {@code ip netns exec}
     */
    public List<String> exec(String role, List<String> command) {
        List<String> all = new ArrayList<>(
                List.of(Programs.find("ip").map(Path::toString).orElse("ip"), "netns", "exec", name(role)));
        all.addAll(command);
        return all;
    }

    /** Removes the namespaces with everything that still runs in them. Idempotent; never throws. */
    @Override
    public void close() {
        List<String> names;
        synchronized (made) {
            names = List.copyOf(made);
            made.clear();
        }
        names.forEach(Namespaces::remove);
    }

    /**
     * Removes what labs left behind whose process is gone.
     *
     * @return names of the removed namespaces
     */
    public static List<String> removeStale() {
        List<String> stale = list().stream()
                .filter(name -> ownerOf(name).filter(pid -> !isAlive(pid)).isPresent())
                .toList();
        stale.forEach(Namespaces::remove);
        return stale;
    }

    static Optional<Long> ownerOf(String name) {
        Matcher matcher = OURS.matcher(name);
        return matcher.matches() ? Optional.of(Long.parseLong(matcher.group(1))) : Optional.empty();
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static List<String> list() {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.map(file -> file.getFileName().toString()).toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static void remove(String name) {
        try {
            // A namespace lives on for as long as a process is in it, and a daemon without its lab has no purpose.
            Programs.run("", List.of("ip", "netns", "pids", name))
                    .output()
                    .lines()
                    .filter(line -> line.matches("[0-9]+"))
                    .map(Long::parseLong)
                    .filter(pid -> pid != ProcessHandle.current().pid())
                    .flatMap(pid -> ProcessHandle.of(pid).stream())
                    .forEach(process -> ChildProcess.end(process, Duration.ofSeconds(1)));
            Programs.run("", List.of("ip", "netns", "delete", name));
        } catch (IOException e) {
            System.err.println("namespace " + name + " is left behind: " + e.getMessage());
        }
    }
}
