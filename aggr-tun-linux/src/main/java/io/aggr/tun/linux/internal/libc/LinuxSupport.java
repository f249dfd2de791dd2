package io.aggr.tun.linux.internal.libc;

import io.aggr.spi.Availability;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Whether this module can work on this machine at all. */
public final class LinuxSupport {

    /** The architectures whose constants and structures are those of this module. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    private static final int CAP_NET_ADMIN = 12;
    private static final int CAP_NET_RAW = 13;

    private LinuxSupport() {}

    /** Usable on Linux on x86-64 and aarch64 where JNA can load its library. Never throws. */
    public static Availability availability() {
        Availability platform = platform(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"));
        if (!platform.usable()) {
            return platform;
        }
        try {
            Libc.errno();
            return Availability.AVAILABLE;
        } catch (LinkageError e) {
            return Availability.no("JNA cannot load its native library (" + e.getMessage()
                    + "); where /tmp is mounted noexec, set -Djna.tmpdir to another directory");
        }
    }

    /** Whether the process has CAP_NET_ADMIN (capabilities(7)); true if that cannot be told. Never throws. */
    public static boolean mayConfigureNetwork() {
        try {
            return hasNetAdmin(ownStatus());
        } catch (IOException e) {
            // The first call that needs it will say.
            return true;
        }
    }

    /** Whether the process has CAP_NET_RAW, without which there are no raw sockets; true if that cannot be told. Never throws. */
    public static boolean mayOpenRawSockets() {
        try {
            return has(CAP_NET_RAW, ownStatus());
        } catch (IOException e) {
            return true;
        }
    }

    private static List<String> ownStatus() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status"), StandardCharsets.ISO_8859_1);
    }

    /** The same for the lines of a status file (proc_pid_status(5)). */
    static boolean hasNetAdmin(List<String> status) {
        return has(CAP_NET_ADMIN, status);
    }

    private static boolean has(int capability, List<String> status) {
        return status.stream()
                .filter(line -> line.startsWith("CapEff:"))
                .map(line -> Long.parseUnsignedLong(
                        line.substring("CapEff:".length()).strip(), 16))
                .findFirst()
                .map(effective -> (effective >>> capability & 1) != 0)
                .orElse(true);
    }

    /** The answer for a given system, without loading anything. */
    static Availability platform(String system, String architecture) {
        if (!system.equals("Linux")) {
            return Availability.no("needs Linux, this is " + system);
        }
        if (!ARCHITECTURES.contains(architecture)) {
            return Availability.no("needs x86-64 or aarch64, this is " + architecture);
        }
        return Availability.AVAILABLE;
    }
}
