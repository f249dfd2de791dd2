package io.aggr.tun.linux.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.tun.linux.OnLinux;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnLinux
class RemoteTableTest {

    private final ByteBuffer memory = ByteBuffer.allocate(32).order(ByteOrder.nativeOrder());

    private static InetSocketAddress address(boolean ipv6, int number) throws Exception {
        byte[] bytes = ipv6 ? new byte[16] : new byte[4];
        ByteBuffer.wrap(bytes).putInt(0, ipv6 ? 0x20010db8 : 0x0a000000 | number >> 4);
        if (ipv6) {
            ByteBuffer.wrap(bytes).putInt(12, number >> 4);
        }
        return new InetSocketAddress(InetAddress.getByAddress(bytes), 1000 + number % 16);
    }

    private int idOf(RemoteTable table, boolean ipv6, int number) throws Exception {
        SocketAddressCodec.write(memory, 0, address(ipv6, number), ipv6);
        return table.idOf(memory, 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void behaves_like_a_map_of_addresses(boolean ipv6) throws Exception {
        long seed = Long.getLong("aggr.seed", 42);
        System.out.println("aggr.seed=" + seed);
        Random random = new Random(seed);
        RemoteTable table = new RemoteTable(ipv6, null);
        Map<Integer, Integer> kept = new HashMap<>();
        for (int round = 0; round < 3_000; round++) {
            table.beginBatch();
            Map<Integer, Integer> strangers = new HashMap<>();
            for (int i = 0; i < 20; i++) {
                int number = random.nextInt(400);
                int id = idOf(table, ipv6, number);
                assertThat(table.address(id)).isEqualTo(address(ipv6, number));
                Integer known = kept.get(number);
                if (known != null) {
                    assertThat(id).isEqualTo(known);
                    assertThat(table.nativeAddress(id)).isNotZero();
                } else {
                    assertThat(id).isLessThan(Link.NO_REMOTE);
                    Integer earlier = strangers.put(number, id);
                    assertThat(earlier == null || earlier == id).isTrue();
                }
            }
            for (Map.Entry<Integer, Integer> stranger : strangers.entrySet()) {
                if (random.nextInt(20) == 0) {
                    int id = table.keep(stranger.getValue());
                    assertThat(id).isPositive().isNotIn(kept.values());
                    assertThat(table.keep(stranger.getValue())).as("kept again").isEqualTo(id);
                    assertThat(table.keptAddress(id)).isEqualTo(address(ipv6, stranger.getKey()));
                    kept.put(stranger.getKey(), id);
                }
            }
            if (!kept.isEmpty() && random.nextInt(3) == 0) {
                int number = kept.keySet().iterator().next();
                table.release(kept.remove(number));
            }
        }
        assertThat(kept).hasSizeGreaterThan(50);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void the_configured_far_end_has_id_0_and_stays(boolean ipv6) throws Exception {
        RemoteTable table = new RemoteTable(ipv6, address(ipv6, 5));
        table.release(Link.CONFIGURED_REMOTE);

        assertThat(idOf(table, ipv6, 5)).isEqualTo(Link.CONFIGURED_REMOTE);
        assertThat(table.keptAddress(0)).isEqualTo(address(ipv6, 5));
        assertThat(table.keep(idOf(table, ipv6, 6))).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void strangers_are_bounded_and_forgotten_with_the_next_batch(boolean ipv6) throws Exception {
        RemoteTable table = new RemoteTable(ipv6, null);
        table.beginBatch();
        for (int i = 0; i < RemoteTable.MOST_STRANGERS; i++) {
            assertThat(table.isFull()).isFalse();
            assertThat(idOf(table, ipv6, i)).isEqualTo(-2 - i);
        }
        assertThat(table.isFull()).isTrue();
        assertThat(idOf(table, ipv6, 9999)).isEqualTo(Link.NO_REMOTE);
        assertThat(idOf(table, ipv6, 3)).isEqualTo(-5);

        table.beginBatch();
        assertThat(table.address(-2)).isNull();
        assertThatThrownBy(() -> table.keep(-2)).isInstanceOf(IllegalArgumentException.class);
        assertThat(table.keptAddress(0)).isNull();
        assertThat(table.nativeAddress(-2)).isZero();
        assertThat(table.nativeAddress(1 << 20)).isZero();
    }
}
