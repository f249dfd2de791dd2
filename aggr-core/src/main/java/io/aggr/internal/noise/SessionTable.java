package io.aggr.internal.noise;

import io.aggr.internal.encap.IndexTable;
import org.jspecify.annotations.Nullable;

/**
 * Finds sessions by the index that this end has drawn for them. Written by the handshake, read by the thread that receives: beside sessions themselves
 * the one thing that they share, since a session has to be found before anything has proved that it is wanted.
 */
final class SessionTable {

    // The table is immutable; the field is all that threads share.
    private volatile IndexTable<NoiseSession> byIndex = IndexTable.empty();

    /** Any thread. */
    @Nullable
    NoiseSession get(int index) {
        return byIndex.get(index);
    }

    /** The handshake's thread. */
    void add(NoiseSession session) {
        byIndex = byIndex.with(session.ownIndex(), session);
    }

    /** The handshake's thread. */
    void remove(NoiseSession session) {
        byIndex = byIndex.without(session.ownIndex());
    }

    /** How many there are. */
    int size() {
        return byIndex.size();
    }
}
