package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.aggr.tun.IpPrefix;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;

/** Networks as people write them. */
class PrefixFuzzTest {

    @FuzzTest
    void a_text_is_the_network_that_the_jdk_reads_too_or_refused(byte[] bytes) throws UnknownHostException {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        CidrPrefix prefix;
        try {
            prefix = CidrPrefix.parse(text);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageStartingWith("prefix \"" + text + "\": ");
            return;
        }
        int slash = text.indexOf('/');
        // Only digits, dots and colons come through, so nothing is looked up.
        assertThat(text).matches("[0-9a-fA-F.:]+(/[0-9]{1,3})?");
        InetAddress address = InetAddress.getByName(slash < 0 ? text : text.substring(0, slash));
        int bits = slash < 0 ? 8 * address.getAddress().length : Integer.parseInt(text.substring(slash + 1));
        assertThat(prefix).isEqualTo(CidrPrefix.of(address, bits));
        assertThat(CidrPrefix.parse(prefix.toString())).isEqualTo(prefix);
    }

    @FuzzTest
    void the_public_form_of_it_is_refused_or_comes_back_as_it_was_written(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            IpPrefix prefix = IpPrefix.parse(text);
            assertThat(IpPrefix.parse(prefix.toString())).isEqualTo(prefix);
        } catch (IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("prefix");
        }
    }
}
