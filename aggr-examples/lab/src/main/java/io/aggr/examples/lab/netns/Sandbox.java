package io.aggr.examples.lab.netns;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Lets an ordinary user make network namespaces: the program runs itself again as root of a user namespace of its own,
 * with its own network and its own mounts.
 */
public final class Sandbox {

    private static final String INSIDE = "AGGR_LAB_SANDBOX";

    /**
     * {@code ip netns} keeps its names in /run/netns, which an ordinary user cannot make; over the sandbox's own mounts he
     * can.
     */
    private static final String PREPARE = "mount -t tmpfs aggrlab /run && mkdir /run/netns && exec \"$@\"";

    private Sandbox() {}

    /**
     * Whether this process is root, of the machine or of a user namespace.
     *
     * @return false also if that cannot be told
     */
    public static boolean isRoot() {
        try {
            // The owner of a process's directory is its effective user.
            return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }

    /**
     * Whether {@link #run} has to be used before namespaces can be made.
     *
     * @return whether this is an ordinary user's process outside a sandbox
     */
    public static boolean isNeeded() {
        return !isRoot() && System.getenv(INSIDE) == null;
    }

    /**
     * Tries whether a sandbox can be made here.
     *
     * @return an empty string, or what the system said
     */
    public static String obstacle() {
        if (Programs.find("unshare").isEmpty()) {
            return "the program unshare of util-linux is missing";
        }
        try {
            Programs.Outcome outcome = Programs.run("", command(List.of("ip", "netns", "add", "aggrlab-probe")));
            return outcome.isGood() ? "" : outcome.output();
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Runs a program in a new sandbox and waits for its end. Standard input, output and errors are this process's. If this
     * process is ended, so is the program.
     *
     * @param command name and arguments
     * @return exit code of the program
     * @throws IOException if it cannot be started
     */
    public static int run(List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command(command)).inheritIO();
        builder.environment().put(INSIDE, "1");
        Process process = builder.start();
        Thread hook = new Thread(
                () -> {
                    process.destroy();
                    try {
                        // It removes its namespaces meanwhile.
                        process.waitFor(10, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "lab-sandbox-end");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int code = process.waitFor();
            Runtime.getRuntime().removeShutdownHook(hook);
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw new IOException("interrupted while waiting for the sandbox", e);
        } catch (IllegalStateException e) {
            // The virtual machine is going down already; the hook does the rest.
            return 143;
        }
    }

    private static List<String> command(List<String> inner) {
        List<String> all = new ArrayList<>(List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--net",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-c",
                PREPARE,
                "sh"));
        all.addAll(inner);
        return all;
    }
}
