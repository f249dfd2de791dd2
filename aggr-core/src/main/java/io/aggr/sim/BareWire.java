package io.aggr.sim;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A tunnel of bare IP-in-IP over a line: a raw socket at each end, and a modem in between that hands all of protocol 4 to one host behind it, as a
 * "DMZ host" gets it. So there are two fixed addresses and no ports. What arrives for a tunnel's end from another line is not from its far end.
 */
final class BareWire {

    /** The outer header. */
    static final int HEADER_BYTES = 20;

    /** Endpoints have a port, raw sockets have none. */
    private static final int NO_PORT = 1;

    private final SimLine line;
    private final Socket near;
    private final Socket far;

    /**
     * A tunnel.
     *
     * @param line the line; its ports for packets are no longer of use
     * @param nearAddress address of the near end as the far end knows it, four decimal numbers with dots
     * @param farAddress address of the far end
     */
    BareWire(SimLine line, String nearAddress, String farAddress) {
        this.line = line;
        near = new Socket(line.up(), line.down(), Endpoint.of(nearAddress, NO_PORT));
        far = new Socket(line.down(), line.up(), Endpoint.of(farAddress, NO_PORT));
    }

    /** The socket at the far end, for whoever is no aggr. */
    DatagramPort far() {
        return far;
    }

    /** A link at the near end. A second one takes the place of the first, as with a process that is started again. */
    SimLink newNearLink() {
        return new SimLink(line.name(), near, HEADER_BYTES, far.local);
    }

    /** A link at the far end. */
    SimLink newFarLink() {
        return new SimLink(line.name(), far, HEADER_BYTES, near.local);
    }

    private static final class Socket implements DatagramPort {
        private final OneWay out;
        private final long local;
        private Receiver receiver = (packet, remote) -> {};

        Socket(OneWay out, OneWay in, long local) {
            this.out = out;
            this.local = local;
            in.deliverTo((packet, from, to) -> receiver.onDatagram(packet, from));
        }

        @Override
        public long localAddress() {
            return local;
        }

        @Override
        public LineOutcome send(ByteBuffer packet, long remote) {
            return out.send(packet, local, remote, HEADER_BYTES);
        }

        @Override
        public void receiveWith(Receiver newReceiver) {
            receiver = requireNonNull(newReceiver, "receiver");
        }
    }
}
