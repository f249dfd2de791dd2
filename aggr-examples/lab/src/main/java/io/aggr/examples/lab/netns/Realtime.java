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

    /** The emulator's own threads: before everything that is measured. */
    private static final String OWN_PRIORITY = "10";

    private static final String OTHERS_PRIORITY = "5";

    private Realtime() {}

    /**
     * Raises threads of this process, where the system lets us.
     *
     * @param isMeant whether a thread of this name shall be raised; names are cut after 15 characters
     * @return whether all that were meant have been raised, and there was one
     */
    public static boolean raise(Predicate<String> isMeant) {
        return raise("self", isMeant, OWN_PRIORITY);
    }

    /**
     * Raises threads of another process, where the system lets us, but below those of this process.
     *
     * @param pid the process
     * @param isMeant whether a thread of this name shall be raised; names are cut after 15 characters
     * @return whether all that were meant have been raised, and there was one
     */
    public static boolean raise(long pid, Predicate<String> isMeant) {
        return raise(Long.toString(pid), isMeant, OTHERS_PRIORITY);
    }

    private static boolean raise(String process, Predicate<String> isMeant, String priority) {
        if (Programs.find("chrt").isEmpty()) {
            return false;
        }
        int raised = 0;
        try (Stream<Path> threads = Files.list(Path.of("/proc", process, "task"))) {
            for (Path thread : threads.toList()) {
                if (isMeant.test(name(thread))) {
                    // Round robin among themselves: no emulated line starves another one.
                    Programs.Outcome outcome = Programs.run(
                            "",
                            List.of(
                                    "chrt",
                                    "-r",
                                    "-p",
                                    priority,
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

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm"), StandardCharsets.UTF_8)
                    .strip();
        } catch (IOException e) {
            // It has ended meanwhile.
            return "";
        }
    }
}
