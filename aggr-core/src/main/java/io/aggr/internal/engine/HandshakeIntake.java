package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.link.Link;
import io.aggr.packet.PacketBatch;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams of a handshake that have come: decides which of them the other half gets to see, and keeps where they came from, so that it can answer.
 * Anybody can send these, so they get only a part of the mailbox: what authentic peers say must find room.
 *
 * <p>Confined to the thread that receives. Allocates nothing in steady state.
 */
final class HandshakeIntake {

    private static final int MOST_WAITING = 64;

    private final Link[] links;
    private final FarEnds farEnds;
    private final IngressOutbox outbox;
    private final Tally<Drop> drops;
    private final HandshakeGate gate;
    private long datagrams;

    /** With so many peers, which may all come at once. */
    HandshakeIntake(Link[] links, FarEnds farEnds, IngressOutbox outbox, Tally<Drop> drops, int peers) {
        this.links = links;
        this.farEnds = farEnds;
        this.outbox = outbox;
        this.drops = drops;
        gate = new HandshakeGate(peers);
    }

    /** A datagram of a batch is one of a handshake. */
    void accept(PacketBatch batch, int index, int localLink, long nowNanos) {
        datagrams++;
        if (batch.length(index) > EgressMessage.MAX_BYTES) {
            drops.count(Drop.HANDSHAKE_TOO_LONG);
            return;
        }
        if (outbox.waiting() >= MOST_WAITING) {
            drops.count(Drop.HANDSHAKE_BUSY);
            return;
        }
        int remote = batch.remote(index);
        if (!gate.isFree(nowNanos) && !gate.admits(hashOf(links[localLink].address(remote)), nowNanos)) {
            drops.count(Drop.HANDSHAKE_BUSY);
            return;
        }
        EgressMessage message = outbox.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        message.kind = EgressMessage.Kind.HANDSHAKE;
        message.localLink = localLink;
        message.remote = farEnds.keep(localLink, remote);
        message.address = links[localLink].address(message.remote);
        message.atNanos = nowNanos;
        message.copy(batch.buffer(), batch.offset(index), batch.length(index));
        outbox.post(message);
    }

    /** The address's own hash is the sum of host and port, and neighbours would be taken for each other. */
    private static int hashOf(@Nullable SocketAddress sender) {
        return sender instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().hashCode() * 0x9E37_79B1 + inet.getPort()
                : String.valueOf(sender).hashCode();
    }

    /** How many have come, whatever became of them. */
    long datagrams() {
        return datagrams;
    }
}
