package io.aggr.internal.frame;

/** What is wrong with the frames of a datagram. All but {@link #OK} drop the whole datagram, and each is a counter. */
public enum FrameVerdict {
    /** All frames are well formed and end where the datagram ends. */
    OK,
    /** There is no frame at all. */
    EMPTY,
    /** A frame reaches beyond the end. */
    TRUNCATED,
    /** A control frame below 0x40 that this version does not know. */
    UNKNOWN_TYPE,
    /** An IP frame that is not first, or a HELLO that is not alone. */
    MISPLACED,
    /** More than {@link FrameCheck#MAX_CONTROL_FRAMES} control frames. */
    TOO_MANY,
    /** A reserved bit or byte is set. */
    RESERVED,
    /** A length field contradicts the structure of its frame. */
    BAD_LENGTH,
    /** A field has a value without meaning. */
    BAD_VALUE,
    /** The inner packet is neither IPv4 nor IPv6. */
    INNER_VERSION,
    /** The inner packet is longer than what is left of the datagram, or shorter than its smallest header. */
    INNER_LENGTH
}
