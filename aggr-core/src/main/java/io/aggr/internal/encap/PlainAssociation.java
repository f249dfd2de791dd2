package io.aggr.internal.encap;

import io.aggr.internal.frame.HelloFrame.Step;
import org.jspecify.annotations.Nullable;

/**
 * The rules of docs/protocol.md, "Association with plain", for one peer: what a HELLO means and what the answer is. Knows no time, no datagrams
 * and no lines.
 *
 * <pre>
 *   nothing --fresh--&gt; (own, peer), no link open --hello or done--&gt; link open --done--&gt; link confirmed
 *                        ^                                                               |
 *                        |____________________________ fresh ____________________________|
 * </pre>
 */
final class PlainAssociation {

    /** Most links of a peer that can be open; bounds what a peer can make us remember. */
    static final int MAX_OPEN_LINKS = 16;

    private long next;
    private long own;
    private long peer;
    private LinkNumbers open = LinkNumbers.NONE;
    private LinkNumbers confirmed = LinkNumbers.NONE;

    /** What a HELLO is to this end. */
    enum Standing {
        /** Our own, come back. */
        ECHO,
        /** Of the association that we are in. */
        CURRENT,
        /** Its sender has heard our newest id. */
        FRESH,
        /** Its sender does not know us, or knows us no longer; or it is late. */
        STRANGER
    }

    /**
     * Makes one that is in no association.
     *
     * @param next a fresh id
     */
    PlainAssociation(long next) {
        this.next = next;
    }

    /**
     * This end's id for the association to come.
     *
     * @return not 0
     */
    long next() {
        return next;
    }

    /**
     * This end's id of the present association.
     *
     * @return 0 if there is none
     */
    long own() {
        return own;
    }

    /**
     * The peer's id of the present association.
     *
     * @return 0 if there is none
     */
    long peer() {
        return peer;
    }

    /**
     * Whether there is an association, be it without an open link.
     *
     * @return true if there is
     */
    boolean exists() {
        return own != 0;
    }

    /**
     * Links on which data of the association is accepted.
     *
     * @return an immutable set
     */
    LinkNumbers open() {
        return open;
    }

    /**
     * Whether the peer has said that a link is open at its end.
     *
     * @param link 0 to 255
     * @return true if it has
     */
    boolean isConfirmed(int link) {
        return confirmed.has(link);
    }

    /**
     * Which rule a HELLO falls under.
     *
     * @param sender id of its sender, not 0
     * @param known id of this end as the sender knows it
     * @return never null
     */
    Standing standing(long sender, long known) {
        if (sender == next || sender == own) {
            return Standing.ECHO;
        }
        if (exists() && known == own && sender == peer) {
            return Standing.CURRENT;
        }
        // The peer's id serves one association only: a second one with it would come from a datagram of the time before
        // the first.
        return known == next && sender != peer ? Standing.FRESH : Standing.STRANGER;
    }

    /**
     * Whether a stranger's HELLO is answered, which is always with {@link Step#ACK} and {@link #nameFor}.
     *
     * @param step what it says
     * @param sender id of its sender, not 0
     * @param known id of this end as the sender knows it
     * @return true if it is
     */
    boolean answersStranger(Step step, long sender, long known) {
        return step == Step.HELLO || (step == Step.ACK && exists() && (known == own || sender == peer));
    }

    /**
     * The id of this end that a stranger is told.
     *
     * @param sender the stranger's id
     * @return the present one if the stranger is the peer, which has not noticed yet; else the next one
     */
    long nameFor(long sender) {
        return exists() && sender == peer ? own : next;
    }

    /**
     * Leaves the present association and begins another.
     *
     * @param newPeer the peer's id of it
     * @param newNext a fresh id
     */
    void begin(long newPeer, long newNext) {
        own = next;
        peer = newPeer;
        next = newNext;
        open = LinkNumbers.NONE;
        confirmed = LinkNumbers.NONE;
    }

    /**
     * Whether a step on a link asks for more open links than there may be.
     *
     * @param step what was said in the present association
     * @param link 0 to 255
     * @return true if it has to be dropped
     */
    boolean exceedsLinks(Step step, int link) {
        return step != Step.ACK && !open.has(link) && open.size() >= MAX_OPEN_LINKS;
    }

    /**
     * The answer to a step of the present association.
     *
     * @param step what was said
     * @param link where
     * @return null if nothing is to be said
     */
    @Nullable
    Step answer(Step step, int link) {
        return switch (step) {
            case ACK -> confirmed.has(link) ? null : Step.HELLO;
            case HELLO -> Step.DONE;
            case DONE -> open.has(link) ? null : Step.DONE;
        };
    }

    /**
     * Does what a step of the present association asks for.
     *
     * @param step what was said
     * @param link where
     * @return whether the link was opened by it
     */
    boolean apply(Step step, int link) {
        boolean opens = step != Step.ACK && !open.has(link);
        if (opens) {
            open = open.with(link);
        }
        if (step == Step.DONE && !confirmed.has(link)) {
            confirmed = confirmed.with(link);
        }
        return opens;
    }
}
