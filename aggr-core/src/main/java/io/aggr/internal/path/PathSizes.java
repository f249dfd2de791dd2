package io.aggr.internal.path;

import io.aggr.link.Link;
import org.jspecify.annotations.Nullable;

/**
 * How long the packets of one line are: what encapsulation and outer headers add, and what the line's MTU leaves of them. The MTU is told, or searched for
 * where the link can forbid fragmentation.
 *
 * <p>Confined to the thread that sends.
 */
public final class PathSizes {

    private static final int FRAME_HEADER_BYTES = 9;
    private static final int UDP_OVER_IPV4_BYTES = 28;

    private final int encapsulationBytes;
    private final MtuSearch mtu = new MtuSearch();
    private @Nullable Link link;
    private int remote = Link.NO_REMOTE;
    private boolean metered;
    private int pinnedMtuBytes;
    private int innerMtuBytes;
    private int frameHeaderBytes = FRAME_HEADER_BYTES;

    /**
     * Sizes on a line that leads nowhere yet.
     *
     * @param encapsulationBytes bytes that the encapsulation adds around the frames
     */
    PathSizes(int encapsulationBytes) {
        this.encapsulationBytes = encapsulationBytes;
    }

    /** Nothing but packets travels over this line. */
    public void withoutFrames() {
        frameHeaderBytes = 0;
        chooseMtu();
    }

    /** Sets where datagrams go. */
    void bind(@Nullable Link newLink, int newRemote) {
        link = newLink;
        remote = newRemote;
        chooseMtu();
    }

    /** Sets what is known of the line: longest IP packet on it, or 0 if that is to be found out. */
    void describe(int newMtuBytes, boolean isMetered) {
        pinnedMtuBytes = newMtuBytes;
        metered = isMetered;
        chooseMtu();
    }

    /**
     * Lets the MTU be searched for by probes where the link can forbid fragmentation and no MTU is given.
     *
     * @param newInnerMtuBytes longest inner packet that will be sent; 0 if probes are not possible
     */
    public void searchMtu(int newInnerMtuBytes) {
        innerMtuBytes = newInnerMtuBytes;
        chooseMtu();
    }

    /** The line leads elsewhere now: an MTU that was found means nothing any more. */
    void searchAgain() {
        if (mtu.isSearching()) {
            mtu.search(mtu.ceilingBytes(), metered);
        }
    }

    private void chooseMtu() {
        Link bound = link;
        int largest = bound == null ? MtuSearch.DEFAULT_BYTES : bound.maxDatagramBytes() + outerBytes();
        if (pinnedMtuBytes > 0) {
            mtu.fix(pinnedMtuBytes);
        } else if (bound == null || !bound.forbidsFragmentation() || innerMtuBytes == 0) {
            mtu.fix(Math.min(MtuSearch.DEFAULT_BYTES, largest));
        } else {
            int ceiling = Math.min(largest, Math.max(MtuSearch.DEFAULT_BYTES, packetWireBytes(innerMtuBytes)));
            if (!mtu.isSearching() || mtu.ceilingBytes() != ceiling) {
                mtu.search(ceiling, metered);
            }
        }
    }

    /**
     * What finds the MTU.
     *
     * @return always the same
     */
    public MtuSearch mtu() {
        return mtu;
    }

    /**
     * Longest IP packet on the line, as far as is known for sure.
     *
     * @return bytes
     */
    public int mtuBytes() {
        return mtu.usableBytes();
    }

    /**
     * Bytes that the local link adds in front of each datagram.
     *
     * @return bytes of outer headers
     */
    public int outerBytes() {
        return link == null ? UDP_OVER_IPV4_BYTES : link.overheadBytes(remote);
    }

    /**
     * Bytes that a plaintext occupies on the line.
     *
     * @param plaintextBytes frames
     * @return bytes of the outer IP packet
     */
    public int wireBytes(int plaintextBytes) {
        return plaintextBytes + encapsulationBytes + outerBytes();
    }

    /**
     * Bytes that an inner packet occupies on the line.
     *
     * @param packetBytes the inner packet
     * @return bytes of the outer IP packet
     */
    public int packetWireBytes(int packetBytes) {
        return wireBytes(packetBytes + frameHeaderBytes);
    }

    /**
     * What of an outer packet is left for frames.
     *
     * @param outerPacketBytes bytes on the line
     * @return bytes of plaintext
     */
    public int plaintextBytes(int outerPacketBytes) {
        return outerPacketBytes - encapsulationBytes - outerBytes();
    }

    /**
     * Longest plaintext that fits the line.
     *
     * @return bytes
     */
    public int maxPlaintextBytes() {
        return plaintextBytes(mtu.usableBytes());
    }

    /**
     * Longest inner packet that fits the line.
     *
     * @return bytes
     */
    public int maxPacketBytes() {
        return maxPlaintextBytes() - frameHeaderBytes;
    }

    /**
     * Longest inner packet that the line may turn out to take shortly.
     *
     * @return {@link #maxPacketBytes} or more
     */
    public int hopedPacketBytes() {
        return plaintextBytes(mtu.hopedBytes()) - frameHeaderBytes;
    }
}
