package io.aggr.internal.driver;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aggr.spi.ProviderConfig;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How often keys change can be said by a property of the virtual machine alone, and only rightly. */
@Isolated
class NoiseEncapsulatorProviderTest {

    @AfterEach
    void forget() {
        System.clearProperty(NoiseEncapsulatorProvider.RENEWAL_PROPERTY);
    }

    private static void create() {
        String key = Base64.getEncoder().encodeToString(new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29,
            30, 31, 32
        });
        new NoiseEncapsulatorProvider()
                .create(ProviderConfig.of(Map.of("private-key", key)), () -> 1L)
                .close();
    }

    @Test
    void a_test_may_have_keys_changed_every_two_seconds() {
        assertThatCode(NoiseEncapsulatorProviderTest::create).doesNotThrowAnyException();
        System.setProperty(NoiseEncapsulatorProvider.RENEWAL_PROPERTY, "2");
        assertThatCode(NoiseEncapsulatorProviderTest::create).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "121", "2s", "2.5", "-5", "99999999999"})
    void anything_but_whole_seconds_within_bounds_is_refused(String text) {
        System.setProperty(NoiseEncapsulatorProvider.RENEWAL_PROPERTY, text);
        assertThatIllegalArgumentException()
                .isThrownBy(NoiseEncapsulatorProviderTest::create)
                .withMessageContaining("io.aggr.test.new-keys-seconds must be a whole number of seconds from 2 to 120");
    }
}
