package io.aggr.internal.packet;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TransportHeaderTest {
    private static final byte[] TCP = new byte[20];
    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int OPTIONS = 60;

    private static byte[] header(int next, int size) {
        byte[] bytes = new byte[size];
        bytes[0] = (byte) next;
        bytes[1] = (byte) (size / 8 - 1);
        return bytes;
    }

    private static byte[] fragment(int next, int offsetUnits, boolean more) {
        int field = offsetUnits << 3 | (more ? 1 : 0);
        return new byte[] {(byte) next, 0, (byte) (field >>> 8), (byte) field, 0, 0, 0, 7};
    }

    private static void assertLocated(TestPacket packet, int protocol, int offset, boolean fragment, boolean readable) {
        int located = packet.located();
        assertThat(TransportHeader.protocol(located)).isEqualTo(protocol);
        assertThat(TransportHeader.offsetBytes(located)).isEqualTo(offset);
        assertThat(TransportHeader.isFragment(located)).isEqualTo(fragment);
        assertThat(TransportHeader.isReadable(located)).isEqualTo(readable);
    }

    @Test
    void skips_ipv4_options() {
        TestPacket packet =
                TestPacket.ip("10.0.0.1", "10.0.0.2", 6, new byte[60]).put(0, 0x47);
        assertLocated(packet, 6, 28, false, true);
    }

    @Test
    void tells_first_and_later_ipv4_fragments() {
        TestPacket packet = TestPacket.ip("10.0.0.1", "10.0.0.2", 17, new byte[60]);
        assertLocated(packet.putShort(6, 0x2000), 17, 20, true, true);
        assertLocated(packet.putShort(6, 0x2001), 17, 20, true, false);
        assertLocated(packet.putShort(6, 0x0005), 17, 20, true, false);
        assertLocated(packet.putShort(6, 0x8000), 17, 20, false, true);
    }

    @Test
    void finds_the_transport_header_at_once_without_extension_headers() {
        assertLocated(TestPacket.extended(6, TCP), 6, 40, false, true);
        assertLocated(TestPacket.extended(59), 59, 40, false, true);
    }

    @Test
    void walks_a_chain_of_extension_headers() {
        byte[] authentication = new byte[24];
        authentication[0] = 6;
        authentication[1] = 4;
        TestPacket packet = TestPacket.extended(
                HOP_BY_HOP, header(ROUTING, 8), header(OPTIONS, 24), header(AUTHENTICATION, 16), authentication, TCP);
        assertLocated(packet, 6, 40 + 8 + 24 + 16 + 24, false, true);
    }

    @Test
    void stops_at_a_fragment_header_with_the_protocol_that_all_fragments_share() {
        assertLocated(TestPacket.extended(FRAGMENT, fragment(17, 0, true), TCP), 17, 48, true, true);
        assertLocated(TestPacket.extended(FRAGMENT, fragment(17, 9, true), TCP), 17, 48, true, false);
        assertLocated(TestPacket.extended(FRAGMENT, fragment(17, 9, false), TCP), 17, 48, true, false);
        assertLocated(
                TestPacket.extended(FRAGMENT, fragment(OPTIONS, 0, true), header(17, 8), TCP),
                OPTIONS,
                48,
                true,
                false);
    }

    @Test
    void sees_through_a_fragment_header_on_a_whole_packet() {
        assertLocated(TestPacket.extended(FRAGMENT, fragment(6, 0, false), TCP), 6, 48, false, true);
    }

    @Test
    void gives_up_on_headers_that_go_past_the_end() {
        assertLocated(TestPacket.extended(OPTIONS, new byte[] {6, 1, 0, 0, 0, 0, 0, 0}), OPTIONS, 40, false, false);
        assertLocated(TestPacket.extended(OPTIONS, new byte[] {6, 0, 0, 0}), OPTIONS, 40, false, false);
        assertLocated(TestPacket.extended(ROUTING), ROUTING, 40, false, false);
    }

    @Test
    void gives_up_on_endless_chains() {
        byte[][] chain = new byte[8][];
        java.util.Arrays.fill(chain, header(OPTIONS, 8));
        assertLocated(TestPacket.extended(OPTIONS, chain), OPTIONS, 40 + 64, false, false);
        chain[7] = header(6, 8);
        assertLocated(TestPacket.extended(OPTIONS, chain), 6, 40 + 64, false, true);
    }

    @Test
    void says_whether_enough_of_a_protocol_is_there() {
        TestPacket packet = TestPacket.extended(6, TCP);
        assertThat(TransportHeader.has(packet.located(), 6, 20, 60)).isTrue();
        assertThat(TransportHeader.has(packet.located(), 6, 21, 60)).isFalse();
        assertThat(TransportHeader.has(packet.located(), 17, 8, 60)).isFalse();
        TestPacket first = TestPacket.extended(FRAGMENT, fragment(6, 0, true), TCP);
        assertThat(TransportHeader.has(first.located(), 6, 20, 68)).isFalse();
    }
}
