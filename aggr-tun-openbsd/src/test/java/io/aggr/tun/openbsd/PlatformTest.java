package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.spi.Availability;
import io.aggr.tun.openbsd.internal.libc.NativeLibc;
import io.aggr.tun.openbsd.internal.libc.Platform;
import org.junit.jupiter.api.Test;

class PlatformTest {

    private static Availability of(String system, String architecture) {
        return new Platform(system, architecture, new NativeLibc()).availability();
    }

    @Test
    void other_systems_and_architectures_are_told_why_not() {
        assertThat(of("Linux", "amd64").reason()).isEqualTo("needs OpenBSD, this is Linux");
        assertThat(of("FreeBSD", "amd64").reason()).isEqualTo("needs OpenBSD, this is FreeBSD");
        assertThat(of("OpenBSD", "i386").reason()).isEqualTo("needs amd64 or arm64, this is i386");
    }

    @Test
    void openbsd_on_amd64_and_arm64_is_usable_where_jna_works() {
        assertThat(of("OpenBSD", "amd64")).isEqualTo(Availability.AVAILABLE);
        assertThat(of("OpenBSD", "aarch64")).isEqualTo(Availability.AVAILABLE);
    }
}
