package io.aggr.examples.daemon;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the router at the other end of two gif(4) tunnels does, written without a line of aggr: packets that come out of a tunnel go to the system,
 * packets of the system go into a tunnel. Which one is decided as pf(4) did in 2006: what has come in through a tunnel is answered through it ({@code
 * reply-to}), another new connection gets the next tunnel and stays there ({@code route-to { ... } round-robin}), and what has a tunnel's inner address
 * as its source goes through that tunnel.
 *
 * <p>Arguments: name of the TUN device, own outer address, then for each tunnel the far outer and the own inner address.
 */
final class StockTunnels {

    private static final int SYN = 0x02;
    private static final int SYN_ACK = 0x12;
    private static final int MOST_BYTES = 65_535;
    private static final long TUNSETIFF = 0x400454CAL;
    private static final short IFF_TUN_NO_PI = 0x1001;
    private static final int AF_INET = 2;
    private static final int SOCK_RAW = 3;
    private static final int IPPROTO_IPIP = 4;
    private static final int SO_RCVBUF = 8;

    static {
        Native.register(StockTunnels.class, "c");
    }

    private record Tunnel(int remote, int inner, Pointer address) {}

    private final List<Tunnel> tunnels = new ArrayList<>();
    private final Map<Long, Tunnel> connections = new ConcurrentHashMap<>();
    private final int device;
    private final int socket;
    private int next;

    private static native int open(String path, int flags, int mode);

    private static native int ioctl(int descriptor, long request, Pointer argument);

    private static native long read(int descriptor, Pointer memory, long bytes);

    private static native long write(int descriptor, Pointer memory, long bytes);

    private static native int socket(int family, int type, int protocol);

    private static native int bind(int descriptor, Pointer address, int bytes);

    private static native int setsockopt(int descriptor, int level, int option, Pointer value, int bytes);

    private static native long recv(int descriptor, Pointer memory, long bytes, int flags);

    private static native long sendto(int descriptor, Pointer memory, long bytes, int flags, Pointer to, int toBytes);

    public static void main(String[] arguments) throws Exception {
        StockTunnels peer = new StockTunnels(arguments);
        Thread in = new Thread(peer::fromLines, "from-lines");
        in.setDaemon(true);
        in.start();
        System.out.println("forwarding");
        peer.fromSystem();
    }

    private StockTunnels(String[] arguments) throws Exception {
        device = check("open /dev/net/tun", open("/dev/net/tun", 2, 0));
        Memory request = new Memory(40);
        request.clear();
        byte[] name = arguments[0].getBytes(StandardCharsets.US_ASCII);
        request.write(0, name, 0, name.length);
        request.setShort(16, IFF_TUN_NO_PI);
        check("TUNSETIFF", ioctl(device, TUNSETIFF, request));
        socket = check("raw socket", socket(AF_INET, SOCK_RAW, IPPROTO_IPIP));
        Memory size = new Memory(4);
        size.setInt(0, 1 << 20);
        setsockopt(socket, 1, SO_RCVBUF, size, 4);
        check("bind", bind(socket, address(arguments[1]), 16));
        for (int i = 2; i + 1 < arguments.length; i += 2) {
            tunnels.add(new Tunnel(bits(arguments[i]), bits(arguments[i + 1]), address(arguments[i])));
        }
    }

    private static int check(String call, int result) {
        if (result < 0) {
            throw new IllegalStateException(call + ": errno " + Native.getLastError());
        }
        return result;
    }

    private static int bits(String address) throws Exception {
        return ByteBuffer.wrap(InetAddress.getByName(address).getAddress()).getInt();
    }

    private static Pointer address(String text) throws Exception {
        Memory memory = new Memory(16);
        memory.clear();
        memory.setShort(0, (short) AF_INET);
        memory.write(4, InetAddress.getByName(text).getAddress(), 0, 4);
        return memory;
    }

    private void fromLines() {
        Memory memory = new Memory(MOST_BYTES);
        ByteBuffer bytes = memory.getByteBuffer(0, MOST_BYTES).order(ByteOrder.BIG_ENDIAN);
        while (true) {
            int length = (int) recv(socket, memory, MOST_BYTES, 0);
            int headerBytes = length < 40 ? 0 : (bytes.get(0) & 0x0F) * 4;
            Tunnel from = headerBytes == 0 ? null : tunnelFrom(bytes.getInt(12));
            if (from != null) {
                if (length >= headerBytes + 40) {
                    noteAnswers(bytes, headerBytes, from);
                }
                write(device, memory.share(headerBytes), length - headerBytes);
            }
        }
    }

    private Tunnel tunnelFrom(int remote) {
        return tunnels.stream()
                .filter(tunnel -> tunnel.remote() == remote)
                .findFirst()
                .orElse(null);
    }

    /** The answers to a packet that has come in go back through its tunnel, unless they have one. */
    private void noteAnswers(ByteBuffer bytes, int at, Tunnel from) {
        int ports = at + (bytes.get(at) & 0x0F) * 4;
        int turned = Integer.rotateLeft(bytes.getInt(ports), 16);
        long answers = connection(turned, bytes.getInt(at + 16), bytes.getInt(at + 12));
        if (begins(bytes, at)) {
            connections.put(answers, from);
        } else {
            connections.putIfAbsent(answers, from);
        }
    }

    private static long connection(int ports, int source, int destination) {
        return ((long) ports << 32) ^ source ^ Integer.reverse(destination);
    }

    private static boolean begins(ByteBuffer bytes, int at) {
        int flags = at + (bytes.get(at) & 0x0F) * 4 + 13;
        return bytes.get(at + 9) == 6 && flags < bytes.capacity() && (bytes.get(flags) & SYN_ACK) == SYN;
    }

    private void fromSystem() {
        Memory memory = new Memory(MOST_BYTES);
        ByteBuffer bytes = memory.getByteBuffer(0, MOST_BYTES).order(ByteOrder.BIG_ENDIAN);
        while (true) {
            int length = (int) read(device, memory, MOST_BYTES);
            if (length >= 24 && (bytes.get(0) & 0xF0) == 0x40) {
                sendto(socket, memory, length, 0, choose(bytes).address(), 16);
            }
        }
    }

    private Tunnel choose(ByteBuffer packet) {
        for (Tunnel tunnel : tunnels) {
            if (tunnel.inner() == packet.getInt(12)) {
                return tunnel;
            }
        }
        int ports = (packet.get(0) & 0x0F) * 4;
        long connection = connection(packet.getInt(ports), packet.getInt(12), packet.getInt(16));
        Tunnel known = connections.get(connection);
        if (known == null || begins(packet, 0)) {
            known = tunnels.get(next++ % tunnels.size());
            connections.put(connection, known);
        }
        return known;
    }
}
