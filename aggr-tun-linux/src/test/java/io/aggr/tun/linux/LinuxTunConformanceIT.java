package io.aggr.tun.linux;

import io.aggr.spi.ProviderConfig;
import io.aggr.testing.NetnsTest;
import io.aggr.testkit.TunDeviceConformance;
import io.aggr.testkit.TunHarness;
import io.aggr.tun.TunDevice;
import io.aggr.tun.TunSettings;
import io.aggr.tun.linux.internal.libc.Errno;
import io.aggr.tun.linux.internal.libc.Libc;
import io.aggr.tun.linux.internal.libc.NativeMemory;
import io.aggr.tun.linux.internal.libc.SystemCallException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A device of a real kernel keeps the contract that all TUN devices have in common. */
@NetnsTest
class LinuxTunConformanceIT {

    private Netns netns;

    @BeforeEach
    void makeNamespace() throws Exception {
        netns = Netns.create("conform");
    }

    @AfterEach
    void removeNamespace() throws Exception {
        netns.close();
    }

    @Test
    void keeps_what_a_tun_device_promises() {
        TunDeviceConformance.check(() -> netns.call(() -> {
            TunDevice device = new LinuxTunProvider().open(TunSettings.named("t0"), ProviderConfig.none());
            try {
                return new Harness(device);
            } catch (IOException e) {
                device.close();
                throw e;
            }
        }));
    }

    /** The other side is a packet(7) socket on the interface: what it sends is read from the device, and it receives what is written there. */
    private static final class Harness implements TunHarness {

        private static final int AF_PACKET = 17;
        private static final int LONGEST_BYTES = 65_536;

        // struct sockaddr_ll, and ETH_P_IP in network byte order.
        private static final int SOCKADDR_LL_BYTES = 20;
        private static final int IFINDEX_AT = 4;
        private static final short ETH_P_IP = (short) 0x0008;

        private final TunDevice device;
        private final NativeMemory buffer = new NativeMemory(LONGEST_BYTES);
        private final int socket;

        Harness(TunDevice device) throws IOException {
            this.device = device;
            socket = Libc.socket(AF_PACKET, Libc.SOCK_DGRAM | Libc.SOCK_NONBLOCK | Libc.SOCK_CLOEXEC, ETH_P_IP);
            if (socket < 0) {
                throw new SystemCallException("socket(AF_PACKET)", Libc.errno(), "");
            }
            byte[] name = device.name().getBytes(StandardCharsets.US_ASCII);
            buffer.buffer().put(0, name).put(name.length, (byte) 0);
            int index = Libc.if_nametoindex(buffer.address());
            for (int i = 0; i < SOCKADDR_LL_BYTES; i++) {
                buffer.buffer().put(i, (byte) 0);
            }
            buffer.buffer().putShort(0, (short) AF_PACKET).putShort(2, ETH_P_IP).putInt(IFINDEX_AT, index);
            if (Libc.bind(socket, buffer.address(), SOCKADDR_LL_BYTES) < 0) {
                throw new SystemCallException("bind to " + device.name(), Libc.errno(), "");
            }
        }

        @Override
        public TunDevice device() {
            return device;
        }

        @Override
        public void inject(byte[] packet) throws IOException {
            buffer.buffer().put(0, packet);
            if (Libc.send(socket, buffer.address(), packet.length, 0) != packet.length) {
                throw new SystemCallException("send", Libc.errno(), "");
            }
        }

        @Override
        public byte @Nullable [] extract() throws IOException {
            long count = Libc.recvfrom(socket, buffer.address(), LONGEST_BYTES, 0, 0, 0);
            if (count < 0) {
                if (Libc.errno() == Errno.EAGAIN) {
                    return null;
                }
                throw new SystemCallException("recvfrom", Libc.errno(), "");
            }
            byte[] packet = new byte[(int) count];
            buffer.buffer().get(0, packet);
            return packet;
        }

        @Override
        public void close() {
            device.close();
            Libc.close(socket);
        }
    }
}
