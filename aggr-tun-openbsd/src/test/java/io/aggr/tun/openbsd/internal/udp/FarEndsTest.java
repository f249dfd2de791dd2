package io.aggr.tun.openbsd.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aggr.link.Link;
import io.aggr.tun.openbsd.internal.libc.Abi;
import io.aggr.tun.openbsd.internal.libc.Memory;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarEndsTest {

    private final Memory memory = new Memory(Abi.SockaddrIn6.SIZE);

    private static InetSocketAddress far(boolean isIpv6, int which) {
        byte[] raw = new byte[isIpv6 ? 16 : 4];
        raw[0] = (byte) (isIpv6 ? 0xfd : 10);
        raw[raw.length - 1] = (byte) (which >> 2);
        raw[raw.length - 3] = (byte) (which >> 10);
        try {
            return new InetSocketAddress(InetAddress.getByAddress(raw), 40_000 + which % 4);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private int idOf(FarEnds table, InetSocketAddress address) {
        memory.clear().putSocketAddress(0, address.getAddress(), address.getPort());
        return table.idOf(memory.bytes());
    }

    @Test
    void a_batch_has_at_most_256_strangers() {
        FarEnds table = new FarEnds(false, null);
        table.beginBatch();
        for (int i = 0; i < 256; i++) {
            assertThat(table.isFull()).isFalse();
            assertThat(idOf(table, far(false, i))).isEqualTo(-2 - i);
        }
        assertThat(table.isFull()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void agrees_with_a_map_over_many_that_come_and_go(boolean isIpv6) {
        long seed = Long.getLong("aggr.seed", new Random().nextLong());
        System.out.println("FarEndsTest -Daggr.seed=" + seed);
        Random random = new Random(seed);
        FarEnds table = new FarEnds(isIpv6, null);
        Map<InetSocketAddress, Integer> model = new HashMap<>();
        for (int round = 0; round < 3_000; round++) {
            table.beginBatch();
            InetSocketAddress address = far(isIpv6, random.nextInt(400));
            int id = idOf(table, address);
            assertThat(table.address(id)).isEqualTo(address);
            assertThat(idOf(table, address)).isEqualTo(id);
            Integer kept = model.get(address);
            if (kept != null) {
                assertThat(id).isEqualTo(kept);
                if (random.nextBoolean()) {
                    table.release(id);
                    model.remove(address);
                    assertThat(table.kept(id)).isNull();
                }
            } else {
                assertThat(id).isLessThan(Link.NO_REMOTE);
                if (random.nextBoolean()) {
                    int now = table.keep(id);
                    assertThat(model).doesNotContainValue(now);
                    model.put(address, now);
                }
            }
        }
        model.forEach((address, id) -> {
            FarEnds.Kept kept = table.kept(id);
            assertThat(kept.address()).isEqualTo(address);
            assertThat(kept.nativeBytes()).isEqualTo(isIpv6 ? 28 : 16);
        });
    }

    @Test
    void the_configured_far_end_keeps_its_id() {
        InetSocketAddress configured = far(false, 1);
        FarEnds table = new FarEnds(false, configured);
        assertThat(idOf(table, configured)).isEqualTo(Link.CONFIGURED_REMOTE);
        table.release(Link.CONFIGURED_REMOTE);
        assertThat(table.address(Link.CONFIGURED_REMOTE)).isEqualTo(configured);
        assertThat(table.keep(idOf(table, far(false, 2)))).isGreaterThan(Link.CONFIGURED_REMOTE);
    }

    @Test
    void keeping_one_address_twice_gives_one_id() {
        FarEnds table = new FarEnds(true, null);
        int stranger = idOf(table, far(true, 7));
        int kept = table.keep(stranger);
        assertThat(table.keep(stranger)).isEqualTo(kept);
        assertThat(table.keep(kept)).isEqualTo(kept);
    }

    @Test
    void strangers_are_forgotten_with_their_batch_and_bounded() {
        FarEnds table = new FarEnds(false, null);
        int id = idOf(table, far(false, 1));
        table.beginBatch();
        assertThat(table.address(id)).isNull();
        assertThatThrownBy(() -> table.keep(id)).isInstanceOf(IllegalArgumentException.class);
        for (int i = 0; !table.isFull(); i++) {
            assertThat(idOf(table, far(false, i))).isEqualTo(-2 - i);
        }
        assertThat(table.address(-2 - FarEnds.MOST_STRANGERS)).isNull();
    }

    @Test
    void a_scope_tells_equal_link_local_addresses_apart() throws UnknownHostException {
        byte[] raw = {(byte) 0xfe, (byte) 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
        InetSocketAddress one = new InetSocketAddress(Inet6Address.getByAddress(null, raw, 1), 9);
        InetSocketAddress two = new InetSocketAddress(Inet6Address.getByAddress(null, raw, 2), 9);
        FarEnds table = new FarEnds(true, null);
        int first = idOf(table, one);
        assertThat(idOf(table, two)).isNotEqualTo(first);
        assertThat(((Inet6Address) table.address(first).getAddress()).getScopeId())
                .isEqualTo(1);
    }
}
