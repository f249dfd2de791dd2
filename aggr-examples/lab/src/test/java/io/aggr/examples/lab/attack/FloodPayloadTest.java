package io.aggr.examples.lab.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** A flood is only worth something if it gets past the first checks. */
class FloodPayloadTest {

    private static final byte[] KEY = new byte[32];
    private static final String PUBLIC_KEY = Base64.getEncoder().encodeToString(KEY);

    private static FloodPayload payload(FloodKind kind) throws GeneralSecurityException {
        return new FloodPayload(kind, 1, PUBLIC_KEY, new Observation(2, 0x1234_5678, 1_000));
    }

    @Test
    void a_forged_init_has_a_right_first_mac_and_no_second() throws GeneralSecurityException {
        byte[] init = payload(FloodKind.INIT).next();
        assertThat(init).hasSize(184).startsWith(1, 1, 1, 0);
        MessageDigest hash = MessageDigest.getInstance("SHA-256");
        hash.update("mac1".getBytes(StandardCharsets.US_ASCII));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(hash.digest(KEY), "HmacSHA256"));
        mac.update(init, 0, 152);
        assertThat(Arrays.copyOfRange(init, 152, 168)).isEqualTo(Arrays.copyOf(mac.doFinal(), 16));
        assertThat(Arrays.copyOfRange(init, 168, 184)).containsOnly(0);
    }

    @Test
    void forged_data_has_the_index_and_a_counter_that_has_not_been_there() throws GeneralSecurityException {
        FloodPayload payload = payload(FloodKind.DATA);
        for (int i = 0; i < 1_000; i++) {
            ByteBuffer data = ByteBuffer.wrap(payload.next());
            assertThat(data.get(0)).isEqualTo((byte) 4);
            assertThat(data.get(1)).isEqualTo((byte) 2);
            assertThat(data.getInt(2)).isEqualTo(0x1234_5678);
            assertThat(data.getInt(6)).isGreaterThan(1_000);
        }
    }

    @Test
    void garbage_fits_the_places_that_are_made_for_it() throws GeneralSecurityException {
        FloodPayload payload = payload(FloodKind.GARBAGE);
        for (int i = 0; i < 1_000; i++) {
            assertThat(payload.next()).hasSizeBetween(20, FloodPayload.MAX_BYTES);
        }
    }
}
