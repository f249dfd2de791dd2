package io.aggr.internal.encap;

/**
 * The ids of the configured peers, written by the handshake and read by the opener: the one thing that they share beside sessions, since a HELLO
 * has to be told from noise before there is any session.
 */
final class PlainPeers {

    // The table is immutable; the field is all that threads share.
    private volatile IndexTable<PlainPeer> byId = IndexTable.empty();

    /** Makes an empty set. */
    PlainPeers() {}

    /**
     * Whether a peer has this id. Any thread.
     *
     * @param id all 32 bits
     * @return true if one has
     */
    boolean has(int id) {
        return byId.get(id) != null;
    }

    /**
     * The ids and their peers. The peers themselves belong to the handshake's thread.
     *
     * @return the present table
     */
    IndexTable<PlainPeer> byId() {
        return byId;
    }

    /**
     * Replaces the table. Only the handshake's thread.
     *
     * @param newTable the new table
     */
    void set(IndexTable<PlainPeer> newTable) {
        byId = newTable;
    }
}
