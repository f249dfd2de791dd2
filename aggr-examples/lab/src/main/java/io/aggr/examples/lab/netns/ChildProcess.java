package io.aggr.examples.lab.netns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A program that runs for a while, with its output in files.
 *
 * <p><b>Threading.</b> Any thread.
 */
public final class ChildProcess implements AutoCloseable {

    private static final long CLOCK_TICKS_PER_SECOND = 100;

    private final String label;
    private final Process process;
    private final Path outputFile;
    private final Path errorFile;
    private volatile boolean asked;

    private ChildProcess(String label, Process process, Path outputFile, Path errorFile) {
        this.label = label;
        this.process = process;
        this.outputFile = outputFile;
        this.errorFile = errorFile;
    }

    /**
     * Starts a program.
     *
     * @param label name for messages and files
     * @param command name and arguments
     * @param directory where {@code label.out} and {@code label.err} go; is made if missing
     * @return the running program
     * @throws IOException if it cannot be started
     */
    public static ChildProcess start(String label, List<String> command, Path directory) throws IOException {
        Files.createDirectories(directory);
        Path out = directory.resolve(label + ".out");
        Path err = directory.resolve(label + ".err");
        Process process = new ProcessBuilder(command)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        return new ChildProcess(label, process, out, err);
    }

    /**
     * What it is called in messages and files.
     *
     * @return the label given at its start
     */
    public String label() {
        return label;
    }

    /**
     * Whether it has ended with an error that nobody asked for.
     *
     * @return false while it runs, after a good end, and after {@link #terminate} or {@link #close}
     */
    public boolean hasFailed() {
        return !asked && !process.isAlive() && process.exitValue() != 0;
    }

    /** Asks the program to end (SIGTERM) without waiting for it. */
    public void terminate() {
        asked = true;
        process.destroy();
    }

    /** Ends the program on the spot (SIGKILL), as a crash does. */
    public void kill() {
        asked = true;
        process.destroyForcibly();
    }

    /**
     * Its process id. {@code ip netns exec} becomes the program it runs, so this is the program's own.
     *
     * @return process id
     */
    public long pid() {
        return process.pid();
    }

    /**
     * Whether it still runs.
     *
     * @return false once it has ended
     */
    public boolean isAlive() {
        return process.isAlive();
    }

    /**
     * What it has printed so far.
     *
     * @return lines of its standard output; the last may be unfinished
     * @throws IOException if the file cannot be read
     */
    public List<String> outputLines() throws IOException {
        return Files.readString(outputFile, StandardCharsets.UTF_8).lines().toList();
    }

    /**
     * The end of its error output, for messages.
     *
     * @return up to ten lines
     */
    public String lastErrors() {
        try {
            List<String> lines =
                    Files.readString(errorFile, StandardCharsets.UTF_8).lines().toList();
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
        } catch (IOException e) {
            return "(" + errorFile + " cannot be read: " + e.getMessage() + ")";
        }
    }

    /**
     * How much it has written to its error output, where daemons log.
     *
     * @return lines
     * @throws IOException if the file cannot be read
     */
    public long errorLines() throws IOException {
        return Files.readString(errorFile, StandardCharsets.UTF_8).lines().count();
    }

    /**
     * Waits for the end.
     *
     * @param patience longest wait
     * @return whether it ended by itself with exit code 0
     * @throws IOException if it failed or did not end in time; it is ended then
     */
    public boolean await(Duration patience) throws IOException {
        try {
            if (!process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                close();
                throw new IOException(label + " did not end within " + patience.toSeconds() + " s: " + lastErrors());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(label + ": interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(label + " failed with exit code " + process.exitValue() + ": " + lastErrors());
        }
        return true;
    }

    /**
     * Processor time that it has used.
     *
     * @return nanoseconds in user and kernel mode, or -1 once it has ended
     */
    public long cpuNanos() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            // The second field is the name in parentheses and may hold blanks; utime and stime are fields 14 and 15.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
            return ticks * (1_000_000_000 / CLOCK_TICKS_PER_SECOND);
        } catch (IOException e) {
            return -1;
        }
    }

    /** Ends the program: SIGTERM, and SIGKILL if it is still there after two seconds. Idempotent. */
    @Override
    public void close() {
        asked = true;
        end(process.toHandle(), Duration.ofSeconds(2));
    }

    /** Ends a process by its id. */
    static void end(ProcessHandle handle, Duration patience) {
        if (!handle.isAlive()) {
            return;
        }
        handle.destroy();
        try {
            handle.onExit().get(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException e) {
            handle.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            handle.destroyForcibly();
        }
    }
}
