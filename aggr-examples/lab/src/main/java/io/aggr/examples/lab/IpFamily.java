package io.aggr.examples.lab;

/** Version of the Internet Protocol. */
public enum IpFamily {
    /** IPv4. */
    V4(20, "0.0.0.0/0", "ip"),
    /** IPv6. */
    V6(40, "::/0", "ip6");

    private final int headerBytes;
    private final String everything;
    private final String nftFamily;

    IpFamily(int headerBytes, String everything, String nftFamily) {
        this.headerBytes = headerBytes;
        this.everything = everything;
        this.nftFamily = nftFamily;
    }

    /**
     * Length of a header without options.
     *
     * @return bytes
     */
    public int headerBytes() {
        return headerBytes;
    }

    /**
     * The prefix of all addresses.
     *
     * @return of the form that {@code ip route} takes
     */
    public String everything() {
        return everything;
    }

    /**
     * What nftables calls tables of this version.
     *
     * @return {@code ip} or {@code ip6}
     */
    public String nftFamily() {
        return nftFamily;
    }
}
