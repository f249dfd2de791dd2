package io.aggr.tun.openbsd;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.openbsd.fake.FakeOpenBsd;
import io.aggr.tun.openbsd.fake.Release;
import io.aggr.tun.openbsd.internal.libc.Libc;
import io.aggr.tun.openbsd.internal.libc.NativeLibc;
import io.aggr.tun.openbsd.internal.libc.Platform;
import io.aggr.tun.openbsd.internal.selftest.Answers;
import io.aggr.tun.openbsd.internal.selftest.SelfTestRun;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The fake kernel answers value for value as the real ones do, and the self-test notices when one does not. */
@OnLinux
class SelfTestTest {

    private boolean good;

    private List<String> report(Platform platform, FakeSurroundings surroundings) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            good = SelfTestRun.run(platform, surroundings, out);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> report(FakeOpenBsd kernel) {
        return report(kernel.platform(), new FakeSurroundings(kernel));
    }

    @ParameterizedTest
    @EnumSource(Release.class)
    void every_answer_is_that_of_the_release(Release release) {
        FakeOpenBsd kernel = new FakeOpenBsd(release);
        List<String> report = report(kernel);
        for (Answers.Answer known : Answers.all()) {
            String expected = release == Release.V6_6 ? known.older() : known.newer();
            assertThat(report).anyMatch(line -> line.endsWith(" " + known.question() + " = " + expected));
        }
        assertThat(Answers.all()).hasSizeGreaterThan(50);
        assertThat(report).contains("All answers are known ones.", "Everything works.");
        assertThat(good).isTrue();
        assertThat(kernel.openDescriptors()).isZero();
        for (int unit = 0; unit < 4; unit++) {
            assertThat(kernel.networkInterface("tun" + unit)).isNull();
        }
    }

    @Test
    void units_in_use_are_left_alone() {
        FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
        kernel.createInterface("tun0");
        kernel.createInterface("tun2");
        assertThat(report(kernel))
                .last()
                .asString()
                .startsWith("not possible here: the test needs three free tun units and found [tun1, tun3]");
        assertThat(good).isFalse();
        assertThat(kernel.networkInterface("tun0")).isNotNull();
        assertThat(kernel.openDescriptors()).isZero();
    }

    @Test
    void a_kernel_that_answers_otherwise_is_noticed() {
        FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
        kernel.addRoutingTable(254);
        assertThat(report(kernel))
                .contains("OTHER  SO_RTABLE 254 = 0 (6.6: EINVAL; 7.8: EINVAL)", "1 answers are others than known.");
        assertThat(good).isFalse();
    }

    @Test
    void without_rights_or_on_another_system_it_says_so() {
        FakeOpenBsd kernel = new FakeOpenBsd(Release.V7_8);
        kernel.forbid("tun0");
        assertThat(report(kernel)).last().asString().endsWith("EACCES, permission denied; run this as root");
        assertThat(report(new Platform("Linux", "amd64", new NativeLibc()), new FakeSurroundings(kernel)))
                .last()
                .asString()
                .isEqualTo("not possible here: needs OpenBSD, this is Linux");
        assertThat(good).isFalse();
    }

    @Test
    void what_it_stumbles_over_is_part_of_the_report() {
        Libc broken = (Libc) Proxy.newProxyInstance(
                Libc.class.getClassLoader(), new Class<?>[] {Libc.class}, (proxy, method, arguments) -> {
                    throw new UnsatisfiedLinkError("undefined symbol __sF");
                });
        FakeSurroundings surroundings = new FakeSurroundings(new FakeOpenBsd(Release.V7_8));
        assertThat(report(new Platform("OpenBSD", "amd64", broken), surroundings))
                .contains("ended by java.lang.UnsatisfiedLinkError: undefined symbol __sF")
                .last()
                .asString()
                .startsWith("  at ");
        assertThat(good).isFalse();
    }
}
