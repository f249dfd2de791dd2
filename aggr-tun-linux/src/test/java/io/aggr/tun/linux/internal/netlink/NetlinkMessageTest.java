package io.aggr.tun.linux.internal.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.aggr.tun.IpPrefix;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetlinkMessageTest {

    @Test
    void a_request_has_a_header_and_padded_attributes() {
        byte[] bytes = new NetlinkRequest(24, 0x605)
                .u8(2)
                .u8(16)
                .u16(0)
                .attributeU8(21, 80)
                .attribute(15, 50_800)
                .bytes(7);

        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertThat(bytes).hasSize(16 + 4 + 8 + 8);
        assertThat(message.getInt(0)).as("length").isEqualTo(36);
        assertThat(message.getShort(4)).as("type").isEqualTo((short) 24);
        assertThat(message.getShort(6)).as("flags").isEqualTo((short) 0x605);
        assertThat(message.getInt(8)).as("sequence").isEqualTo(7);
        assertThat(message.getShort(20))
                .as("length of the first attribute, without padding")
                .isEqualTo((short) 5);
        assertThat(message.getShort(22)).isEqualTo((short) 21);
        assertThat(message.get(24)).isEqualTo((byte) 80);
        assertThat(message.getInt(32)).isEqualTo(50_800);
    }

    @Test
    void nested_attributes_count_what_they_hold() {
        NetlinkRequest request = new NetlinkRequest(16, 5);
        int outer = request.begin(26);
        int inner = request.begin(10);
        byte[] bytes = request.attributeU8(8, 1).end(inner).end(outer).bytes(1);

        ByteBuffer message = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
        assertThat(message.getShort(16)).isEqualTo((short) 16);
        assertThat(message.getShort(20)).isEqualTo((short) 12);
        assertThat(message.getShort(22) & 0xffff).isEqualTo(0x8000 | 10);
    }

    @Test
    void an_error_tells_number_and_words() {
        ByteBuffer reply = ByteBuffer.allocate(128).order(ByteOrder.nativeOrder());
        byte[] words = "Nexthop has invalid gateway\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        int length = 16 + 4 + 16 + 4 + words.length;
        reply.putInt(length)
                .putShort((short) 2)
                .putShort((short) 0x300)
                .putInt(9)
                .putInt(0);
        reply.putInt(-101).position(36);
        reply.putShort((short) (4 + words.length)).putShort((short) 1).put(words);

        NetlinkReply parsed = new NetlinkReply(reply, 0, length);
        assertThat(parsed.isResult()).isTrue();
        assertThat(parsed.sequence()).isEqualTo(9);
        assertThat(parsed.errno()).isEqualTo(101);
        assertThat(parsed.errorText()).isEqualTo("Nexthop has invalid gateway");
    }

    @Test
    void damaged_messages_are_read_without_running_over_the_end() {
        long seed = Long.getLong("aggr.seed", 1);
        System.out.println("aggr.seed=" + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[16 + random.nextInt(80)];
            random.nextBytes(bytes);
            ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
            buffer.putInt(0, random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(bytes.length + 8));
            buffer.putShort(4, (short) random.nextInt(4));
            NetlinkReply reply = new NetlinkReply(buffer, 0, bytes.length);

            assertThat(reply.next()).isGreaterThanOrEqualTo(16);
            reply.errno();
            reply.errorText();
            reply.attribute(0, 1);
            reply.attribute(12, 15, 0);
        }
    }

    @Test
    void routes_lose_their_host_bits_and_read_like_the_command() throws Exception {
        Route route = new Route(
                IpPrefix.parse("10.77.255.255/18"),
                50_800,
                new Route.Device("eth1", 3),
                InetAddress.getByName("10.0.0.1"),
                true,
                false,
                0,
                80);
        assertThat(route).hasToString("10.77.192.0/18 via 10.0.0.1 dev eth1 onlink table 50800");
        assertThat(Route.network(IpPrefix.parse("fd00::ffff/121"))).isEqualTo(IpPrefix.parse("fd00::ff80/121"));
        assertThat(Route.network(IpPrefix.parse("1.2.3.4/32"))).isEqualTo(IpPrefix.parse("1.2.3.4/32"));
        assertThat(HexFormat.of()
                        .formatHex(Route.network(IpPrefix.parse("1.2.3.4/0"))
                                .address()
                                .getAddress()))
                .isEqualTo("00000000");
    }
}
