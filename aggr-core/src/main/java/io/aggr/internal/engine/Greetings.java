package io.aggr.internal.engine;

import io.aggr.encap.Handshake;
import io.aggr.encap.HandshakeOutput;
import io.aggr.encap.HandshakeSource;
import io.aggr.encap.Session;
import io.aggr.internal.path.SendPath;
import io.aggr.packet.PacketBatch;
import io.aggr.packet.Slab;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs the handshake of the encapsulation: tells it what has come and what time it is, sends its datagrams, and hands the sessions that come of it to
 * both halves.
 *
 * <p>Confined to the thread that sends.
 */
final class Greetings {

    private static final int LONGEST_BYTES = 4_096;

    /** What a line's pacer has to know of a datagram beside its bytes: IPv4 and UDP headers. */
    private static final int OUTER_BYTES = 28;

    private final EgressContext context;
    private final EgressPeers peers;
    private final PeerAlarms alarms;
    private final Handshake handshake;
    private final Output output = new Output();
    private final PacketBatch batch = new PacketBatch(new Slab(LONGEST_BYTES), 1);
    private final Map<String, Long> drops = new TreeMap<>();
    private long datagrams;
    private long nowNanos;

    Greetings(EgressContext context, EgressPeers peers, PeerAlarms alarms, Handshake handshake) {
        this.context = context;
        this.peers = peers;
        this.alarms = alarms;
        this.handshake = handshake;
    }

    /** Asks a peer for a session. */
    void connect(int peer, long now) {
        nowNanos = now;
        handshake.connect(peer, now, output);
    }

    /** Asks a peer for a new association, since numbers are nearly used up. */
    void renumber(int peer, long now) {
        nowNanos = now;
        handshake.renumber(peer, now, output);
    }

    /** A datagram of a handshake has come. */
    void receive(ByteBuffer datagram, HandshakeSource source, long now) {
        nowNanos = now;
        handshake.receive(datagram, source, now, output);
    }

    /** A peer has proved to have a session that was only offered. */
    void onConfirmed(Session session, long now) {
        nowNanos = now;
        output.begin(session, false);
    }

    /** Does what time demands. Returns how long until the next call. */
    long poll(long now) {
        nowNanos = now;
        if (handshake.nanosToDeadline(now) <= 0) {
            handshake.poll(now, output);
        }
        return handshake.nanosToDeadline(now);
    }

    /** How many datagrams have left. */
    long datagrams() {
        return datagrams;
    }

    void addDropsTo(Map<String, Long> target) {
        drops.forEach((name, count) -> target.merge(name, count, Long::sum));
    }

    private void send(int localLink, int remote, ByteBuffer datagram) {
        int bytes = datagram.remaining();
        batch.open(0, batch.slab().sizeBytes());
        if (bytes > batch.nextRoomBytes()) {
            return;
        }
        int offset = batch.nextOffset();
        batch.buffer().put(offset, datagram, datagram.position(), bytes);
        batch.add(offset, bytes);
        datagrams += context.links().get(localLink).send(batch, 0, 1, remote);
    }

    /** What the handshake does to the world. */
    private final class Output implements HandshakeOutput {

        @Override
        public int lines(int peer) {
            return peers.isThere(peer) ? peers.at(peer).settings().lines().size() : 0;
        }

        @Override
        public int line(int peer, int index) {
            return peers.at(peer).settings().lines().get(index).id();
        }

        @Override
        public void send(int peer, int line, ByteBuffer datagram) {
            SendPath path = peers.isThere(peer) ? peers.at(peer).paths().byId(line) : null;
            if (path != null && path.isBound()) {
                int bytes = datagram.remaining();
                Greetings.this.send(path.localLink(), path.remote(), datagram);
                path.rate().pacer().onSent(nowNanos, bytes + OUTER_BYTES);
            }
        }

        @Override
        public int localLink(int peer, int line) {
            SendPath path = peers.isThere(peer) ? peers.at(peer).paths().byId(line) : null;
            return path != null && path.isBound() ? path.localLink() : -1;
        }

        @Override
        public void reply(HandshakeSource source, ByteBuffer datagram) {
            // The answer may have taken a while, and the far end's id been given to somebody else meanwhile.
            if (source.address() == null
                    || source.address()
                            .equals(context.links().get(source.localLink()).address(source.remote()))) {
                Greetings.this.send(source.localLink(), source.remote(), datagram);
            }
        }

        @Override
        public void dropped(String reason, long count) {
            drops.merge("handshake." + reason, count, Long::sum);
        }

        @Override
        public void established(Session session) {
            begin(session, true);
        }

        private void begin(Session session, boolean isNews) {
            int index = session.peer();
            if (!peers.isThere(index)) {
                context.drops().count(Drop.NO_PEER);
                return;
            }
            alarms.wake(index);
            // The other half has to learn of the session first. If it cannot, the handshake repeats itself until
            // packets flow.
            if (context.outbox().session(session, isNews)) {
                peers.at(index).onSession(session, nowNanos);
            } else {
                context.drops().count(Drop.MAILBOX_FULL);
            }
        }

        @Override
        public void warn(int peer, String message) {
            if (peers.isThere(peer)) {
                context.events().onWarning(peers.at(peer).settings().name() + ": " + message);
            }
        }
    }
}
