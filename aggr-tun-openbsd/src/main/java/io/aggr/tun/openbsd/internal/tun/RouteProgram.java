package io.aggr.tun.openbsd.internal.tun;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Routes by route(8): what was done stands in an error message and can be repeated by hand. Each call starts a program; it happens when a device is
 * opened and closed, never in between.
 */
public final class RouteProgram implements Routes {

    /** Where OpenBSD has it. */
    public static final Path PATH = Path.of("/sbin/route");

    private static final long LONGEST_SECONDS = 10;

    private final Path program;

    /** Uses the program at a path. */
    public RouteProgram(Path program) {
        this.program = program;
    }

    @Override
    public void add(Route route) throws IOException {
        run(arguments("add", route));
    }

    @Override
    public void delete(Route route) throws IOException {
        run(arguments("delete", route));
    }

    /** The arguments of route(8). Nothing is looked up by name ({@code -n}), and no shell reads them. */
    List<String> arguments(String verb, Route route) {
        boolean isIpv6 = InterfaceControl.isIpv6(route.network().address());
        List<String> arguments = new ArrayList<>(List.of(program.toString(), "-n", verb, isIpv6 ? "-inet6" : "-inet"));
        arguments.add(route.network().toString());
        if (route.isOwn()) {
            arguments.add("-iface");
        }
        arguments.add(route.gateway().getHostAddress());
        return List.copyOf(arguments);
    }

    private static void run(List<String> command) throws IOException {
        // Into a file: a program that does not end must not keep us reading.
        Path output = Files.createTempFile("aggr-route", ".txt");
        Process process = null;
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + ": no answer within " + LONGEST_SECONDS + " seconds");
            }
            if (process.exitValue() != 0) {
                throw new IOException(String.join(" ", command) + ": "
                        + Files.readString(output, StandardCharsets.UTF_8).strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + ": interrupted", e);
        } finally {
            if (process != null) {
                process.destroyForcibly();
            }
            Files.deleteIfExists(output);
        }
    }
}
