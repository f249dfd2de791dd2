package io.aggr.internal.engine;

import io.aggr.internal.packet.IcmpTooBig;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.TransportHeader;
import java.nio.ByteBuffer;

/**
 * Tells hosts behind a peer that their packets are longer than this end's TUN takes: the message goes back through the tunnel, ten a second at most.
 * Without it, a peer whose TUN has a larger MTU would be a black hole for all that is not TCP.
 *
 * <p>Confined to the thread that receives.
 */
final class OversizeNotices {

    private static final long INTERVAL_NANOS = 100_000_000;

    /** So much of the packet is quoted that the message fits into one to the other thread. */
    private static final int QUOTED_BYTES = 900;

    private final IngressOutbox outbox;
    private final int mtuBytes;
    private long nextNanos;
    private boolean any;

    OversizeNotices(IngressOutbox outbox, int mtuBytes) {
        this.outbox = outbox;
        this.mtuBytes = mtuBytes;
    }

    /** Answers a checked packet, if it is time and there is room. */
    void answer(ByteBuffer buffer, int offset, int length, long nowNanos) {
        if (any && nowNanos - nextNanos < 0) {
            return;
        }
        EgressMessage message = outbox.claim();
        if (message == null) {
            return;
        }
        any = true;
        nextNanos = nowNanos + INTERVAL_NANOS;
        boolean ipv4 = InnerPackets.isIpv4(buffer, offset);
        message.kind = EgressMessage.Kind.PACKET;
        message.length = IcmpTooBig.write(
                buffer,
                offset,
                Math.min(length, QUOTED_BYTES),
                TransportHeader.locate(buffer, offset, length),
                mtuBytes,
                ipv4 ? InnerPackets.destinationIpv4(buffer, offset) : 0,
                ipv4 ? 0 : InnerPackets.destinationIpv6High(buffer, offset),
                ipv4 ? 0 : InnerPackets.destinationIpv6Low(buffer, offset),
                message.data,
                0);
        outbox.post(message);
    }
}
