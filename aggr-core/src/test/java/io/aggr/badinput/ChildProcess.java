package io.aggr.badinput;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A program in a process of its own, for what would harm the tests beside it, or is told by what is printed. */
final class ChildProcess {

    /**
     * What became of it.
     *
     * @param exitCode as the system tells it
     * @param said all that it has printed, on both streams
     */
    record Result(int exitCode, String said) {}

    private ChildProcess() {}

    /**
     * Runs a program to its end.
     *
     * @param before what the command begins with, for limits
     * @param input what it reads
     * @param program its main class
     * @param flags of the Java VM
     * @return what became of it
     * @throws IOException if it cannot be started
     * @throws InterruptedException if the thread is interrupted
     */
    static Result run(List<String> before, String input, Class<?> program, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(flags));
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                program.getName()));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try (OutputStream to = child.getOutputStream()) {
            to.write(input.getBytes(StandardCharsets.US_ASCII));
        }
        String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(child.waitFor(), said);
    }
}
