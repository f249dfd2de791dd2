package io.aggr.internal.packet;

/** The outcome of {@link InnerPackets#check}: {@link #OK}, or the first rule that the bytes break. */
public enum PacketCheck {
    /** One whole IPv4 or IPv6 packet stands at the offset. */
    OK,
    /** There is not a single byte. */
    EMPTY,
    /** The version is neither 4 nor 6. */
    VERSION,
    /** Fewer bytes than the fixed header of that version (20 or 40). */
    TRUNCATED,
    /** IPv4: the header length is below 20 bytes or goes past the end. */
    HEADER_LENGTH,
    /** IPv4: the total length is smaller than the header or goes past the end. */
    TOTAL_LENGTH,
    /** IPv6: the payload length goes past the end. */
    PAYLOAD_LENGTH,
    /** IPv6: a jumbogram (RFC 2675), whose length the fixed header does not tell. */
    JUMBOGRAM,
    /** Bytes follow the packet; only {@link InnerPackets#checkExact} says this. */
    TRAILING
}
