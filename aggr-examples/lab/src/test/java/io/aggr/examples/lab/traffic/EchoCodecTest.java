package io.aggr.examples.lab.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EchoCodecTest {

    private static final int AT = 64;

    @ParameterizedTest
    @CsvSource({"192.168.252.12, 10.1.0.10, 84, 20, 0", "fd00:252::12, fd00:a:1::10, 104, 40, 129"})
    void recognises_the_answer_to_its_own_request(
            String source, String target, int bytes, int headerBytes, int replyType) throws UnknownHostException {
        EchoCodec codec = codec(source, target, 77);
        ByteBuffer buffer = ByteBuffer.allocate(512);
        codec.writeRequest(buffer, AT, 40_000);

        assertThat(codec.packetBytes()).isEqualTo(bytes);
        assertThat(codec.readReply(buffer, AT, bytes)).isEqualTo(-1);
        buffer.put(AT + headerBytes, (byte) replyType);
        assertThat(codec.readReply(buffer, AT, bytes)).isEqualTo(40_000);
        assertThat(codec.readReply(buffer, AT, bytes - 1)).isEqualTo(-1);
        assertThat(codec(source, target, 78).readReply(buffer, AT, bytes)).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource({"192.168.252.12, 10.1.0.10, 20, 0", "fd00:252::12, fd00:a:1::10, 40, 122"})
    void checksums_add_up(String source, String target, int headerBytes, int pseudoHeader) throws UnknownHostException {
        ByteBuffer buffer = ByteBuffer.allocate(512);
        codec(source, target, 77).writeRequest(buffer, AT, 3);

        int icmpBytes = 64;
        int sum = sum(buffer, AT + headerBytes, icmpBytes);
        if (headerBytes == 20) {
            assertThat(fold(sum(buffer, AT, 20))).isEqualTo(0xffff);
        } else {
            // Both addresses, length 64 and protocol 58.
            sum += sum(buffer, AT + 8, 32) + pseudoHeader;
        }
        assertThat(fold(sum)).isEqualTo(0xffff);
    }

    private static EchoCodec codec(String source, String target, int identifier) throws UnknownHostException {
        return new EchoCodec(InetAddress.getByName(source), InetAddress.getByName(target), identifier);
    }

    private static int sum(ByteBuffer buffer, int at, int bytes) {
        int sum = 0;
        for (int i = 0; i < bytes; i += 2) {
            sum += buffer.getShort(at + i) & 0xffff;
        }
        return sum;
    }

    private static int fold(int sum) {
        int folded = (sum & 0xffff) + (sum >>> 16);
        return (folded & 0xffff) + (folded >>> 16);
    }
}
