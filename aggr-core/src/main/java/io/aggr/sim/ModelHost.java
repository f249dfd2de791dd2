package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * A host of the simulation: one IPv4 address at one {@link PacketPort}, with TCP, UDP and ICMP of its own.
 *
 * <p>It sends and expects real packets, with correct lengths, options and checksums, so whatever lies between two hosts
 * may look into them and change them as a router may. It answers ICMP echo requests, obeys "fragmentation needed"
 * (RFC 1191), and counts what it cannot use. Traffic is started with {@link TcpFlow#start}, {@link UdpFlow#start} and {@link Ping#start}.
 *
 * @since 0.1
 */
public final class ModelHost {
    private static final int ICMP = 1;
    private static final int ICMP_ECHO_REPLY = 0;
    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMP_ECHO_REQUEST = 8;
    private static final int CODE_FRAGMENTATION_NEEDED = 4;

    /** One end of a TCP connection at this host. */
    interface TcpEnd {
        void onSegment(TcpSegment segment, ByteBuffer packet);

        void onPacketTooBig(int mtuBytes);

        /** Ports of this end and of its peer, and the peer's address. */
        boolean matches(int localPort, int remotePort, int remoteAddress);
    }

    private final VirtualTime time;
    private final PacketPort port;
    private final int address;
    private final int mtuBytes;
    private final ByteBuffer out;
    private final TcpSegment received = new TcpSegment();
    private final List<TcpEnd> tcpEnds = new ArrayList<>();
    private final List<UdpFlow> udpFlows = new ArrayList<>();
    private final List<Ping> pings = new ArrayList<>();
    private int identification;
    private int nextPort = 40_000;
    private long receivedPackets;
    private long corruptPackets;
    private long strayPackets;

    /**
     * A host that sends packets of up to 1500 bytes.
     *
     * @param time the time in which it lives
     * @param port where its packets go and come from; the host becomes its receiver
     * @param address its IPv4 address, four decimal numbers
     */
    public ModelHost(VirtualTime time, PacketPort port, String address) {
        this(time, port, address, 1500);
    }

    /**
     * A host.
     *
     * @param time the time in which it lives
     * @param port where its packets go and come from; the host becomes its receiver
     * @param address its IPv4 address, four decimal numbers
     * @param mtuBytes largest packet that it sends, 576 to 65535; also decides the MSS that it announces
     */
    public ModelHost(VirtualTime time, PacketPort port, String address, int mtuBytes) {
        if (mtuBytes < 576 || mtuBytes > 65_535) {
            throw new IllegalArgumentException("host.mtu must be 576 to 65535 bytes, got " + mtuBytes);
        }
        this.time = requireNonNull(time, "time");
        this.port = requireNonNull(port, "port");
        this.address = Endpoint.parse(address);
        this.mtuBytes = mtuBytes;
        this.out = ByteBuffer.allocateDirect(Math.max(mtuBytes, 128) + 8);
        port.receiveWith(this::onPacket);
    }

    /**
     * Address of the host.
     *
     * @return four decimal numbers
     */
    public String address() {
        return Endpoint.text(address);
    }

    /**
     * Packets that came in, good and bad.
     *
     * @return count
     */
    public long receivedPackets() {
        return receivedPackets;
    }

    /**
     * Packets that came in with a wrong checksum, a wrong length, or bytes that nobody sent. Zero, unless what lies between
     * the hosts damages packets.
     *
     * @return count
     */
    public long corruptPackets() {
        return corruptPackets;
    }

    /**
     * Sound packets for which nothing here waited, such as those of another address.
     *
     * @return count
     */
    public long strayPackets() {
        return strayPackets;
    }

    VirtualTime time() {
        return time;
    }

    int addressBits() {
        return address;
    }

    int mtuBytes() {
        return mtuBytes;
    }

    int takePort() {
        return nextPort++;
    }

    void add(TcpEnd end) {
        tcpEnds.add(end);
    }

    int add(Ping ping) {
        pings.add(ping);
        return pings.size();
    }

    /** Takes the datagrams of a flow that ends here. */
    void add(UdpFlow flow) {
        udpFlows.add(flow);
    }

    void countCorrupt() {
        corruptPackets++;
    }

    /** Sends a segment from this host; {@code stamp} goes into its payload. */
    void send(TcpSegment segment, long stamp) {
        segment.sourceAddress = address;
        TcpSegment.wipe(out);
        segment.write(out, identification++, stamp);
        port.send(out);
    }

    /** Sends a datagram of a flow from this host. */
    void sendDatagram(int target, int sourcePort, int targetPort, long number, int packetBytes) {
        TcpSegment.wipe(out);
        out.limit(packetBytes);
        UdpFlow.write(out, sourcePort, targetPort, number);
        TcpSegment.writeIpHeader(out, UdpFlow.PROTOCOL, identification++, address, target, TcpSegment.NOT_ECT);
        UdpFlow.seal(out);
        port.send(out);
    }

    void sendEchoRequest(int target, int id, int sequence) {
        TcpSegment.wipe(out);
        out.limit(Ping.PACKET_BYTES);
        out.putShort(20, (short) (ICMP_ECHO_REQUEST << 8));
        out.putShort(24, (short) id);
        out.putShort(26, (short) sequence);
        out.putLong(28, time.nowNanos());
        finishIcmp(target);
    }

    private void finishIcmp(int target) {
        out.putShort(22, (short) 0);
        out.putShort(22, (short) Checksums.fold(Checksums.sum(out, 20, out.limit() - 20)));
        TcpSegment.writeIpHeader(out, ICMP, identification++, address, target, TcpSegment.NOT_ECT);
        port.send(out);
    }

    private void onPacket(ByteBuffer packet) {
        receivedPackets++;
        int ip = packet.position();
        if (!isSoundIpv4(packet)) {
            corruptPackets++;
            return;
        }
        if (packet.getInt(ip + 16) != address) {
            strayPackets++;
            return;
        }
        switch (packet.get(ip + 9)) {
            case TcpSegment.PROTOCOL -> onTcp(packet);
            case UdpFlow.PROTOCOL -> onUdp(packet);
            case ICMP -> onIcmp(packet);
            default -> strayPackets++;
        }
    }

    private static boolean isSoundIpv4(ByteBuffer packet) {
        int ip = packet.position();
        return packet.remaining() >= 28
                && packet.get(ip) == 0x45
                && (packet.getShort(ip + 2) & 0xFFFF) == packet.remaining()
                && Checksums.fold(Checksums.sum(packet, ip, 20)) == 0;
    }

    private void onTcp(ByteBuffer packet) {
        if (!received.read(packet)) {
            corruptPackets++;
            return;
        }
        for (int i = 0; i < tcpEnds.size(); i++) {
            TcpEnd end = tcpEnds.get(i);
            if (end.matches(received.targetPort, received.sourcePort, received.sourceAddress)) {
                end.onSegment(received, packet);
                return;
            }
        }
        strayPackets++;
    }

    private void onUdp(ByteBuffer packet) {
        if (!UdpFlow.isSound(packet)) {
            corruptPackets++;
            return;
        }
        int targetPort = packet.getShort(packet.position() + 22) & 0xFFFF;
        for (int i = 0; i < udpFlows.size(); i++) {
            if (udpFlows.get(i).targetPort() == targetPort) {
                udpFlows.get(i).onDatagram(packet.getLong(packet.position() + UdpFlow.HEADER_BYTES));
                return;
            }
        }
        strayPackets++;
    }

    private void onIcmp(ByteBuffer packet) {
        int icmp = packet.position() + 20;
        if (Checksums.fold(Checksums.sum(packet, icmp, packet.limit() - icmp)) != 0) {
            corruptPackets++;
            return;
        }
        int source = packet.getInt(packet.position() + 12);
        switch (packet.get(icmp)) {
            case ICMP_ECHO_REQUEST -> {
                if (packet.remaining() > mtuBytes) {
                    strayPackets++;
                    return;
                }
                TcpSegment.wipe(out);
                out.put(20, packet, icmp, packet.limit() - icmp);
                out.limit(packet.remaining());
                out.putShort(20, (short) (ICMP_ECHO_REPLY << 8));
                finishIcmp(source);
                // The buffer's tail must stay zero for the next TCP segment.
                out.clear();
                for (int at = 128; at < packet.remaining(); at++) {
                    out.put(at, (byte) 0);
                }
            }
            case ICMP_ECHO_REPLY -> {
                int id = packet.getShort(icmp + 4) & 0xFFFF;
                if (id < 1 || id > pings.size() || packet.limit() - icmp < 16) {
                    strayPackets++;
                } else {
                    pings.get(id - 1).onReply(packet.getShort(icmp + 6) & 0xFFFF, packet.getLong(icmp + 8));
                }
            }
            case ICMP_UNREACHABLE -> onUnreachable(packet, icmp);
            default -> strayPackets++;
        }
    }

    /** The message quotes the header of the packet that was too big, and eight bytes: the ports are among them. */
    private void onUnreachable(ByteBuffer packet, int icmp) {
        int quoted = icmp + 8;
        if (packet.get(icmp + 1) == CODE_FRAGMENTATION_NEEDED
                && packet.limit() - quoted >= 28
                && packet.get(quoted + 9) == TcpSegment.PROTOCOL
                && packet.getInt(quoted + 12) == address) {
            int quotedHeader = (packet.get(quoted) & 0xF) * 4;
            int localPort = packet.getShort(quoted + quotedHeader) & 0xFFFF;
            int remotePort = packet.getShort(quoted + quotedHeader + 2) & 0xFFFF;
            int remoteAddress = packet.getInt(quoted + 16);
            for (int i = 0; i < tcpEnds.size(); i++) {
                TcpEnd end = tcpEnds.get(i);
                if (end.matches(localPort, remotePort, remoteAddress)) {
                    end.onPacketTooBig(packet.getShort(icmp + 6) & 0xFFFF);
                    return;
                }
            }
        }
        strayPackets++;
    }
}
