package io.aggr;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

class KeysFuzzTest {

    @FuzzTest
    void a_text_is_a_key_or_refused_without_being_repeated(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            assertThat(Keys.publicKey(text)).hasSize(44);
        } catch (IllegalArgumentException e) {
            if (text.strip().length() > 8) {
                assertThat(e).hasMessageNotContaining(text.strip());
            }
        }
    }
}
