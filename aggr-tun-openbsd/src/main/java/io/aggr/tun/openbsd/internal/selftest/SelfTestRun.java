package io.aggr.tun.openbsd.internal.selftest;

import io.aggr.spi.Availability;
import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.tun.Surroundings;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;

/** Asks, compares, and prints a report that can be sent to the project as it is. */
public final class SelfTestRun {

    private SelfTestRun() {}

    /**
     * Runs everything.
     *
     * @param platform where
     * @param surroundings routes and addresses there
     * @param out gets the report
     * @return whether each answer was one of those known, and everything worked
     */
    public static boolean run(Platform platform, Surroundings surroundings, PrintStream out) {
        out.println("aggr self-test of the OpenBSD module");
        out.println(platform.system() + " " + System.getProperty("os.version", "?") + " " + platform.architecture()
                + ", Java " + System.getProperty("java.version", "?"));
        Availability availability = platform.availability();
        if (!availability.usable()) {
            out.println("not possible here: " + availability.reason());
            return false;
        }
        try {
            boolean isAsExpected = probe(platform, out);
            return tryOut(platform, surroundings, out) && isAsExpected;
        } catch (IOException e) {
            out.println("not possible here: " + e.getMessage());
            return false;
        } catch (RuntimeException | LinkageError e) {
            // Nobody has run this on each release and architecture; what it stumbles over is what we want to hear of.
            out.println("ended by " + e);
            for (StackTraceElement frame : e.getStackTrace()) {
                out.println("  at " + frame);
            }
            return false;
        }
    }

    private static boolean probe(Platform platform, PrintStream out) throws IOException {
        out.println();
        out.println("What the kernel answers (both: as 6.6 and 7.8; 6.6, 7.8: as that release; OTHER: as neither)");
        Map<String, String> answers = Probes.run(platform.libc());
        int others = 0;
        for (Answers.Answer known : Answers.all()) {
            String answer = Objects.requireNonNullElse(answers.get(known.question()), "not asked");
            boolean isOlder = answer.equals(known.older());
            boolean isNewer = answer.equals(known.newer());
            String verdict = isOlder && isNewer ? "both" : isOlder ? "6.6" : isNewer ? "7.8" : "OTHER";
            String expected = "";
            if (!isOlder && !isNewer) {
                others++;
                expected = " (6.6: " + known.older() + "; 7.8: " + known.newer() + ")";
            }
            out.printf("%-6s %s = %s%s%n", verdict, known.question(), answer, expected);
        }
        out.println(others == 0 ? "All answers are known ones." : others + " answers are others than known.");
        return others == 0;
    }

    private static boolean tryOut(Platform platform, Surroundings surroundings, PrintStream out) {
        out.println();
        out.println("What the module makes of it");
        boolean allGood = true;
        for (Map.Entry<String, String> each :
                Trials.run(platform.libc(), surroundings).entrySet()) {
            out.println(each.getKey() + ": " + each.getValue());
            allGood &= each.getValue().startsWith(Trials.OK);
        }
        out.println(allGood ? "Everything works." : "Something does not work.");
        return allGood;
    }
}
