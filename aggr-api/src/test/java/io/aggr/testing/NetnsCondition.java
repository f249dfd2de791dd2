package io.aggr.testing;

import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Decides whether a {@link NetnsTest} can run here. What it finds out about the machine it finds out once. */
final class NetnsCondition implements ExecutionCondition {

    private static final Path TUN = Path.of("/dev/net/tun");

    /** Why no namespace test can run on this machine, or empty. */
    private static final class Machine {
        static final Optional<String> OBSTACLE = obstacle();
    }

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String test = context.getRequiredTestClass().getSimpleName() + " " + context.getDisplayName();
        ConditionEvaluationResult result = evaluate(Machine.OBSTACLE, isRequired(), test);
        if (result.isDisabled()) {
            System.out.println("skipped " + test + ": " + result.getReason().orElse(""));
        }
        return result;
    }

    /**
     * Runs, skips or fails.
     *
     * @throws IllegalStateException when there is an obstacle and the tests are required
     */
    static ConditionEvaluationResult evaluate(Optional<String> obstacle, boolean required, String test) {
        if (obstacle.isEmpty()) {
            return ConditionEvaluationResult.enabled("root on Linux with ip and " + TUN);
        }
        String reason = obstacle.get();
        if (required) {
            throw new IllegalStateException(test + " must run here (aggr.require=netns), but " + reason);
        }
        return ConditionEvaluationResult.disabled(reason);
    }

    private static boolean isRequired() {
        String wanted = System.getProperty("aggr.require", System.getenv().getOrDefault("AGGR_REQUIRE", ""));
        return Arrays.asList(wanted.split(",", -1)).contains("netns");
    }

    private static Optional<String> obstacle() {
        String os = System.getProperty("os.name");
        if (!os.equals("Linux")) {
            return Optional.of("it needs Linux, this is " + os);
        }
        try {
            // The owner of a process's directory is its effective user.
            if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
                return Optional.of("it needs root");
            }
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("it needs root, and who runs it cannot be told: " + e);
        }
        try (FileChannel channel = FileChannel.open(TUN, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            if (!channel.isOpen()) {
                return Optional.of(TUN + " cannot be opened");
            }
        } catch (IOException e) {
            return Optional.of(TUN + " cannot be opened: " + e);
        }
        return namespaceObstacle();
    }

    /** Makes a namespace and removes it: root in a container may lack the right to. */
    private static Optional<String> namespaceObstacle() {
        Optional<Path> ip = Stream.concat(
                        Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)),
                        Stream.of("/usr/sbin", "/sbin"))
                .map(directory -> Path.of(directory, "ip"))
                .filter(Files::isExecutable)
                .findFirst();
        if (ip.isEmpty()) {
            return Optional.of("it needs the program ip of iproute2");
        }
        String name = "aggr-probe-" + ProcessHandle.current().pid();
        try {
            String failure = run(ip.get(), "netns", "add", name);
            if (!failure.isEmpty()) {
                return Optional.of("ip netns add: " + failure);
            }
            run(ip.get(), "netns", "delete", name);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of(ip.get() + ": " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("interrupted while trying ip netns add");
        }
    }

    /** Runs a command and returns what it said when it failed, or an empty string. */
    private static String run(Path program, String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of(program.toString()), Arrays.stream(arguments))
                        .toList())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), Charset.defaultCharset());
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            return "no answer within 10 s";
        }
        return process.exitValue() == 0 ? "" : "exit code " + process.exitValue() + ", " + output.strip();
    }
}
