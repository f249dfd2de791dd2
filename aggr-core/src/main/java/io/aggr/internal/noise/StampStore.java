package io.aggr.internal.noise;

/** Where the last stamp of this end is kept, so that stamps rise also when the clock does not. Called by the handshake's thread. */
public interface StampStore {

    /**
     * The last stamp that was kept.
     *
     * @return 0 if there is none
     */
    long last();

    /**
     * Keeps a stamp, before it is used.
     *
     * @param stamp higher than the last
     */
    void keep(long stamp);

    /**
     * A store that is as short-lived as the process.
     *
     * @return a new one
     */
    static StampStore inMemory() {
        return new StampStore() {
            private long last;

            @Override
            public long last() {
                return last;
            }

            @Override
            public void keep(long stamp) {
                last = stamp;
            }
        };
    }
}
