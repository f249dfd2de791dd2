package io.aggr.internal.noise;

import static io.aggr.internal.noise.NoiseWorld.MILLI;
import static io.aggr.internal.noise.NoiseWorld.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

/** Times at which keys are changed, and what becomes of packets that are under way meanwhile. */
class RenewalTest {

    @Test
    void shortened_times_keep_their_proportions_and_senseless_ones_are_refused() {
        assertThat(Renewal.every(120)).isEqualTo(Renewal.USUAL);
        assertThat(Renewal.every(12)).isEqualTo(new Renewal(11 * SECOND, 2 * SECOND, 16_500 * MILLI));
        assertThatIllegalArgumentException().isThrownBy(() -> Renewal.every(1)).withMessageContaining("2..120");
        assertThatIllegalArgumentException().isThrownBy(() -> Renewal.every(121));
        assertThatIllegalArgumentException().isThrownBy(() -> new Renewal(170 * SECOND, SECOND, 180 * SECOND));
        assertThatIllegalArgumentException().isThrownBy(() -> new Renewal(20 * SECOND, SECOND, 10 * SECOND));
    }

    @Test
    void fifty_changes_of_keys_every_two_seconds_lose_no_packet() {
        NoiseWorld world = new NoiseWorld(20);
        world.a.renewal = Renewal.every(2);
        world.b.renewal = Renewal.every(2);
        world.connected();
        int before = world.a.sessions.size();
        int sent = world.b.received.size();
        long beginNanos = world.nowNanos;
        // Packets are under way all the time: one every 5 ms over a line of 10 ms.
        while (world.a.sessions.size() < before + 50) {
            assertThat(world.a.data(0)).isTrue();
            sent++;
            world.runFor(5 * MILLI);
            assertThat(world.nowNanos - beginNanos)
                    .as("two seconds each and a handshake")
                    .isLessThan(110 * SECOND);
        }
        world.runFor(SECOND);
        assertThat(world.b.received).hasSize(sent);
        assertThat(world.a.associations).isEqualTo(1);
    }
}
