package io.aggr.examples.lab.trial;

import io.aggr.examples.lab.netns.Programs;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a daemon uses.
 *
 * @param heapKiB what lives on its heap after a collection, or -1 where the JDK's {@code jcmd} is missing
 * @param residentKiB what it has of the machine's memory
 */
record Memory(long heapKiB, long residentKiB) {

    /** Of both generations, as JDK 17 and 25 write them. */
    private static final Pattern USED = Pattern.compile("(?:generation|DefNew|Tenured) +total \\d+K, used (\\d+)K");

    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+(\\d+) kB");

    /** Looks at a process; lets it collect its garbage first. */
    static Memory of(long pid) throws IOException {
        Matcher resident =
                RESIDENT.matcher(Files.readString(Path.of("/proc/" + pid + "/status"), StandardCharsets.UTF_8));
        long residentKiB = resident.find() ? Long.parseLong(resident.group(1)) : -1;
        return new Memory(heapKiB(pid), residentKiB);
    }

    private static long heapKiB(long pid) throws IOException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        if (!Files.isExecutable(Path.of(jcmd))
                || !Programs.run("", List.of(jcmd, Long.toString(pid), "GC.run"))
                        .isGood()) {
            return -1;
        }
        String info = Programs.run("", List.of(jcmd, Long.toString(pid), "GC.heap_info"))
                .output();
        Matcher used = USED.matcher(info);
        long sum = 0;
        while (used.find()) {
            sum += Long.parseLong(used.group(1));
        }
        return sum == 0 ? -1 : sum;
    }

    /** How this compares with an earlier look. */
    String text(Memory before) {
        String resident = String.format(
                Locale.ROOT, "resident %.1f MiB before, %.1f after", before.residentKiB / 1024.0, residentKiB / 1024.0);
        return isUnknown(before)
                ? resident
                : String.format(
                                Locale.ROOT,
                                "live heap %.1f MiB before, %.1f after, of 64 allowed; ",
                                before.heapKiB / 1024.0,
                                heapKiB / 1024.0)
                        + resident;
    }

    private boolean isUnknown(Memory before) {
        return heapKiB < 0 || before.heapKiB < 0;
    }

    /** Whether it has grown by no more than this since an earlier look. */
    boolean isWithin(long moreKiB, Memory before) {
        return isUnknown(before)
                ? residentKiB - before.residentKiB <= 4 * moreKiB
                : heapKiB - before.heapKiB <= moreKiB;
    }
}
