package io.aggr.tun.linux.internal.libc;

import io.aggr.spi.Availability;
import java.util.Set;

/** Whether this module can work on this machine at all. */
public final class LinuxSupport {

    /** The architectures whose constants and structures are those of this module. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

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

    /** The same for a given system, without loading anything. */
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
