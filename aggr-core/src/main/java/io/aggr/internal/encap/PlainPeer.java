package io.aggr.internal.encap;

import java.util.function.LongSupplier;

/** What the handshake keeps of one peer. Belongs to the handshake's thread. */
final class PlainPeer {

    private static final int ANSWERS_PER_SECOND = 64;
    private static final int STRANGERS_PER_SECOND = 20;
    private static final long HASTE_NANOS = 5_000_000_000L;
    private static final int HASTY_LIMIT = 5;

    /** Number that the core gave. */
    final int number;

    /** Its name for messages. */
    final String name;

    /** The configured id, all 32 bits. */
    final int id;

    /** The state machine. */
    final PlainAssociation association;

    /** When to ask on which line. */
    final HelloSchedule schedule;

    /** Bounds answers within an association. */
    final AnswerLimit answers = new AnswerLimit(ANSWERS_PER_SECOND);

    /** Bounds answers to those who have proved nothing. */
    final AnswerLimit strangers = new AnswerLimit(STRANGERS_PER_SECOND);

    private long sessions;
    private boolean isWanted;
    private int hasty;
    private long begunNanos;

    /**
     * Makes a peer that nothing is known of.
     *
     * @param number as the core gave it
     * @param name for messages
     * @param id as configured
     * @param next a fresh id for the first association
     * @param random lengthens intervals
     */
    PlainPeer(int number, String name, int id, long next, LongSupplier random) {
        this.number = number;
        this.name = name;
        this.id = id;
        association = new PlainAssociation(next);
        schedule = new HelloSchedule(random);
    }

    /** This end wants an association with the peer. */
    void want() {
        isWanted = true;
    }

    /**
     * Whether HELLOs go out on our lines.
     *
     * @return true once an association was wanted or has begun
     */
    boolean isActive() {
        return isWanted || association.exists();
    }

    /**
     * Counts an association that begins.
     *
     * @param nowNanos monotonic time
     * @return whether so many have begun in quick succession that something must be wrong
     */
    boolean beginsTooOften(long nowNanos) {
        hasty = nowNanos - begunNanos < HASTE_NANOS ? hasty + 1 : 0;
        begunNanos = nowNanos;
        return hasty >= HASTY_LIMIT;
    }

    /**
     * The present state as a session.
     *
     * @return newer than all before
     */
    PlainSession session() {
        return new PlainSession(number, ++sessions, association.own(), association.peer(), association.open());
    }
}
