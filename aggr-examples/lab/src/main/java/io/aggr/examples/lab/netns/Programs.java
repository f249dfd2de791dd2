package io.aggr.examples.lab.netns;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Runs short programs of the system, by argument lists and never through a shell's word splitting. */
public final class Programs {

    private static final long PATIENCE_SECONDS = 20;

    private Programs() {}

    /**
     * What a program left behind.
     *
     * @param exitCode 0 is success
     * @param output what it printed, errors among it
     */
    public record Outcome(int exitCode, String output) {
        /**
         * Whether it succeeded.
         *
         * @return whether the exit code is 0
         */
        public boolean isGood() {
            return exitCode == 0;
        }
    }

    /**
     * Where a program is. Users often lack {@code /usr/sbin} in their path, so it is looked at too.
     *
     * @param name such as {@code ip}
     * @return its path, or empty if there is none
     */
    public static Optional<Path> find(String name) {
        String path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(
                        Arrays.stream(path.split(File.pathSeparator, -1)),
                        Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin"))
                .filter(directory -> !directory.isEmpty())
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Runs a program to its end.
     *
     * @param input what it reads from its standard input
     * @param command name and arguments
     * @return exit code and output
     * @throws IOException if it cannot be started or does not end within 20 s
     */
    public static Outcome run(String input, List<String> command) throws IOException {
        List<String> resolved = Stream.concat(
                        Stream.of(find(command.get(0)).map(Path::toString).orElse(command.get(0))),
                        command.stream().skip(1))
                .toList();
        Process process = new ProcessBuilder(resolved).redirectErrorStream(true).start();
        try {
            try (OutputStream out = process.getOutputStream()) {
                out.write(input.getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // It has ended before it read everything; its exit code and output tell why.
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException(String.join(" ", command) + ": no end within " + PATIENCE_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), output.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(String.join(" ", command) + ": interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * Runs a program that has to succeed.
     *
     * @param input what it reads from its standard input
     * @param command name and arguments
     * @return what it printed
     * @throws IOException if it fails; the message holds command, input and output
     */
    public static String check(String input, List<String> command) throws IOException {
        Outcome outcome = run(input, command);
        if (!outcome.isGood()) {
            throw new IOException(String.join(" ", command) + " failed with exit code " + outcome.exitCode() + ": "
                    + outcome.output() + (input.isBlank() ? "" : "\ninput was:\n" + input.strip()));
        }
        return outcome.output();
    }

    /**
     * Runs a program that has to succeed and reads nothing.
     *
     * @param command name and arguments
     * @return what it printed
     * @throws IOException if it fails
     */
    public static String check(String... command) throws IOException {
        return check("", List.of(command));
    }
}
