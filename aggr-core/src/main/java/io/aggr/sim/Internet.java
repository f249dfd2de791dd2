package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What joins the far ends of lines and the hosts with public addresses: datagrams find their way by address.
 *
 * <p>All of the delay, loss and capacity is in the lines; the core between them is perfect. Each line belongs to one
 * {@link Nat}, at its near end, as a modem is. A datagram takes its payload and the headers below it from a line's capacity.
 *
 * @since 0.1
 */
public final class Internet {
    /** IPv4 and UDP header. */
    public static final int IPV4_UDP_BYTES = 28;

    /** IPv6 and UDP header. */
    public static final int IPV6_UDP_BYTES = 48;

    private final VirtualTime time;
    private final int headerBytes;
    private final Map<Long, HostPort> hosts = new HashMap<>();
    private final Map<SimLine, Access> accesses = new LinkedHashMap<>();
    private long unroutedDatagrams;

    /**
     * An empty network of IPv4.
     *
     * @param time the time in which it lives
     */
    public Internet(VirtualTime time) {
        this(time, IPV4_UDP_BYTES);
    }

    /**
     * An empty network.
     *
     * @param time the time in which it lives
     * @param headerBytes bytes below the payload that each datagram takes on a line, 0 to 200
     */
    public Internet(VirtualTime time, int headerBytes) {
        if (headerBytes < 0 || headerBytes > 200) {
            throw new IllegalArgumentException("header-bytes must be 0 to 200, got " + headerBytes);
        }
        this.time = requireNonNull(time, "time");
        this.headerBytes = headerBytes;
    }

    /**
     * Opens a socket with a public address, without a line in front.
     *
     * @param address four decimal numbers with dots
     * @param port 1 to 65535
     * @return the socket
     * @throws IllegalArgumentException if the address is taken
     */
    public DatagramPort host(String address, int port) {
        HostPort host = new HostPort(Endpoint.of(address, port));
        if (hosts.putIfAbsent(host.local, host) != null) {
            throw new IllegalArgumentException("address is taken: " + Endpoint.toString(host.local));
        }
        return host;
    }

    /**
     * Opens a socket at the near end of a line, behind the line's modem.
     *
     * @param line the line; its ports for bare packets are no longer of use
     * @param nat translation of the line's modem, the same for all sockets of the line
     * @param address inside address of the socket, four decimal numbers with dots
     * @param port inside port, 1 to 65535
     * @return the socket
     */
    public DatagramPort behind(SimLine line, Nat nat, String address, int port) {
        Access access = accesses.computeIfAbsent(line, key -> new Access(key, nat));
        if (access.nat != nat) {
            throw new IllegalArgumentException("line " + line.name() + " has another modem already");
        }
        InsidePort inside = new InsidePort(access, Endpoint.of(address, port));
        if (access.sockets.putIfAbsent(inside.local, inside) != null) {
            throw new IllegalArgumentException("address is taken: " + Endpoint.toString(inside.local));
        }
        return inside;
    }

    /**
     * Datagrams that reached the core for an address that nobody has.
     *
     * @return count
     */
    public long unroutedDatagrams() {
        return unroutedDatagrams;
    }

    /** From a host or from the far end of a line to wherever the receiver is. */
    private LineOutcome route(ByteBuffer datagram, long from, long to) {
        HostPort host = hosts.get(to);
        if (host != null) {
            host.receiver.onDatagram(datagram, from);
            return LineOutcome.CARRIED;
        }
        int address = Endpoint.addressBits(to);
        for (Access access : accesses.values()) {
            if (access.nat.addressBits() == address) {
                return access.line.down().send(datagram, from, to, headerBytes);
            }
        }
        unroutedDatagrams++;
        return LineOutcome.CARRIED;
    }

    private final class Access {
        final SimLine line;
        final Nat nat;
        final Map<Long, InsidePort> sockets = new HashMap<>();

        Access(SimLine line, Nat nat) {
            this.line = requireNonNull(line, "line");
            this.nat = requireNonNull(nat, "nat");
            line.up().deliverTo(Internet.this::route);
            line.down().deliverTo(this::onInward);
        }

        private void onInward(ByteBuffer datagram, long from, long to) {
            InsidePort socket = sockets.get(nat.inward(to, time.nowNanos()));
            if (socket != null) {
                socket.receiver.onDatagram(datagram, from);
            }
        }
    }

    private abstract static class AbstractPort implements DatagramPort {
        final long local;
        Receiver receiver = (datagram, remote) -> {};

        AbstractPort(long local) {
            this.local = local;
        }

        @Override
        public long localAddress() {
            return local;
        }

        @Override
        public void receiveWith(Receiver newReceiver) {
            receiver = requireNonNull(newReceiver, "receiver");
        }
    }

    private final class HostPort extends AbstractPort {
        HostPort(long local) {
            super(local);
        }

        @Override
        public LineOutcome send(ByteBuffer datagram, long remote) {
            HostPort neighbour = hosts.get(remote);
            if (neighbour == null) {
                return route(datagram, local, remote);
            }
            // No line lies between, so nobody has copied the bytes yet.
            ByteBuffer copy = ByteBuffer.allocate(datagram.remaining())
                    .put(0, datagram, datagram.position(), datagram.remaining());
            time.schedule(time.nowNanos(), () -> neighbour.receiver.onDatagram(copy, local));
            return LineOutcome.CARRIED;
        }
    }

    private final class InsidePort extends AbstractPort {
        private final Access access;

        InsidePort(Access access, long local) {
            super(local);
            this.access = access;
        }

        @Override
        public LineOutcome send(ByteBuffer datagram, long remote) {
            long outside = access.nat.outward(local, time.nowNanos());
            return access.line.up().send(datagram, outside, remote, headerBytes);
        }
    }
}
