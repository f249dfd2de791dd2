package io.aggr.tun.openbsd.internal.libc;

import io.aggr.spi.Availability;
import java.util.Set;

/**
 * The machine that a provider works on. Providers get it handed in, so that a test can show them another one.
 *
 * @param system name of the system, as the property {@code os.name} gives it
 * @param architecture as the property {@code os.arch} gives it
 * @param libc its C library; not called where {@link #availability} says no
 */
public record Platform(String system, String architecture, Libc libc) {

    /** The architectures that {@link Abi} has been compared with. */
    private static final Set<String> ARCHITECTURES = Set.of("amd64", "x86_64", "aarch64");

    /** This machine. */
    public static Platform current() {
        return new Platform(System.getProperty("os.name", "?"), System.getProperty("os.arch", "?"), new NativeLibc());
    }

    /** Usable on OpenBSD on amd64 and arm64 where JNA can load its library. Never throws. */
    public Availability availability() {
        if (!system.equals("OpenBSD")) {
            return Availability.no("needs OpenBSD, this is " + system);
        }
        if (!ARCHITECTURES.contains(architecture)) {
            return Availability.no("needs amd64 or arm64, this is " + architecture);
        }
        if (libc instanceof NativeLibc real) {
            try {
                real.load();
            } catch (LinkageError e) {
                return Availability.no("JNA cannot load its native library (" + e.getMessage()
                        + "); put the jna.jar of the package jna, /usr/local/share/java/classes/jna.jar, in place of"
                        + " the one that aggr brings");
            }
        }
        return Availability.AVAILABLE;
    }
}
