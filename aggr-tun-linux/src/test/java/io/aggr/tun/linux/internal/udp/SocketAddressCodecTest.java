package io.aggr.tun.linux.internal.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Expected bytes: ip(7) and ipv6(7) on a little-endian machine, which both supported architectures are. */
class SocketAddressCodecTest {

    private final ByteBuffer memory = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);

    private String hex(int bytes) {
        return HexFormat.of().formatHex(memory.array(), 4, 4 + bytes);
    }

    @Test
    void lays_out_ipv4() throws Exception {
        var address = new InetSocketAddress(InetAddress.getByName("198.51.100.7"), 5080);

        assertThat(SocketAddressCodec.write(memory, 4, address, false)).isEqualTo(16);
        assertThat(hex(16)).isEqualTo("0200" + "13d8" + "c6336407" + "0000000000000000");
        assertThat(SocketAddressCodec.read(memory, 4)).isEqualTo(address);
    }

    @Test
    void lays_out_ipv6_with_its_scope() throws Exception {
        InetAddress host = Inet6Address.getByAddress(
                null, InetAddress.getByName("fe80::12:3456").getAddress(), 7);
        var address = new InetSocketAddress(host, 65_535);

        assertThat(SocketAddressCodec.write(memory, 4, address, true)).isEqualTo(28);
        assertThat(hex(28)).isEqualTo("0a00" + "ffff" + "00000000" + "fe800000000000000000000000123456" + "07000000");
        assertThat(SocketAddressCodec.read(memory, 4)).isEqualTo(address);
        assertThat(((Inet6Address) SocketAddressCodec.read(memory, 4).getAddress()).getScopeId())
                .isEqualTo(7);
    }

    @Test
    void maps_ipv4_on_a_socket_for_both_and_back() throws Exception {
        var address = new InetSocketAddress(InetAddress.getByName("198.51.100.7"), 1);

        assertThat(SocketAddressCodec.write(memory, 4, address, true)).isEqualTo(28);
        assertThat(hex(28)).isEqualTo("0a00" + "0001" + "00000000" + "00000000000000000000ffffc6336407" + "00000000");
        assertThat(SocketAddressCodec.read(memory, 4)).isEqualTo(address);
    }
}
