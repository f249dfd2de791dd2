package io.aggr.examples.lab.attack;

/** What a flood consists of. */
public enum FloodKind {
    /** Random bytes of random length. */
    GARBAGE(100_000),
    /** First messages of a handshake that show that their sender knows the public key; nothing else about them is right. */
    INIT(50_000),
    /** Encrypted packets of a session that exists, with a line and counters that could be right and contents that are not. */
    DATA(50_000);

    private final int packetsPerSecond;

    FloodKind(int packetsPerSecond) {
        this.packetsPerSecond = packetsPerSecond;
    }

    /**
     * How much of it a bond has to bear.
     *
     * @return packets per second
     */
    public int packetsPerSecond() {
        return packetsPerSecond;
    }
}
