package io.aggr.internal.noise;

import static io.aggr.internal.noise.NoiseWorld.MILLI;
import static io.aggr.internal.noise.NoiseWorld.SECOND;
import static io.aggr.internal.noise.NoiseWorld.address;
import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.encap.HandshakeSource;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** How much work strangers can cause. */
class HandshakeBudgetTest {

    private static final long START = Long.MAX_VALUE - 3 * SECOND;

    private final HandshakeBudget budget = new HandshakeBudget();

    private int taken(Origin origin, boolean proved, int tries, long nowNanos) {
        int taken = 0;
        for (int i = 0; i < tries; i++) {
            taken += budget.take(origin, proved, nowNanos) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void a_host_has_five_at_once_and_twenty_a_second() {
        Origin host = new Origin(4, 1);
        assertThat(taken(host, false, 100, START)).isEqualTo(5);
        int later = 0;
        for (int i = 1; i <= 1000; i++) {
            later += taken(host, false, 3, START + i * MILLI);
        }
        assertThat(later).isBetween(19, 21);
        assertThat(taken(new Origin(4, 2), false, 100, START + SECOND))
                .as("another host")
                .isEqualTo(5);
    }

    @Test
    void those_who_have_proved_their_address_have_a_budget_of_their_own() {
        int unproved = 0;
        for (int host = 0; host < 1_000; host++) {
            unproved += taken(new Origin(4, host), false, 1, START);
        }
        assertThat(unproved).isEqualTo(200);
        assertThat(taken(new Origin(4, 5_000), true, 10, START)).isEqualTo(5);
    }

    @Test
    void what_is_remembered_of_hosts_is_bounded() {
        for (int host = 0; host < 3 * HandshakeBudget.MAX_ORIGINS; host++) {
            taken(new Origin(4, host), false, 1, START);
        }
        assertThat(budget.origins()).isEqualTo(HandshakeBudget.MAX_ORIGINS);
    }

    @Test
    void many_at_once_mean_load_for_a_second() {
        boolean loaded = false;
        for (int i = 0; i < 32; i++) {
            loaded |= budget.isLoaded(START);
        }
        assertThat(loaded).isFalse();
        assertThat(budget.isLoaded(START)).isTrue();
        assertThat(budget.isLoaded(START + SECOND / 2)).isTrue();
        assertThat(budget.isLoaded(START + 2 * SECOND)).isFalse();
    }

    @Test
    void an_ipv6_network_is_one_host() throws Exception {
        Origin[] origins = new Origin[3];
        String[] texts = {"2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"};
        for (int i = 0; i < texts.length; i++) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getAllByName(texts[i])[0], 5080);
            origins[i] = Origin.of(new HandshakeSource(0, i, address));
        }
        assertThat(origins[0]).isEqualTo(origins[1]).isNotEqualTo(origins[2]);
        assertThat(Origin.of(new HandshakeSource(0, 1, address(5, 1))))
                .isEqualTo(Origin.of(new HandshakeSource(3, 2, address(5, 2))))
                .isNotEqualTo(Origin.of(new HandshakeSource(0, 1, address(6, 1))));
    }
}
