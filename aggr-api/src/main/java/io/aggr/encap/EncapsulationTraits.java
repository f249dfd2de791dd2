package io.aggr.encap;

/**
 * What an encapsulation can carry and what it costs. The core leaves out what cannot be carried: without sequences nothing is put in order by
 * number or sent again, without stamps and feedback the lines are not measured from within.
 *
 * @param headerBytes bytes in front of the plaintext, 0 to 64
 * @param trailerBytes bytes behind the plaintext, 0 to 32
 * @param carriesFrames whether the plaintext is a sequence of frames (sequence, stamps, control frames); if not, it is one bare inner packet
 * @param authenticates whether a packet that {@link Opener#open} accepts is proved to come from the peer
 * @since 0.1
 */
public record EncapsulationTraits(int headerBytes, int trailerBytes, boolean carriesFrames, boolean authenticates) {

    /**
     * Checks the parts.
     *
     * @param headerBytes as described for the record
     * @param trailerBytes as described for the record
     * @param carriesFrames as described for the record
     * @param authenticates as described for the record
     * @throws IllegalArgumentException if a size is out of range
     */
    public EncapsulationTraits {
        if (headerBytes < 0 || headerBytes > 64 || trailerBytes < 0 || trailerBytes > 32) {
            throw new IllegalArgumentException("an encapsulation may take 0..64 bytes in front and 0..32 behind, got "
                    + headerBytes + " and " + trailerBytes);
        }
    }

    /**
     * Bytes that every datagram carries besides the plaintext.
     *
     * @return header and trailer together
     */
    public int overheadBytes() {
        return headerBytes + trailerBytes;
    }
}
