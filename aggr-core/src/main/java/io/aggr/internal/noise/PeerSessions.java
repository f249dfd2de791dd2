package io.aggr.internal.noise;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of one peer: a few that were confirmed, of which the one with the highest serial is sent with and the others still open what is under
 * way, and at most one that is tentative.
 *
 * <p><b>Threading.</b> The handshake's thread.
 */
final class PeerSessions {

    /** Confirmed ones that are kept: the present one, the one before, and one more where both ends have asked at the same time. */
    private static final int MOST_CONFIRMED = 3;

    private final SessionTable table;
    private final List<NoiseSession> confirmed = new ArrayList<>();
    private @Nullable NoiseSession tentative;
    private @Nullable NoiseSession unreported;
    private @Nullable LinkCounters present;

    PeerSessions(SessionTable table) {
        this.table = table;
    }

    /** The one to send with, null if there is none that is any good. */
    @Nullable
    NoiseSession current() {
        NoiseSession best = null;
        for (NoiseSession session : confirmed) {
            if (best == null || session.serial() > best.serial()) {
                best = session;
            }
        }
        return best;
    }

    /** The counters of an association that the peer is in, be its keys too old by now, or has offered; else null. */
    @Nullable
    LinkCounters counters(long association) {
        if (present != null && present.association() == association) {
            return present;
        }
        return tentative != null && tentative.association() == association ? tentative.counters() : null;
    }

    /** Takes a session that the peer has proved to have, into use; sessions of another association are over. */
    void addConfirmed(NoiseSession session) {
        table.add(session);
        present = session.counters();
        for (int i = confirmed.size() - 1; i >= 0; i--) {
            if (confirmed.get(i).association() != session.association()) {
                drop(i);
            }
        }
        while (confirmed.size() >= MOST_CONFIRMED) {
            int lowest = 0;
            for (int i = 1; i < confirmed.size(); i++) {
                lowest = confirmed.get(i).serial() < confirmed.get(lowest).serial() ? i : lowest;
            }
            drop(lowest);
        }
        confirmed.add(session);
    }

    /** Takes a session that the peer has asked for and not proved yet, in place of an earlier one. */
    void offer(NoiseSession session) {
        collect();
        dropTentative();
        tentative = session;
        table.add(session);
    }

    /** Moves the tentative session to its place if the thread that receives has confirmed it meanwhile. */
    void collect() {
        NoiseSession session = tentative;
        if (session != null && session.isConfirmed()) {
            tentative = null;
            addConfirmed(session);
            unreported = session;
        }
    }

    /** Whether another thread may make something of a session that was offered, or has. */
    boolean awaitsProof() {
        return tentative != null || unreported != null;
    }

    /** A session that was tentative and has been confirmed since this was last asked, or null. */
    @Nullable
    NoiseSession promote() {
        collect();
        NoiseSession session = unreported;
        unreported = null;
        return session;
    }

    private void dropTentative() {
        NoiseSession old = tentative;
        if (old != null) {
            if (old.dropTentative()) {
                tentative = null;
                old.end();
                table.remove(old);
            } else {
                // Confirmed a moment ago.
                collect();
            }
        }
    }

    private void drop(int index) {
        NoiseSession session = confirmed.remove(index);
        session.end();
        table.remove(session);
    }

    /** Ends what is too old. */
    void expire(long nowNanos) {
        for (int i = confirmed.size() - 1; i >= 0; i--) {
            if (confirmed.get(i).isOver(nowNanos)) {
                drop(i);
            }
        }
        NoiseSession offered = tentative;
        if (offered != null && offered.isOver(nowNanos)) {
            dropTentative();
        }
    }

    /** The clock on the wall says that time has passed unnoticed: nothing is sent with these keys, and they open things only a little longer. */
    void onUnnoticedTime(long graceEndNanos) {
        for (NoiseSession session : confirmed) {
            session.stopSending();
            session.endAt(graceEndNanos);
        }
        if (tentative != null) {
            tentative.endAt(graceEndNanos);
        }
    }

    /** Ends all. */
    void clear() {
        dropTentative();
        while (!confirmed.isEmpty()) {
            drop(confirmed.size() - 1);
        }
    }

    /** For tests: how many there are. */
    int size() {
        return confirmed.size() + (tentative == null ? 0 : 1);
    }
}
