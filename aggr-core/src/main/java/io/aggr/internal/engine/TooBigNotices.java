package io.aggr.internal.engine;

import io.aggr.internal.count.Tally;
import io.aggr.internal.packet.Arena;
import io.aggr.internal.packet.IcmpTooBig;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.TransportHeader;

/**
 * Tells hosts by ICMP that a packet of theirs fits no line, at most ten times a second.
 *
 * <p>The messages come from the address that the packet was meant for. The device has not always one of its own, and a host or router that checks
 * where packets come from (RFC 3704) expects that address behind this device and no other.
 *
 * <p>Confined to the thread that sends.
 */
final class TooBigNotices {

    private static final long INTERVAL_NANOS = 100_000_000;

    private final Arena arena;
    private final EgressOutbox outbox;
    private final Tally<Drop> drops;
    private long nextNanos;
    private boolean any;

    TooBigNotices(Arena arena, EgressOutbox outbox, Tally<Drop> drops) {
        this.arena = arena;
        this.outbox = outbox;
        this.drops = drops;
    }

    /**
     * Tells the sender of a packet.
     *
     * @param offset where the packet lies in the arena
     * @param length its length
     * @param longest what would have fitted
     * @param events counts the message
     */
    void send(int offset, int length, int longest, Tally<Event> events, long nowNanos) {
        if (any && nowNanos - nextNanos < 0) {
            return;
        }
        IngressMessage message = outbox.claim();
        if (message == null) {
            drops.count(Drop.MAILBOX_FULL);
            return;
        }
        any = true;
        nextNanos = nowNanos + INTERVAL_NANOS;
        boolean ipv4 = InnerPackets.isIpv4(arena.buffer(), offset);
        message.length = IcmpTooBig.write(
                arena.buffer(),
                offset,
                length,
                TransportHeader.locate(arena.buffer(), offset, length),
                longest,
                ipv4 ? InnerPackets.destinationIpv4(arena.buffer(), offset) : 0,
                ipv4 ? 0 : InnerPackets.destinationIpv6High(arena.buffer(), offset),
                ipv4 ? 0 : InnerPackets.destinationIpv6Low(arena.buffer(), offset),
                message.data,
                0);
        outbox.packet(message);
        events.count(Event.TOO_BIG_SENT);
    }
}
