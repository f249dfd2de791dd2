package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aggr.tun.TunSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keys as text, and that no message and no picture of a configuration shows one. */
class KeysTest {

    // RFC 7748, section 6.1.
    private static final String PRIVATE = "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=";
    private static final String PUBLIC = "3p7bfXt9wbTTW2HC7OQ1Nz+DQ8hbeGdNrfx+FG+IK08=";

    @Test
    void finds_the_public_key() {
        assertThat(Keys.publicKey(PRIVATE)).isEqualTo(PUBLIC);
        assertThat(Keys.publicKey("  " + PRIVATE + "\r\n")).isEqualTo(PUBLIC);
    }

    @Test
    void makes_keys_that_differ() {
        assertThat(Keys.newPrivateKey()).hasSize(44).isNotEqualTo(Keys.newPrivateKey());
        assertThat(Keys.newPresharedKey()).hasSize(44).isNotEqualTo(Keys.newPresharedKey());
        assertThat(Keys.publicKey(Keys.newPrivateKey())).hasSize(44);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "CANARYCANARY",
                "CANARYIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4",
                "CANARY!fmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=",
                "CANARYfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ+I4O=",
                "\uFEFFXasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Os=",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "XasIfmJKikt54X+Lg4AO5m87sSkmGLb9HC+LJ/+I4Ot="
            })
    void row_75_refuses_what_is_no_key_without_quoting_it(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Keys.publicKey(text))
                .satisfies(e -> {
                    assertThat(e).hasNoCause();
                    assertThat(e.getMessage()).doesNotContain("CANARY").doesNotContain("Xas");
                });
    }

    @Test
    void a_configuration_does_not_show_its_secrets() {
        PeerConfig peer = PeerConfig.of(
                        "hub", new PeerConfig.Plugin("noise", Map.of("public-key", PUBLIC, "preshared-key", "CANARY1")))
                .withAllowedIps("10.0.0.0/8");
        LinkConfig listen = LinkConfig.listening("here", new InetSocketAddress(InetAddress.getLoopbackAddress(), 5080));
        BondConfig config = BondConfig.hub("b", TunSettings.named("aggr0"), listen, peer)
                .withEncapsulationOptions(Map.of("private-key", "CANARY2", "private-key-file", "/etc/key"));
        assertThat(config.toString()).doesNotContain("CANARY").contains("(secret)", "/etc/key", PUBLIC);
        assertThat(config).isEqualTo(config.withEncapsulationOptions(config.encapsulationOptions()));
    }
}
