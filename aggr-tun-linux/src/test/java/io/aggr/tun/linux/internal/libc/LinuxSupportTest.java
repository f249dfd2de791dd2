package io.aggr.tun.linux.internal.libc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LinuxSupportTest {

    @Test
    void names_the_system_that_is_not_supported() {
        assertThat(LinuxSupport.platform("OpenBSD", "amd64").reason()).isEqualTo("needs Linux, this is OpenBSD");
        assertThat(LinuxSupport.platform("Linux", "i386").reason()).isEqualTo("needs x86-64 or aarch64, this is i386");
        assertThat(LinuxSupport.platform("Linux", "aarch64").usable()).isTrue();
    }

    @Test
    void an_error_message_names_call_error_and_remedy() {
        assertThat(new SystemCallException("ioctl(TUNSETIFF) on aggr0", Errno.EPERM, "needs CAP_NET_ADMIN"))
                .hasMessage("ioctl(TUNSETIFF) on aggr0: EPERM, operation not permitted; needs CAP_NET_ADMIN");
        assertThat(new SystemCallException("bind", 12345, "")).hasMessage("bind: error number 12345");
    }

    @Test
    void reads_the_right_to_configure_from_the_effective_capabilities() {
        assertThat(LinuxSupport.hasNetAdmin(List.of("Name:\tjava", "CapPrm:\t0", "CapEff:\t0000000000001000")))
                .isTrue();
        assertThat(LinuxSupport.hasNetAdmin(List.of("CapPrm:\tffffffffffffffff", "CapEff:\tffffffffffffefff")))
                .isFalse();
        assertThat(LinuxSupport.hasNetAdmin(List.of("Name:\tjava"))).isTrue();
    }
}
