package io.aggr.examples.lab.netns;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Puts threads of this process before those of all ordinary programs, so that what they emulate keeps its times while the
 * programs under test use up the processors.
 */
public final class Realtime {

    private static final String PRIORITY = "10";

    private Realtime() {}

    /**
     * Raises threads, where the system lets us.
     *
     * @param isMeant whether a thread of this name shall be raised; names are cut after 15 characters
     * @return whether all that were meant have been raised, and there was one
     */
    public static boolean raise(Predicate<String> isMeant) {
        if (Programs.find("chrt").isEmpty()) {
            return false;
        }
        int raised = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            for (Path thread : threads.toList()) {
                String name = Files.readString(thread.resolve("comm"), StandardCharsets.UTF_8)
                        .strip();
                if (isMeant.test(name)) {
                    // Round robin among themselves: no emulated line starves another one.
                    Programs.Outcome outcome = Programs.run(
                            "",
                            List.of(
                                    "chrt",
                                    "-r",
                                    "-p",
                                    PRIORITY,
                                    thread.getFileName().toString()));
                    if (!outcome.isGood()) {
                        return false;
                    }
                    raised++;
                }
            }
        } catch (IOException e) {
            return false;
        }
        return raised > 0;
    }
}
