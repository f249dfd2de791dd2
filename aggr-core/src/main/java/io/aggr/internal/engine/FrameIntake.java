package io.aggr.internal.engine;

import io.aggr.encap.Opened;
import io.aggr.internal.count.Tally;
import io.aggr.internal.frame.FrameCursor;
import io.aggr.internal.frame.FrameType;
import io.aggr.internal.frame.FrameVerdict;
import io.aggr.internal.frame.GoneReader;
import io.aggr.internal.frame.ProbeFrame;
import io.aggr.internal.frame.Ticks;
import io.aggr.internal.path.ReceivePath;
import java.nio.ByteBuffer;
import java.util.Map;

/**
 * What an opened datagram says in frames: the line's accounting, the packet, if there is one, and then each control frame, which this half acts upon,
 * or the other, or both.
 *
 * <p>Confined to the thread that receives. Allocates nothing.
 */
final class FrameIntake {

    /** A line over which nothing has come for so long carries nothing, and is neither coming up nor doubted: nobody is in a hurry for its answers. */
    private static final long IDLE_NANOS = 1_000_000_000;

    private final IngressPeers peers;
    private final PacketIntake packets;
    private final IngressOutbox outbox;
    private final ByteBuffer buffer;
    private final FrameCursor frames = new FrameCursor();
    private final GoneReader gone = new GoneReader();
    private final Tally<FrameVerdict> drops = new Tally<>("frame", FrameVerdict.class);

    // Of the datagram that is read: whether it has brought a probe, or one that looks for the MTU.
    private boolean probed;
    private boolean sized;

    FrameIntake(IngressPeers peers, PacketIntake packets, IngressOutbox outbox, ByteBuffer buffer) {
        this.peers = peers;
        this.packets = packets;
        this.outbox = outbox;
        this.buffer = buffer;
    }

    /** Looks whether the frames of a datagram are good, and counts it if they are not. {@link #accept} follows. */
    boolean check(Opened opened) {
        FrameVerdict verdict = frames.begin(buffer, opened.offset(), opened.lengthBytes());
        if (verdict != FrameVerdict.OK) {
            drops.count(verdict);
            return false;
        }
        return true;
    }

    /** Acts upon the frames that were checked last. */
    void accept(
            PeerIngress peer,
            ReceivePath path,
            Opened opened,
            int localLink,
            int remote,
            int datagramBytes,
            long nowNanos) {
        peers.touch(peer);
        boolean isIdle = isIdleAtHub(peer, path, nowNanos);
        boolean newest = peer.onDatagram(path, opened.counter(), datagramBytes, nowNanos);
        if (newest && !peer.lines().isBound(opened.link(), localLink, remote)) {
            outbox.candidate(opened, localLink, remote, datagramBytes, nowNanos);
        }
        if (frames.hasIp()) {
            peer.reports().want(nowNanos);
            packets.acceptNumbered(peer, path, frames.ip(), nowNanos);
        }
        probed = false;
        sized = false;
        while (frames.next()) {
            if (isForOtherHalf(peer, path, nowNanos)) {
                boolean canWait =
                        isIdle && frames.type() == FrameType.PROBE && !ProbeFrame.isAnswer(buffer, frames.offset());
                outbox.frame(opened, localLink, remote, buffer, frames, canWait, nowNanos);
            }
        }
    }

    /**
     * Whether a probe is one of those by which a line is kept that has nothing to carry. Its answer says how long it was kept waiting. Where there is but
     * one peer, there is nothing to be saved.
     */
    private boolean isIdleAtHub(PeerIngress peer, ReceivePath path, long nowNanos) {
        return peers.count() > 1
                && peer.isResting()
                && !frames.hasIp()
                && path.packets() > 0
                && !path.heardWithin(nowNanos, IDLE_NANOS);
    }

    /** Does what this half has to do. Returns whether the other one has to hear of the frame. */
    private boolean isForOtherHalf(PeerIngress peer, ReceivePath path, long nowNanos) {
        FrameType type = frames.type();
        sized |= type == FrameType.MTU;
        return switch (type) {
            case GONE -> {
                gone.begin(buffer, frames.offset());
                while (gone.next()) {
                    peer.onGone(gone.firstSequence(), gone.lastSequence(), nowNanos);
                }
                yield false;
            }
            case PROBE -> {
                probed = true;
                peer.onPassed(path, ProbeFrame.sentSequence(buffer, frames.offset()), nowNanos);
                if (!frames.hasIp()) {
                    long micros = ProbeFrame.timeMicros(buffer, frames.offset());
                    peer.onProbeStamp(path, Ticks.stampOfMicros(micros), nowNanos);
                }
                yield true;
            }
            case PAD -> {
                if (!sized) {
                    peer.reports().onPadding(probed, nowNanos);
                }
                yield false;
            }
            case IGNORABLE -> false;
            default -> true;
        };
    }

    void addDropsTo(Map<String, Long> target) {
        drops.addTo(target);
    }
}
