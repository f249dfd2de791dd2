package io.aggr.internal.engine;

import io.aggr.encap.Opened;
import io.aggr.internal.packet.InnerPackets;
import io.aggr.internal.packet.PacketCheck;
import io.aggr.internal.path.ReceivePath;
import java.nio.ByteBuffer;

/**
 * What an opened datagram says in a tunnel without frames: there is nothing but the packet, and what is said of the line is said by packets too.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class BareIntake {

    private final BareRules rules;
    private final PacketIntake packets;
    private final IngressOutbox outbox;
    private final ByteBuffer buffer;
    private final int tunMtuBytes;
    private final boolean clampMss;

    /**
     * Hands packets on.
     *
     * @param rules what may travel
     * @param packets takes what is for the TUN
     * @param outbox takes what is for the other half
     * @param buffer where datagrams lie
     * @param settings whether and to what segments are cut
     */
    BareIntake(
            BareRules rules, PacketIntake packets, IngressOutbox outbox, ByteBuffer buffer, EngineSettings settings) {
        this.rules = rules;
        this.packets = packets;
        this.outbox = outbox;
        this.buffer = buffer;
        tunMtuBytes = settings.tun().mtuBytes();
        clampMss = settings.clampMss();
    }

    /** Acts upon what was opened. */
    void accept(
            PeerIngress peer,
            ReceivePath path,
            Opened opened,
            int localLink,
            int remote,
            int datagramBytes,
            long nowNanos) {
        peer.onDatagram(path, path.highestCounter() + 1, datagramBytes, nowNanos);
        int offset = opened.offset();
        int length = opened.lengthBytes();
        boolean whole = InnerPackets.checkExact(buffer, offset, length) == PacketCheck.OK;
        Drop unfit = whole ? rules.checkIn(buffer, offset) : null;
        if (unfit != null) {
            packets.refuseBare(peer, unfit);
        } else if (whole && rules.isForLine(opened.peer(), path.link(), buffer, offset, length)) {
            outbox.echo(opened, localLink, remote, buffer, nowNanos);
        } else {
            if (whole && clampMss) {
                BareRules.clampMss(buffer, offset, length, tunMtuBytes);
            }
            packets.acceptBare(peer, path, offset, length, nowNanos);
        }
    }
}
