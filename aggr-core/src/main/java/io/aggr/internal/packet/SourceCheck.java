package io.aggr.internal.packet;

/** The outcome of {@link InnerPackets#checkSource}: may this address stand in the source field of a packet at all? */
public enum SourceCheck {
    /** An address that a single host can have. */
    OK,
    /** 0.0.0.0/8 or ::, which no reply can reach (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.2). */
    UNSPECIFIED,
    /** 127.0.0.0/8 or ::1, which must never appear outside a host. */
    LOOPBACK,
    /** 224.0.0.0/4 or ff00::/8, which names a group and never a sender. */
    MULTICAST,
    /** 255.255.255.255. */
    BROADCAST,
    /** ::ffff:0:0/96: an IPv4 address dressed as IPv6, which slips past filters that look at one version only. */
    MAPPED
}
